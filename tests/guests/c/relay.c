// World `relay`: what it gets it passes on, and what comes back it returns.
#include "echo.h"

IMPORT("t:trio/echo@0.1.0", "change") void echo_change(item *i, item *into);
IMPORT("t:trio/echo@0.1.0", "twice") void echo_twice(unit *ptr, u32 len, string *into);
IMPORT("t:trio/echo@0.1.0", "join") void echo_join(string *parts, u32 count, joined *into);

static item changed;
static string doubled;
static joined answer;

EXPORT("t:trio/via@0.1.0#change")
item *change(item *i) {
  echo_change(i, &changed);
  return &changed;
}
EXPORT("t:trio/via@0.1.0#twice")
string *twice(unit *ptr, u32 len) {
  echo_twice(ptr, len, &doubled);
  return &doubled;
}
EXPORT("t:trio/via@0.1.0#join")
joined *join(string *parts, u32 count) {
  echo_join(parts, count, &answer);
  return &answer;
}
