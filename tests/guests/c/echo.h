// The types of the interface `t:trio/echo`, in memory.
#pragma once
#include "guest.h"

typedef struct { string *ptr; u32 len; } strings;
typedef struct { u16 *ptr; u32 len; } counts;
typedef struct { u8 tag; union { double circle; string named; }; } shape;
typedef struct { u8 some; string text; } note;
typedef struct {
  string name;
  strings tags;
  counts counts;
  u8 colour;
  u8 rights;
  shape shape;
  note note;
  u32 letter;
  s64 big;
  signed char small;
  u8 ok;
  struct { u16 first; float second; } pair;
} item;
typedef struct { u8 err; string text; } joined;
