/**
 * Claims about memory, checked: ranges, alignment, and what `realloc` returns.
 *
 * A pointer plus a length can pass 2^32, so ranges are added in 64 bits.
 * Sources: CanonicalABI.md, "Lifting and Lowering Context" (`reallocate`), and
 * the `trap_if` lines of "Loading" and "Storing".
 */
import {
  all,
  and,
  apply,
  call,
  get,
  i32,
  i64,
  nothing,
  op,
  set,
  when,
  type Code,
  type Local,
} from "./code.ts";
import { AdapterError } from "./contract.ts";
import { memoryOf, type Crossing, type Side } from "./crossing.ts";
import { atExpenseOf } from "./fuel.ts";
import { atRiskOf, isMarked } from "./marks.ts";
import type { AdapterModule } from "./module.ts";
import { trapIf, type Rule } from "./trap.ts";

const LOG2_PAGE = 16n;

/** Traps unless `[pointer, pointer + bytes)` lies in the side's memory; `bytes` is an i32 on any path. */
export function checkRange(module: AdapterModule, side: Side, pointer: Local, bytes: Code, rule: Rule): Code {
  const end = apply("i64.add", extend(get(pointer)), extend(bytes));
  const size = apply("i64.shl", extend(op("memory.size", [memoryOf(side)])), i64(LOG2_PAGE));
  return trapIf(module, apply("i64.gt_u", end, size), rule);
}

function extend(value: Code): Code {
  return apply("i64.extend_i32_u", value);
}

/** Traps unless the pointer is a multiple of `align`. */
export function checkAligned(module: AdapterModule, pointer: Local, align: number, rule: Rule): Code {
  if (align === 1) return nothing;
  return trapIf(module, and(get(pointer), i32(align - 1)), rule);
}

/** Runs `code` while the side's instance may not leave. */
export function withoutLeaving(side: Side, code: Code): Code {
  if (side.mayLeave === undefined) return code;
  return all(op("global.set", [side.mayLeave], i32(0)), code, op("global.set", [side.mayLeave], i32(1)));
}

/** Nobody else runs meanwhile: what is passed lies where the next call writes. */
function holding({ held }: Side, code: Code): Code {
  if (held === undefined) return code;
  return all(op("global.set", [held], i32(1)), code, op("global.set", [held], i32(0)));
}

export interface Block {
  readonly pointer: Code;
  readonly bytes: Code;
}
const NONE: Block = { pointer: i32(0), bytes: i32(0) };

/**
 * Sets `result` to memory of the receiving side: new, or `old` made another size.
 *
 * `unchecked` leaves the range to an instruction that traps by itself before it
 * writes anything, as `memory.copy` does.
 */
export function allocate(
  crossing: Crossing,
  result: Local,
  align: number,
  bytes: Code,
  options: { readonly old?: Block; readonly unchecked?: boolean } = {},
): Code {
  const { module, to } = crossing;
  const { pointer, bytes: oldBytes } = options.old ?? NONE;
  if (to.realloc === undefined) throw new AdapterError(`the ${to.name} names no realloc`);
  const reallocate = call(to.realloc, pointer, oldBytes, i32(align), bytes);
  if (to.onNoRoom !== undefined) {
    return all(reallocate, set(result), when(apply("i32.eqz", get(result)), to.onNoRoom));
  }
  // A later trap would not tell whose fault it is.
  const unchecked = options.unchecked === true && !isMarked(crossing);
  const code = all(
    holding(to, atExpenseOf(to, withoutLeaving(to, all(reallocate, op("local.set", [result.index]))))),
    checkAligned(module, result, align, "realloc returned a pointer that is not aligned"),
    unchecked ? nothing : checkRange(module, to, result, bytes, "realloc returned memory out of bounds"),
  );
  return atRiskOf(to, crossing, code);
}
