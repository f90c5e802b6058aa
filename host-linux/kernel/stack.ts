/**
 * Stacks: what runs, waits, and is left when its process is killed.
 *
 * A stack is entered by a promise (JSPI) and holds frames of one process, and of
 * those that run on their caller's. Many messages are handled on one: making a
 * stack costs several times as much as a switch. `run` is the loop of such a one:
 *
 *     result = 0
 *     loop
 *       what = turn(result)      index of what to call << 32 | message; below 0: nothing now
 *       if what < 0              park (suspends), result = 0
 *       else                     result = table[what >> 32](what)
 *
 * What is done is told, and what is next is asked, in one call: the way into
 * JavaScript costs more than the rest of the loop. It is a float, which is exact
 * up to 2⁵³ and cheaper to pass than 64 bits.
 */
import { entered, suspending } from "./jspi.ts";
import { moduleOf, OP } from "./wasm-bytes.ts";
import type { Worker } from "./worker-table.ts";

/** A call that is being handled. */
export interface Served {
  readonly caller: Worker;
  /** `waits` of the caller while it waits for this one. */
  readonly wait: number;
}

export interface Stack {
  /** Whose turn it is on it; undefined while it is parked, and once its process was killed. */
  worker: Worker | undefined;
  /** Goes on with what it waits for; undefined while it runs. */
  resume: ((value: number) => void) | undefined;
  /** Whose fuel is used while it runs; see accounts.ts. */
  payer: number | undefined;
  /** What it handles, or is about to: an entry of the table, and the message. */
  target: number;
  message: number;
  isHandling: boolean;
  /** Undefined for a cast. */
  served: Served | undefined;
}

export interface PoolImports {
  /** What was called has returned `result`; what to call now, as above. */
  readonly turn: (result: number) => number;
  /** Suspends. */
  readonly park: () => Promise<number>;
}

export function emptyStack(): Stack {
  return {
    worker: undefined,
    resume: undefined,
    payer: undefined,
    target: 0,
    message: 0,
    isHandling: false,
    served: undefined,
  };
}

const [TURN, PARK] = [0, 1];
/** Types. */
const [ASK, GET, HANDLE, RUN] = [0, 1, 2, 3];
/** Locals. */
const [RESULT, WHAT, BITS] = [0, 1, 2];
/** Out of the `if`, to the head of the loop. */
const AGAIN = 1;

const LOOP = [
  [...OP.loop, OP.get, RESULT, OP.call, TURN, OP.tee, WHAT, ...OP.floatZero, OP.floatLessThan],
  [...OP.if, OP.call, PARK, OP.drop, ...OP.zero, OP.set, RESULT, OP.branch, AGAIN, OP.end],
  [OP.get, WHAT, OP.floatToLong, OP.tee, BITS, OP.lowWord],
  [OP.get, BITS, ...OP.highWord, OP.callIndirect, HANDLE, 0, OP.set, RESULT],
  [OP.branch, 0, OP.end],
].flat();

let compiled: WebAssembly.Module | undefined;

/** Runs one stack of the pool: `() -> ()`, to be entered by a promise that ends only in a trap. */
export function poolRunner(table: WebAssembly.Table, { turn, park }: PoolImports): () => Promise<unknown> {
  compiled ??= moduleOf({
    types: [
      { params: ["i32"], results: ["f64"] },
      { params: [], results: ["i32"] },
      { params: ["i32"], results: ["i32"] },
      { params: [], results: [] },
    ],
    imports: [
      { name: "turn", type: ASK },
      { name: "park", type: GET },
    ],
    table: true,
    body: {
      type: RUN,
      locals: ["i32", "f64", "i64"],
      code: LOOP,
    },
  });
  const { exports } = new WebAssembly.Instance(compiled, {
    "": { turn, table, park: suspending(park) },
  });
  return entered(exports[""]);
}
