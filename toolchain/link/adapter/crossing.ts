/**
 * One direction of a call: values are lifted on one side, lowered on the other.
 *
 * Parameters cross from the caller to the callee, results the other way; what
 * copies values knows a crossing and not which of the two it is.
 */
import type { component, CoreFuncIndex, CoreGlobalIndex, CoreMemoryIndex } from "../../wasm/index.ts";
import { AdapterError } from "./contract.ts";
import type { AdapterModule } from "./module.ts";

/** What an adapter imports of one end, as far as its functions need it. */
export interface Side {
  readonly name: "caller" | "callee";
  readonly encoding: component.StringEncoding;
  readonly memory?: CoreMemoryIndex;
  readonly realloc?: CoreFuncIndex;
  /** Mutable i32, 1 while the instance may leave. */
  readonly mayLeave?: CoreGlobalIndex;
}

export interface Crossing {
  readonly module: AdapterModule;
  readonly from: Side;
  readonly to: Side;
}

export function memoryOf(side: Side): CoreMemoryIndex {
  if (side.memory === undefined) throw new AdapterError(`the ${side.name} names no memory`);
  return side.memory;
}

/** Ends a function's name: which way it carries values. */
export function arrow(crossing: Crossing): string {
  return `${crossing.from.name} to ${crossing.to.name}`;
}
