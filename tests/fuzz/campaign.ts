/**
 * Cases of the fuzzer in a thread, with a watch on the time that each one takes.
 */
import { Worker } from "node:worker_threads";
import type { Outcome } from "./link-case.ts";
import type { WorkerInput, WorkerOutput } from "./worker.ts";

/** Milliseconds. A case takes one second at most; the rest is for busy machines. */
const LONGEST_CASE = 60_000;
const TICK = 250;

export interface Report {
  readonly outcomes: Readonly<Partial<Record<Outcome, number>>>;
  readonly failures: readonly { readonly seed: number; readonly message: string }[];
}

/** Runs the cases of `count` seeds from `first` on. A case that does not end ends the run, and is a failure. */
export function campaign(first: number, count: number, all: boolean): Promise<Report> {
  const progress = new SharedArrayBuffer(8);
  const view = new Int32Array(progress);
  const workerData: WorkerInput = { first, count, all, progress };
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { workerData });
  const failures: { seed: number; message: string }[] = [];
  return new Promise((resolve, reject) => {
    let watch: NodeJS.Timeout | undefined;
    const end = (outcomes: Report["outcomes"]): void => {
      clearInterval(watch);
      void worker.terminate();
      resolve({ outcomes, failures });
    };
    worker.once("error", reject);
    worker.on("message", (output: WorkerOutput) => {
      if (output.kind === "failed") failures.push({ seed: output.seed, message: output.message });
      if (output.kind === "done") end(output.outcomes);
      if (output.kind === "started") {
        watch = watching(view, (seed) => {
          failures.push({ seed, message: `seed ${seed}: not done after ${LONGEST_CASE} ms` });
          end({});
        });
      }
    });
  });
}

function watching(view: Int32Array, hangs: (seed: number) => void): NodeJS.Timeout {
  let [started, since] = [-1, performance.now()];
  return setInterval(() => {
    const now = Atomics.load(view, 1);
    if (now !== started) [started, since] = [now, performance.now()];
    else if (performance.now() - since > LONGEST_CASE) hangs(Atomics.load(view, 0));
  }, TICK);
}
