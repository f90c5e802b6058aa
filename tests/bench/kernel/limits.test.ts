/** The checks of limits: what they are told wrongly. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../../../bench/harness/workspace.ts";

const MISTAKES: readonly [string, readonly string[], RegExp][] = [
  ["live", ["--processes", "many"], /^live: --processes: expected a whole number above 0, found "many"\n$/],
  ["live", ["--processes=0"], /^live: --processes: expected a whole number above 0, found "0"\n$/],
  ["soak", ["--warm-up=-1"], /^soak: --warm-up: expected a whole number above 0, found "-1"\n$/],
  ["latency", ["--slices"], /^latency: Unknown option '--slices'/],
];

test.each(MISTAKES)("%s %j ends with one message", (check, args, message) => {
  const file = join(ROOT, `bench/kernel/limits/${check}.ts`);
  const { status, stdout, stderr } = spawnSync(process.execPath, [file, ...args], { encoding: "utf8" });
  expect([status, stdout]).toEqual([1, ""]);
  expect(stderr).toMatch(message);
});
