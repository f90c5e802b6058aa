/**
 * Marks: who answers for a trap.
 *
 * A mark is a global of the liveness module, 1 while a process is `inside` a call.
 * A guard that catches a trap finds the dead by their marks, and the trap of an
 * innocent callee is passed on: its caller is the one to die.
 * ```
 *   parameters lifted        0   what the caller gave is wrong: the caller's
 *   callee's realloc         1   the callee's
 *   the call                 1
 *   result lifted            1   what the callee gave is wrong
 *   caller's realloc         0   the caller's
 *   post-return              1
 *   done                     0
 * ```
 * A mark that is 1 when the process is entered was left by a call that never
 * ended properly: somebody swallowed an exception that was on its way through.
 */
import { all, i32, nothing, op, type Code } from "./code.ts";
import type { Crossing, Side } from "./crossing.ts";
import type { AdapterModule } from "./module.ts";
import { trapIf } from "./trap.ts";

/** Before anything else of a call. */
export function checkOutside(module: AdapterModule, { inside }: Side): Code {
  if (inside === undefined) return nothing;
  return trapIf(module, op("global.get", [inside]), "an earlier call never ended");
}

/** From here on, or no longer, a trap is the callee's. */
export function mark({ inside }: Side, value: 0 | 1): Code {
  return inside === undefined ? nothing : op("global.set", [inside], i32(value));
}

/** Runs `code` of which `side` has to answer for a trap, whoever has for what is around it. */
export function atRiskOf(side: Side, { from, to }: Crossing, code: Code): Code {
  const callee = from.name === "callee" ? from : to;
  return side === callee
    ? all(mark(callee, 1), code, mark(callee, 0))
    : all(mark(callee, 0), code, mark(callee, 1));
}

/**
 * Whether a length is looked at before the receiving side is asked for room. Who is marked must not die of what
 * is not there; the mail is everybody's, and must not grow for it.
 */
export function checksFirst(crossing: Crossing): boolean {
  return crossing.to.name === "mail" || isMarked(crossing);
}

export function isMarked({ from, to }: Crossing): boolean {
  return from.inside !== undefined || to.inside !== undefined;
}
