/**
 * Stacks: what runs, waits, and is left when its process is killed.
 *
 * A stack is entered by a promise (JSPI) and holds frames of one process, and of
 * those that run on their caller's. Many messages are handled on one: making a
 * stack costs several times as much as a switch. `run` is the loop of such a one:
 *
 *     loop
 *       take          index of what to call, below 0 when there is nothing now
 *       if below 0    park (suspends), and look again
 *       else          done(table[index](message()))
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
  /** What it handles: an entry of the table, and the message. -1: nothing. */
  target: number;
  message: number;
  /** Undefined for a cast. */
  served: Served | undefined;
}

export interface PoolImports {
  readonly take: () => number;
  readonly message: () => number;
  readonly done: (result: number) => void;
  /** Suspends. */
  readonly park: () => Promise<number>;
}

export function emptyStack(): Stack {
  return {
    worker: undefined,
    resume: undefined,
    payer: undefined,
    target: -1,
    message: 0,
    served: undefined,
  };
}

const [TAKE, MESSAGE, DONE, PARK] = [0, 1, 2, 3];
const [GET, PUT, HANDLE, RUN] = [0, 1, 2, 3];
const TARGET = 0;
/** Out of the `if`, to the head of the loop. */
const AGAIN = 1;

const LOOP = [
  [...OP.loop, OP.call, TAKE, OP.tee, TARGET, ...OP.zero, OP.lessThan],
  [...OP.if, OP.call, PARK, OP.drop, OP.branch, AGAIN, OP.end],
  [OP.call, MESSAGE, OP.get, TARGET, OP.callIndirect, HANDLE, 0],
  [OP.call, DONE, OP.branch, 0, OP.end],
].flat();

let compiled: WebAssembly.Module | undefined;

/** Runs one stack of the pool: `() -> ()`, to be entered by a promise that ends only in a trap. */
export function poolRunner(
  table: WebAssembly.Table,
  { park, ...imports }: PoolImports,
): () => Promise<unknown> {
  compiled ??= moduleOf({
    types: [
      { params: [], results: ["i32"] },
      { params: ["i32"], results: [] },
      { params: ["i32"], results: ["i32"] },
      { params: [], results: [] },
    ],
    imports: [
      { name: "take", type: GET },
      { name: "message", type: GET },
      { name: "done", type: PUT },
      { name: "park", type: GET },
    ],
    table: true,
    body: {
      type: RUN,
      locals: ["i32"],
      code: LOOP,
    },
  });
  const { exports } = new WebAssembly.Instance(compiled, {
    "": { ...imports, table, park: suspending(park) },
  });
  return entered(exports[""]);
}
