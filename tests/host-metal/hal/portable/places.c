/* places.h against an array of flags, by random operations; and what a user may get wrong. */
#include "../../../../host-metal/hal/portable/places.h"

#include "check.h"

#define MOST 300

struct model {
  size_t count;
  bool taken[MOST];
};

static size_t model_take(struct model *model, size_t length) {
  for (size_t first = 0; length > 0 && first + length <= model->count; first++) {
    size_t run = 0;
    while (run < length && !model->taken[first + run]) run++;
    if (run < length) continue;
    memset(&model->taken[first], true, length);
    return first;
  }
  return PLACES_NONE;
}

static bool model_give(struct model *model, size_t first, size_t length) {
  if (length == 0) return false;
  for (size_t i = first; i < first + length; i++)
    if (i >= model->count || !model->taken[i]) return false;
  memset(&model->taken[first], false, length);
  return true;
}

static void model_set(struct model *model, size_t first, size_t length, bool taken) {
  for (size_t i = first; i < first + length && i < model->count; i++) model->taken[i] = taken;
}

static void compare(const struct places *places, const struct model *model) {
  size_t free = 0;
  for (size_t i = 0; i < model->count; i++) {
    CHECK(model->taken[i] == ((places->words[i / 64] >> i % 64 & 1) != 0));
    CHECK(model->taken[i] == places_is_taken(places, i));
    free += !model->taken[i];
  }
  CHECK(places->free == free);
  CHECK(!places_is_taken(places, model->count) && !places_is_taken(places, SIZE_MAX));
}

static void run(uint64_t seed) {
  struct model model = {.count = 1 + draw(&seed) % MOST};
  uint64_t *words = malloc(PLACES_WORDS(model.count) * sizeof *words); /* no word too many is touched */
  struct places places;
  places_begin(&places, words, model.count);
  model_set(&model, 0, model.count, true);
  for (int step = 0; step < 200; step++) {
    size_t first = draw(&seed) % (model.count + 10), length = draw(&seed) % 7;
    if (draw(&seed) % 8 == 0) length = draw(&seed) % 200;
    switch (draw(&seed) % 4) {
      case 0:
        places_open(&places, first, length);
        model_set(&model, first, length, false);
        break;
      case 1:
        if (draw(&seed) % 4 != 0) break; /* so that not all is taken soon */
        places_close(&places, first, length);
        model_set(&model, first, length, true);
        break;
      case 2:
        CHECK(places_take(&places, length) == model_take(&model, length));
        break;
      default:
        CHECK(places_give(&places, first, length) == model_give(&model, first, length));
    }
    compare(&places, &model);
  }
  free(words);
}

void test_places(void) {
  for (uint64_t seed = 1; seed <= 300; seed++) run(seed * 0x9e3779b97f4a7c15);

  uint64_t words[2];
  struct places places;
  places_begin(&places, words, 128);
  CHECK(places_take(&places, 1) == PLACES_NONE);
  places_open(&places, 0, SIZE_MAX);
  CHECK(places.free == 128);
  CHECK(places_take(&places, 0) == PLACES_NONE);
  CHECK(places_take(&places, 129) == PLACES_NONE);
  CHECK(places_take(&places, 128) == 0);
  CHECK(!places_give(&places, 127, 2));
  CHECK(!places_give(&places, 1, SIZE_MAX));
  CHECK(!places_give(&places, 128, 1));
  CHECK(places_give(&places, 127, 1));
  CHECK(!places_give(&places, 127, 1));
}
