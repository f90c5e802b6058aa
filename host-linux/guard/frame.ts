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

/**
 * `caught` decides on what was thrown: returns what the frame is to return, or throws it on.
 * `payers`: where a call may change who pays, and a trap would leave it so.
 */
export function guardFrame(caught: (error: unknown) => number, payers?: Payers): GuardFrame {
  let inner: () => unknown = missing;
  const call = (): number => {
    try {
      inner();
      return 0;
    } catch (error) {
      return caught(error);
    }
  };
  const callPaid = (accounts: Payers): number => {
    const before = accounts.payer;
    try {
      inner();
      return 0;
    } catch (error) {
      accounts.restore(before);
      return caught(error);
    }
  };
  return {
    call: payers === undefined ? call : () => callPaid(payers),
    guard: (callee) => {
      inner = callee;
    },
  };
}

function missing(): never {
  throw new TypeError("a guard is called after its adapter was made");
}
