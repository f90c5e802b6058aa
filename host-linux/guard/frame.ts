/**
 * A guard's frame: what a trap is caught in.
 *
 * Wasm cannot catch a trap; a host can. A frame has no parameters, so that the way
 * through JavaScript converts nothing, and is made before the adapter that holds
 * what it calls.
 */

/**
 * Decides on what was thrown: the position of the fault plus one, or throws it on.
 * `process` is the one that was called.
 */
export type OnCaught = (process: number, error: unknown) => number;

export interface GuardFrame {
  readonly call: () => number;
  /** Says what it calls: once, before it is called. */
  readonly guard: (inner: () => unknown) => void;
}

export function guardFrame(process: number, caught: OnCaught): GuardFrame {
  let inner: () => unknown = missing;
  return {
    call: () => {
      try {
        inner();
        return 0;
      } catch (error) {
        return caught(process, error);
      }
    },
    guard: (callee) => {
      inner = callee;
    },
  };
}

function missing(): never {
  throw new TypeError("a guard is called after its adapter was made");
}
