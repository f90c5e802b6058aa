/*
 * What a trap means, for people, and for whoever decides on a fault.
 *
 * Rules of adapters and quotas trap in functions that are named after them; their
 * names come here as wasm2c writes them: what no identifier holds is 0x and two
 * hexadecimal digits.
 */
#include <string.h>

#include "trap.h"

/* `trap: ` in such a name, and the names of the plan's quotas (toolchain/link/plan-names.ts). */
static const char RULE[] = "_trap0x3A0x20";
static const char FUEL[] = "fuel0x20exhausted";
static const char DEPTH[] = "call0x20depth0x20exhausted";
static const char HANDLES[] = "handle0x20table0x20is0x20full";

/* The rule that a function is named after, as written; NULL when it is none. */
static const char *rule_of(const struct trap *trap) {
  if (trap->function == NULL) return NULL;
  const char *found = strstr(trap->function, RULE);
  return found == NULL ? NULL : found + sizeof RULE - 1;
}

static bool is_rule(const struct trap *trap, const char *name) {
  const char *rule = rule_of(trap);
  return rule != NULL && strcmp(rule, name) == 0;
}

bool trap_is_exhaustion(const struct trap *trap) {
  return is_rule(trap, FUEL) || is_rule(trap, DEPTH) || is_rule(trap, HANDLES);
}

bool trap_is_refusal(const struct trap *trap) {
  return rule_of(trap) != NULL && !trap_is_exhaustion(trap);
}

bool trap_is_out_of_stack(const struct trap *trap) {
  return trap->code == WASM_RT_TRAP_EXHAUSTION;
}

static const char *meaning_of(wasm_rt_trap_t code) {
  switch (code) {
    case WASM_RT_TRAP_OOB: return "accessed memory out of bounds";
    case WASM_RT_TRAP_DIV_BY_ZERO: return "divided by zero";
    case WASM_RT_TRAP_INT_OVERFLOW:
    case WASM_RT_TRAP_INVALID_CONVERSION: return "computed a number that its integer type cannot hold";
    case WASM_RT_TRAP_CALL_INDIRECT: return "called through a table a function of another type, or none";
    case WASM_RT_TRAP_UNCAUGHT_EXCEPTION: return "threw an exception that nobody caught";
    case WASM_RT_TRAP_EXHAUSTION: return "used up the stack (a recursion without end?)";
    default: return "reached unreachable code (a throw, an abort or a failed check)";
  }
}

static int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/* A name as it was before wasm2c wrote it. */
static void put_name(const char *name, void (*put)(const char *text)) {
  while (*name != '\0') {
    char text[2] = {*name, '\0'};
    bool escaped = name[0] == '0' && name[1] == 'x' && digit(name[2]) >= 0 && digit(name[3]) >= 0;
    if (escaped) text[0] = (char)(digit(name[2]) * 16 + digit(name[3]));
    put(text);
    name += escaped ? 4 : 1;
  }
}

void trap_reason(const struct trap *trap, void (*put)(const char *text)) {
  const char *rule = rule_of(trap);
  if (trap->refused != NULL) {
    put("was refused by a device: ");
    put(trap->refused);
  } else if (is_rule(trap, FUEL)) put("used up its fuel");
  else if (is_rule(trap, DEPTH)) put("nested its calls too deeply");
  else if (rule != NULL) {
    put("passed a value that was refused: ");
    put_name(rule, put);
  } else put(meaning_of(trap->code));
}
