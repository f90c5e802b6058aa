/** The checks of limits: what they are told wrongly. */
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../../../bench/harness/workspace.ts";
import { runNode } from "../program.ts";

const MISTAKES: readonly [string, readonly string[], RegExp][] = [
  ["live", ["--processes", "many"], /^live: --processes: expected a whole number above 0, found "many"\n$/],
  ["live", ["--processes=0"], /^live: --processes: expected a whole number above 0, found "0"\n$/],
  ["soak", ["--warm-up=-1"], /^soak: --warm-up: expected a whole number above 0, found "-1"\n$/],
  ["latency", ["--slices"], /^latency: Unknown option '--slices'/],
];

test.for(MISTAKES)("%s %j ends with one message", async ([check, args, message], { signal }) => {
  const file = join(ROOT, `bench/kernel/limits/${check}.ts`);
  const { status, stdout, stderr } = await runNode([file, ...args], signal);
  expect([status, stdout]).toEqual([1, ""]);
  expect(stderr).toMatch(message);
});
