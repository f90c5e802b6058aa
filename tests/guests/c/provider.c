// World `provider`. Parameters and results are kept in one place each, as wit-bindgen does it for C.
#include "echo.h"

EXPORT("t:trio/echo@0.1.0#change")
item *change(item *i) {
  i->small++;
  for (u32 a = 0, b = i->counts.len; a + 1 < b; a++) {
    u16 other = i->counts.ptr[--b];
    i->counts.ptr[b] = i->counts.ptr[a];
    i->counts.ptr[a] = other;
  }
  return i;
}

EXPORT("cabi_post_t:trio/echo@0.1.0#change")
void change_post_return(item *i) {
  release_string(i->name);
  for (u32 n = 0; n < i->tags.len; n++) release_string(i->tags.ptr[n]);
  if (i->tags.len > 0) release(i->tags.ptr);
  if (i->counts.len > 0) release(i->counts.ptr);
  if (i->shape.tag == 2) release_string(i->shape.named);
  if (i->note.some) release_string(i->note.text);
  release(i);
  if (blocks() != 0) __builtin_trap();
}

static string result;

EXPORT("t:trio/echo@0.1.0#twice")
string *twice(unit *ptr, u32 len) {
  string parts[] = {{ptr, len}, TEXT("-"), {ptr, len}};
  result = concat(parts, 3);
  release_string(parts[0]);
  return &result;
}

EXPORT("cabi_post_t:trio/echo@0.1.0#twice")
void twice_post_return(string *s) {
  release_string(*s);
  if (blocks() != 0) __builtin_trap();
}

static joined answer;

EXPORT("t:trio/echo@0.1.0#join")
joined *join(string *parts, u32 count) {
  answer.err = count == 0;
  string none = TEXT("nothing to join");
  answer.text = count == 0 ? concat(&none, 1) : concat(parts, count);
  for (u32 i = 0; i < count; i++) release_string(parts[i]);
  if (count > 0) release(parts);
  return &answer;
}

EXPORT("cabi_post_t:trio/echo@0.1.0#join")
void join_post_return(joined *j) {
  release_string(j->text);
  if (blocks() != 0) __builtin_trap();
}
