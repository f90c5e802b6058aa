/**
 * What both ends of a call offer, and the signatures at each.
 */
import type { CoreFuncIndex, CoreGlobalIndex } from "../../wasm/index.ts";
import { flattenFunction, guardedFunction, type FunctionType } from "../../abi/index.ts";
import { apply, nothing, op, type Code, type Local } from "./code.ts";
import type { AdapterFunction } from "./contract.ts";
import type { Crossing, HandleAccess, Side } from "./crossing.ts";
import type { LoanRules } from "./loans.ts";
import type { AdapterModule, Signature } from "./module.ts";
import type { Shapes } from "./shape.ts";
import { trapIf } from "./trap.ts";

/** What both ends offer, and the module that joins them. */
export interface Edge {
  readonly module: AdapterModule;
  readonly shapes: Shapes;
  readonly caller: Side;
  readonly callee: Side;
  readonly loanRules: LoanRules;
  /** What a result does that is not valid; it traps unless this is there. */
  readonly onWrongResult?: (rule: string) => Code;
  /** Absent when no handles cross. */
  readonly handles?: HandleAccess;
  /** See `Crossing.fuel`. */
  readonly fuel?: CoreGlobalIndex;
}

/** A function with what was imported for it. */
export interface Callee {
  readonly function: AdapterFunction;
  readonly target: CoreFuncIndex;
  /** `() -> i32`: calls the part of the function that is guarded; see guard.ts. */
  readonly guard?: CoreFuncIndex;
  readonly postReturn?: CoreFuncIndex;
}

/** The function as the caller has it. */
export function callerType({ type, view }: AdapterFunction): FunctionType {
  return view === "guarded" ? guardedFunction(type) : type;
}

/** The core signature of the caller's `canon lower`. */
export function callerSignature(f: AdapterFunction): Signature {
  const { params, results } = flattenFunction(callerType(f), "lower");
  return { params, results };
}

/** The caller's end of one call: core parameters, and where core results go. */
export interface Ends {
  readonly params: readonly Local[];
  readonly results: readonly Local[];
}

export function forth({ caller, callee, ...rest }: Edge): Crossing {
  return { ...sharedBy(rest), from: caller, to: callee };
}
export function back({ caller, callee, ...rest }: Edge): Crossing {
  return { ...sharedBy(rest), from: callee, to: caller };
}

/** What is the same in both directions. */
function sharedBy({
  module,
  handles,
  fuel,
}: Omit<Edge, "caller" | "callee">): Pick<Crossing, "module" | "handles" | "fuel"> {
  return { module, ...(handles && { handles }), ...(fuel !== undefined && { fuel }) };
}

/** The core signature of the callee's own function. */
export function calleeSignature(type: FunctionType): Signature {
  const { params, results } = flattenFunction(type, "lift");
  return { params, results };
}

export function checkMayLeave({ module, caller }: Pick<Edge, "module" | "caller">): Code {
  if (caller.mayLeave === undefined) return nothing;
  const mayNot = apply("i32.eqz", op("global.get", [caller.mayLeave]));
  return trapIf(module, mayNot, "the caller may not leave its instance");
}
