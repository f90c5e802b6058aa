/** The simulator finds bugs: each kernel with a planted one fails soon, and its run becomes short. */
import { beforeAll, expect, test } from "vitest";
import { builtKernel } from "./built.ts";
import { plantedBugs } from "./planted-bugs.ts";
import { Kernel } from "./simulator/kernel.ts";
import { replay, type Run, runSeed } from "./simulator/run.ts";
import { shrink } from "./simulator/shrink.ts";
import { THOROUGH } from "../thorough.ts";

/** A bug that takes more seeds than this counts as not found; as many as `npm test` runs. */
const SEEDS = 5000;
const LENGTH = 60;

let sound: Kernel;
beforeAll(async () => {
  sound = new Kernel(await builtKernel());
});

test("there are at least twenty", () => {
  expect(plantedBugs().length).toBeGreaterThanOrEqual(20);
});

/** In `npm test`, every fourth: each kernel has to be compiled. */
const TRIED = plantedBugs().filter((_, i) => THOROUGH || i % 4 === 0);

test.for(TRIED)("$name", async ({ patch }) => {
  const module = await builtKernel({ patch, optimize: 0 });
  const run = firstFailure(module);
  expect(run.failure, `nothing found in ${SEEDS} seeds`).toBeDefined();
  const short = shrink(() => new Kernel(module), run, 300);
  expect(short.failure).toBeDefined();
  expect(short.steps.length).toBeLessThanOrEqual(run.steps.length);
  const events = short.steps.map(({ event }) => event);
  expect(replay(sound, short.seed, short.sizes, events).failure).toBeUndefined();
});

function firstFailure(module: WebAssembly.Module): Run {
  const kernel = new Kernel(module);
  for (let seed = 0; ; seed++) {
    const run = runSeed(kernel, seed, LENGTH);
    if (run.failure !== undefined || seed === SEEDS) return run;
  }
}
