/**
 * A guard's frame: what a trap is caught in.
 *
 * Wasm cannot catch a trap; a host can. A frame has no parameters, so that the way
 * through JavaScript converts nothing, and is made before the adapter that holds
 * what it calls.
 */

export interface GuardFrame {
  readonly call: () => number;
  /** Says what it calls: once, before it is called. */
  readonly guard: (inner: () => unknown) => void;
}

/** Who pays for what runs; see accounts.ts. */
interface Payers {
  readonly payer: number;
  restore(account: number): void;
}

/** Frames that are on the stack that runs: nobody can be suspended below one. */
export interface Frames {
  depth: number;
}

/**
 * `caught` decides on what was thrown: returns what the frame is to return, or throws it on.
 * @param frames Where slices may end: they are counted.
 * @param payers Where a call may change who pays, and a trap would leave it so.
 */
export function guardFrame(caught: (error: unknown) => number, frames?: Frames, payers?: Payers): GuardFrame {
  let inner: () => unknown = missing;
  const call = (): number => {
    try {
      inner();
      return 0;
    } catch (error) {
      return caught(error);
    }
  };
  const callCounted = (counted: Frames): number => {
    const before = payers?.payer;
    counted.depth += 1;
    try {
      inner();
      return 0;
    } catch (error) {
      if (before !== undefined) payers?.restore(before);
      return caught(error);
    } finally {
      counted.depth -= 1;
    }
  };
  return {
    call: frames === undefined ? call : () => callCounted(frames),
    guard: (callee) => {
      inner = callee;
    },
  };
}

function missing(): never {
  throw new TypeError("a guard is called after its adapter was made");
}
