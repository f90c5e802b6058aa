/**
 * Runs cases of the fuzzer one after the other, and says which one it is at.
 *
 * A thread of its own, so that one that never ends can be ended by others.
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { parentPort, workerData } from "node:worker_threads";
import { LinkFuzzer, type Outcome } from "./link-case.ts";
import { systems } from "./systems.ts";

export interface WorkerInput {
  readonly first: number;
  readonly count: number;
  readonly all: boolean;
  /** Two i32: the case that runs, and how many have been started. */
  readonly progress: SharedArrayBuffer;
}
export type WorkerOutput =
  | { readonly kind: "started" }
  | { readonly kind: "done"; readonly outcomes: Partial<Record<Outcome, number>> }
  | { readonly kind: "failed"; readonly seed: number; readonly message: string };

const { first, count, all, progress } = workerData as WorkerInput;
const view = new Int32Array(progress);
const outcomes: Partial<Record<Outcome, number>> = {};
const send = (output: WorkerOutput): void => parentPort?.postMessage(output);

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

const fuzzer = new LinkFuzzer(await systems(all));
send({ kind: "started" });
for (let seed = first; seed < first + count; seed++) {
  Atomics.store(view, 0, seed);
  Atomics.add(view, 1, 1);
  // Memories that nobody uses any more still take address space, which is scarce.
  if (seed % 32 === 0) collect();
  try {
    const outcome = fuzzer.run(seed);
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  } catch (error) {
    send({ kind: "failed", seed, message: (error as Error).message });
  }
}
send({ kind: "done", outcomes });
