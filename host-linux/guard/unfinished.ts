/**
 * A guarded call that ended in the middle of an adapter: what the adapter says of it.
 */
import { UNFINISHED } from "../../toolchain/link/plan.ts";

export interface UnfinishedCall {
  /** A handle was stale; that is nobody's fault. */
  readonly stale: boolean;
  /** Address of its record on the stack of loans; 0 when it has none. */
  readonly record: number;
  /** Top of that stack when the callee was called; 0 when it was not. */
  readonly begun: number;
}

/** What is read is forgotten: it is of one call. An adapter without handles says nothing. */
export function takeUnfinished(exports: WebAssembly.Exports | undefined): UnfinishedCall {
  const take = (name: string): number => {
    const global = exports?.[name];
    if (!(global instanceof WebAssembly.Global)) return 0;
    const value = Number(global.value) >>> 0;
    global.value = 0;
    return value;
  };
  return {
    stale: take(UNFINISHED.stale) === 1,
    record: take(UNFINISHED.record),
    begun: take(UNFINISHED.begun),
  };
}
