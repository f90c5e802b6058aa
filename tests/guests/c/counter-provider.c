// World `counter-provider`: the rep is the address of the counter.
#include "guest.h"

typedef struct { string name; s32 count; } counter;

#define SELF "[export]t:trio/counters@0.1.0"
IMPORT(SELF, "[resource-new]counter") u32 counter_new(counter *rep);
IMPORT(SELF, "[resource-rep]counter") counter *counter_rep(u32 handle);
IMPORT(SELF, "[resource-drop]counter") void counter_drop(u32 handle);

static u32 alive;
static string result;

static u32 make(string name, s32 start) {
  counter *c = allocate(sizeof *c, 4);
  c->name = name;
  c->count = start;
  alive++;
  return counter_new(c);
}

EXPORT("t:trio/counters@0.1.0#[constructor]counter")
u32 constructor(unit *ptr, u32 len, s32 start) { return make((string){ptr, len}, start); }

EXPORT("t:trio/counters@0.1.0#[dtor]counter")
void destructor(counter *c) {
  release_string(c->name);
  release(c);
  alive--;
}

EXPORT("t:trio/counters@0.1.0#[method]counter.add")
s32 add(counter *c, s32 n) { return c->count += n; }

EXPORT("t:trio/counters@0.1.0#[method]counter.name")
string *name(counter *c) {
  result = concat(&c->name, 1);
  return &result;
}

EXPORT("cabi_post_t:trio/counters@0.1.0#[method]counter.name")
void name_post_return(string *s) { release_string(*s); }

EXPORT("t:trio/counters@0.1.0#[static]counter.merge")
u32 merge(counter *a, counter *b) {
  string parts[] = {a->name, TEXT("+"), b->name};
  return make(concat(parts, 3), a->count + b->count);
}

EXPORT("t:trio/counters@0.1.0#end")
s32 end(u32 handle) {
  s32 count = counter_rep(handle)->count;
  counter_drop(handle);
  return count;
}

EXPORT("t:trio/counters@0.1.0#alive")
u32 how_many(void) { return alive == 0 && blocks() != 0 ? 1000 + blocks() : alive; }
