/**
 * `npm run simulate`: the kernel under seeded schedules, for as long as one likes.
 *
 *     npm run simulate -- --seed 42          one seed, with its event log
 *     npm run simulate -- --seeds 100000     that many, from 0
 *     npm run simulate -- --forever          until something is wrong, from a new seed each time
 *     npm run simulate -- --replay FILE      an event log, which has to come out the same
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { builtKernel } from "../../../kernel/built.ts";
import { Kernel } from "./kernel.ts";
import { logText, replayLog } from "./log.ts";
import { type Run, runSeed } from "./run.ts";
import { shrink } from "./shrink.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string" },
    seeds: { type: "string", default: "20000" },
    length: { type: "string", default: "60" },
    forever: { type: "boolean", default: false },
    replay: { type: "string" },
  },
});
const length = natural("--length", values.length);
const module = new WebAssembly.Module(new Uint8Array((await builtKernel()).kernel));
const kernel = new Kernel(module);

if (values.replay !== undefined) {
  const run = replayed(values.replay);
  console.log(run.failure ?? `${run.steps.length} events, identical statuses and commands`);
  if (run.failure !== undefined) process.exit(1);
} else if (values.seed !== undefined) {
  const run = runSeed(kernel, natural("--seed", values.seed), length);
  console.log(logText(run));
  finish(run);
} else {
  const first = values.forever ? Date.now() % 1_000_000_000 : 0;
  const count = values.forever ? Infinity : natural("--seeds", values.seeds);
  const began = performance.now();
  let events = 0;
  for (let i = 0; i < count; i++) {
    const run = runSeed(kernel, first + i, length);
    events += run.steps.length;
    if (run.failure !== undefined) finish(run);
    if ((i + 1) % 10_000 === 0) report(i + 1, events, began);
  }
  if (count % 10_000 !== 0) report(count, events, began);
}

function report(seeds: number, events: number, began: number): void {
  const seconds = (performance.now() - began) / 1000;
  console.log(`${seeds} seeds, ${events} events, nothing wrong (${seconds.toFixed(1)} s)`);
}

function finish(run: Run): void {
  if (run.failure === undefined) return console.error(`\nseed ${run.seed}: nothing wrong`);
  const short = shrink(() => new Kernel(module), run);
  console.error(`\nseed ${run.seed} fails after ${run.steps.length} events:\n${run.failure}`);
  console.error(`\nshort, ${short.steps.length} events: ${short.failure}\n${logText(short)}`);
  console.error(`\nAgain: npm run simulate -- --seed ${run.seed} --length ${length}`);
  process.exit(1);
}

function replayed(file: string): Run {
  try {
    return replayLog(kernel, readFileSync(file, "utf8"));
  } catch (error) {
    console.error(`--replay ${file}: ${error instanceof Error ? error.message : String(error)}`);
    return process.exit(1);
  }
}

function natural(option: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  console.error(`${option}: expected a whole number from 0, found "${text}".`);
  return process.exit(1);
}
