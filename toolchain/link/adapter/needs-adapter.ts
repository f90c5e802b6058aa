/**
 * Whether a call must go through an adapter, and why, for `atoll inspect`.
 *
 * Numbers of 32 and 64 bits are the same core values at both ends, so such a
 * call binds to the callee itself. Everything else is checked or normalised on
 * the way: even a bool may come as 2. A caller's `may_leave` flag must be
 * checked too where anything can reach the import while it is clear.
 */
import { flattenFunction, type FunctionType, type PrimitiveKind, type ValueType } from "../../abi/index.ts";

export interface AdapterNeed {
  readonly needed: boolean;
  /** Half a sentence, such as `parameter "text" is a string`. */
  readonly reason: string;
}

const AS_IS = new Set<ValueType["kind"]>([
  "u32",
  "s32",
  "u64",
  "s64",
  "f32",
  "f64",
] satisfies PrimitiveKind[]);

/** `checkMayLeave`: something can reach the import while the caller's flag is clear. */
export function needsAdapter(
  type: FunctionType,
  call: {
    readonly postReturn: boolean;
    readonly checkMayLeave: boolean;
    readonly guard?: boolean;
    readonly view?: "guarded" | undefined;
    readonly marksCallee?: boolean;
    readonly calleePays?: boolean;
  },
): AdapterNeed {
  const changed = type.params.find((param) => !AS_IS.has(param.type.kind));
  if (changed) return need(`parameter "${changed.label}" is ${kindOf(changed.type)}`);
  if (type.result && !AS_IS.has(type.result.kind)) return need(`the result is ${kindOf(type.result)}`);
  if (flattenFunction(type, "lower").paramsSpilled) return need("the parameters are passed in memory");
  if (call.postReturn) return need("the callee has a post-return function");
  if (call.checkMayLeave) return need("the caller might call while it may not leave");
  if (call.guard) return need("the caller outlives the callee");
  if (call.view === "guarded") return need("the caller gets the result as an ok");
  if (call.marksCallee) return need("a guard further up has to know who was inside");
  if (call.calleePays) return need("the callee pays for itself");
  return { needed: false, reason: "only numbers of 32 and 64 bits cross" };
}

function need(reason: string): AdapterNeed {
  return { needed: true, reason };
}

/** With its article: `a string`, `an option`, `flags`. */
function kindOf({ kind }: ValueType): string {
  if (kind === "flags") return kind;
  return `${/^[aeio]/.test(kind) ? "an" : "a"} ${kind}`;
}
