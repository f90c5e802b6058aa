#include "opening.h"

/* Flags of `open-flags`. */
enum { CREATE = 1, DIRECTORY = 2, EXCLUSIVE = 4, TRUNCATE = 8 };

/* How often a name may come and go between a look and an opening. */
#define MOST_ATTEMPTS 16

static struct walk walk;

struct descriptor opening_directory(files_held directory, bool may_change) {
  return (struct descriptor){
      .held = directory,
      .is_directory = true,
      .flags = FILES_READ | (may_change ? FILES_MUTATE_DIRECTORY : 0),
      .may_change = may_change,
  };
}

static uint32_t access_of(const struct opening *it) {
  const uint32_t access = it->flags | ((it->open & TRUNCATE) != 0 ? FILES_WRITE : 0);
  return (access & FILES_WRITE) != 0 ? access : access | FILES_READ;
}

static struct descriptor file_of(const struct opening *it, bool may_change) {
  return (struct descriptor){.flags = it->flags & ~(uint32_t)FILES_MUTATE_DIRECTORY, .may_change = may_change};
}

static enum files_error open_found(const struct opening *it, struct descriptor *made) {
  const enum files_error error = walk_check(&walk);
  if (error != FILES_OK) return error;
  const bool may_change = made->may_change;
  if (walk.stat.type == FILES_DIRECTORY) {
    if ((it->flags & FILES_WRITE) != 0 || (it->open & (CREATE | TRUNCATE)) != 0) return FILES_IS_DIRECTORY;
    *made = opening_directory(walk_take(&walk), may_change);
    return FILES_OK;
  }
  if ((it->open & DIRECTORY) != 0) return FILES_NOT_DIRECTORY;
  if (walk.stat.type == FILES_LINK) return FILES_LOOP;
  if (walk.stat.type != FILES_FILE) return FILES_UNSUPPORTED;
  *made = file_of(it, may_change);
  return store_open(walk.found, access_of(it), (it->open & TRUNCATE) != 0, &made->held);
}

/* `*again`: somebody made what was to be created. */
static enum files_error create(const struct opening *it, bool exclusive, struct descriptor *made, bool *again) {
  if (walk.as_directory) return FILES_IS_DIRECTORY;
  *made = file_of(it, made->may_change);
  const enum files_error error = store_create(walk_place(&walk), access_of(it), &made->held);
  *again = error == FILES_EXIST && !exclusive;
  return error;
}

static enum files_error try_to_open(files_held base, const struct opening *it, struct descriptor *made, bool *again) {
  const bool creates = (it->open & CREATE) != 0;
  const bool exclusive = creates && (it->open & EXCLUSIVE) != 0;
  *again = false;
  const enum files_error error =
      walk_begin(&walk, base, it->path, it->follow && !exclusive ? WALK_FOLLOW : WALK_LOOK);
  if (error != FILES_OK) return error;
  if (!walk.has_found && creates) return create(it, exclusive, made, again);
  return walk.has_found && exclusive ? FILES_EXIST : open_found(it, made);
}

enum files_error opening_at(const struct descriptor *base, const struct opening *it, struct descriptor *made) {
  if (!base->is_directory) return FILES_NOT_DIRECTORY;
  const bool changes =
      (it->open & (CREATE | TRUNCATE)) != 0 || (it->flags & (FILES_WRITE | FILES_MUTATE_DIRECTORY)) != 0;
  if (changes && !base->may_change) return FILES_READ_ONLY;
  if ((it->open & CREATE) != 0 && (it->open & DIRECTORY) != 0) return FILES_INVALID;
  enum files_error error = FILES_BUSY;
  bool again = true;
  for (uint32_t attempt = 0; again && attempt < MOST_ATTEMPTS; attempt++) {
    made->may_change = base->may_change;
    error = try_to_open(base->held, it, made, &again);
    walk_end(&walk);
  }
  return again ? FILES_BUSY : error;
}
