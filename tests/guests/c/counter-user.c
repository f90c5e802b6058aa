// World `counter-user`.
#include "guest.h"

#define API "t:trio/counters@0.1.0"
IMPORT(API, "[constructor]counter") u32 counter(const unit *ptr, u32 len, s32 start);
IMPORT(API, "[resource-drop]counter") void counter_drop(u32 handle);
IMPORT(API, "[method]counter.add") s32 add(u32 self, s32 n);
IMPORT(API, "[method]counter.name") void name(u32 self, string *into);
IMPORT(API, "[static]counter.merge") u32 merge(u32 a, u32 b);
IMPORT(API, "end") s32 counter_end(u32 handle);

static struct { string name; s32 count; } result;

EXPORT("t:trio/tally@0.1.0#run")
void *run(const unit *first, u32 first_len, const unit *second, u32 second_len) {
  u32 a = counter(first, first_len, 1), b = counter(second, second_len, 10);
  add(a, 2);
  add(b, 20);
  u32 both = merge(a, b);
  name(both, &result.name);
  result.count = add(both, 100);
  counter_drop(both);
  counter_drop(a);
  counter_drop(b);
  return &result;
}

EXPORT("t:trio/tally@0.1.0#end")
s32 end(const unit *name, u32 len) { return counter_end(counter(name, len, 42)); }
