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

/** `caught` decides on what was thrown: returns what the frame is to return, or throws it on. */
export function guardFrame(caught: (error: unknown) => number): GuardFrame {
  let inner: () => unknown = missing;
  return {
    call: () => {
      try {
        inner();
        return 0;
      } catch (error) {
        return caught(error);
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
