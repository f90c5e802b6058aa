/**
 * Traps by rule: a named function each, so that a stack trace says what broke.
 *
 * A host needs no table to tell a guest's mistake: the innermost frame is named
 * `trap: ` and the rule.
 */
import { all, apply, call, when, type Code } from "./code.ts";
import { UNANSWERED } from "../plan-names.ts";
import type { AdapterModule } from "./module.ts";

export type Rule =
  | "the caller may not leave its instance"
  | "char is not a Unicode scalar value"
  | "discriminant is out of range"
  | "cannot enter component instance"
  | "an earlier call never ended"
  | "unknown handle"
  | "handle is of another resource type"
  | "handle is stale: its process was reset"
  | "handle is borrowed, and an own handle is needed"
  | "handle is lent"
  | "borrowed handle was not dropped"
  | "calls that borrow are nested too deeply"
  | "handle table is full"
  | "list is too long"
  | "list pointer is not aligned"
  | "list is out of bounds"
  | "string is too long"
  | "string pointer is not aligned"
  | "string is out of bounds"
  | "string is not valid UTF-8"
  | "string is not valid UTF-16"
  | "parameters pointer is not aligned"
  | "parameters are out of bounds"
  | "result pointer is not aligned"
  | "result is out of bounds"
  | "realloc returned a pointer that is not aligned"
  | "realloc returned memory out of bounds"
  | (typeof UNANSWERED)[keyof typeof UNANSWERED];

/** Ends execution, or what the module does instead. */
function trap(module: AdapterModule, rule: Rule): Code {
  return (body) => {
    if (module.onFailure !== undefined) return module.onFailure(rule)(body);
    const func = module.helper(`trap: ${rule}`, { params: [], results: [] }, apply("unreachable"));
    all(call(func), apply("unreachable"))(body);
  };
}

export function trapIf(module: AdapterModule, condition: Code, rule: Rule): Code {
  return when(condition, trap(module, rule));
}
