/**
 * One direction of a call: values are lifted on one side, lowered on the other.
 *
 * Parameters cross from the caller to the callee, results the other way; what
 * copies values knows a crossing and not which of the two it is.
 */
import type { component, CoreFuncIndex, CoreGlobalIndex, CoreMemoryIndex } from "../../wasm/index.ts";
import type { Handles } from "../handles/access.ts";
import type { Carrying } from "./carry.ts";
import { op, type Code } from "./code.ts";
import { AdapterError } from "./contract.ts";
import type { AdapterModule } from "./module.ts";

/** What an adapter imports of one end, as far as its functions need it. */
export interface Side {
  /** `mail`: a message, which one process writes and another reads. */
  readonly name: "caller" | "callee" | "mail";
  readonly encoding: component.StringEncoding;
  readonly memory?: CoreMemoryIndex;
  readonly realloc?: CoreFuncIndex;
  /** Of Atoll's own `realloc`, which returns 0 when there is no room: what happens then. */
  readonly onNoRoom?: Code;
  /** Mutable i32, 1 while the instance may leave. */
  readonly mayLeave?: CoreGlobalIndex;
  /** Mutable i32, 1 while a trap is this side's to answer for. The callee's alone; see marks.ts. */
  readonly inside?: CoreGlobalIndex;
  /** Mutable i32, of a caller that may be suspended in its `realloc`: not 0 while it must not be. */
  readonly held?: CoreGlobalIndex;
  /** i32, the address of the instance's handle table. */
  readonly table?: CoreGlobalIndex;
  /** Of a callee that pays for itself: `() -> payer before` and `(payer) -> ()`; see fuel.ts. */
  readonly pays?: { readonly enter: CoreFuncIndex; readonly pay: CoreFuncIndex };
}

/** What an adapter needs to carry handles. */
export interface HandleAccess {
  readonly handles: Handles;
  /** For each resource, by `ResourceUse.position`: i32, the kind of an own handle. */
  readonly types: ReadonlyMap<number, CoreGlobalIndex>;
  /** Lenders of borrows inside other values are counted. */
  readonly countsNested: boolean;
  /** The adapter's own, mutable i32: address of the record of the call that is being made. */
  readonly scope?: CoreGlobalIndex;
  /** For a guard that has to undo a call: the adapter's own, see `UNFINISHED` in the plan. */
  readonly call?: { readonly record: CoreGlobalIndex; readonly begun: CoreGlobalIndex };
  /** Owns that a call gives away are kept on the stack of loans. */
  readonly tracksGiven: boolean;
  /** Functions of the host, `(rep) -> status`: the kernel is told that the side has a handle now. */
  readonly give?: Readonly<Record<"caller" | "callee", CoreFuncIndex>>;
  /** For a half of a message: see carry.ts. */
  readonly carrying?: Carrying;
}

export interface Crossing {
  readonly module: AdapterModule;
  readonly from: Side;
  readonly to: Side;
  /** Absent when no function of the adapter carries handles. */
  readonly handles?: HandleAccess;
  /** Mutable i64, what is left of the caller's fuel; absent when nothing is charged. */
  readonly fuel?: CoreGlobalIndex;
}

export function handlesOf({ handles }: Crossing): HandleAccess {
  if (handles === undefined) throw new AdapterError("the adapter was made without access to handles");
  return handles;
}

/** Pushes the address of the side's handle table. */
export function tableOf(side: Side): Code {
  if (side.table === undefined) throw new AdapterError(`the ${side.name} has no handle table`);
  return op("global.get", [side.table]);
}

export function memoryOf(side: Side): CoreMemoryIndex {
  if (side.memory === undefined) throw new AdapterError(`the ${side.name} names no memory`);
  return side.memory;
}

/** Ends a function's name: which way it carries values. */
export function arrow(crossing: Crossing): string {
  return `${crossing.from.name} to ${crossing.to.name}`;
}
