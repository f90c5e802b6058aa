/** The kernel under 20,000 seeded schedules (`npm test`: 5,000), each event checked by the model and by the invariants. */
import { beforeAll, expect, test } from "vitest";
import { COMMAND_RUN, RUN_RESUME } from "../../kernel/abi.ts";
import { builtKernel } from "./built.ts";
import { Kernel } from "./simulator/kernel.ts";
import { logText, replayLog } from "./simulator/log.ts";
import { commandText, eventText, statusText } from "./simulator/names.ts";
import { type Run, runSeed } from "./simulator/run.ts";
import { tries } from "../thorough.ts";

const SEEDS = tries(20_000);
const LENGTH = 60;
/** Far more than it takes, for machines that do other work. */
const TIME = 300_000;

const OUTCOMES: readonly string[] = [
  ...["number", "stale", "configuration", "exhausted"].map((status) => `add ${status}`),
  ...["1", "2", "stale", "invalid", "revoked", "denied", "expired", "rate"].map((status) => `call ${status}`),
  ...["unavailable", "cycle", "overloaded", "exhausted"].map((status) => `call ${status}`),
  ...["0", "revoked", "denied", "overloaded", "unavailable", "exhausted"].map((status) => `cast ${status}`),
  ...["0", "overloaded", "unavailable", "stale"].map((status) => `post ${status}`),
  ...["number", "revoked", "denied", "unavailable", "exhausted"].map((status) => `spawn ${status}`),
  ...["number", "revoked", "denied", "unavailable", "exhausted"].map((status) => `grant ${status}`),
  ...["0", "revoked", "denied", "expired", "unavailable", "exhausted"].map((status) => `give ${status}`),
  ...["number", "revoked", "expired", "exhausted"].map((status) => `narrow ${status}`),
  ...["number", "invalid", "unavailable", "exhausted"].map((status) => `link ${status}`),
  ...["number", "unavailable", "exhausted"].map((status) => `monitor ${status}`),
  ...["0", "1", "stale"].map((status) => `done ${status}`),
  ...["0", "stale"].flatMap((status) => [`ended ${status}`, `started ${status}`, `cancel ${status}`]),
  ...["0", "stale"].flatMap((status) => [`kill ${status}`, `stop ${status}`, `device ${status}`]),
  ...["0", "revoked"].flatMap((status) => [`drop ${status}`, `revoke ${status}`]),
  ...["1", "2", "3", "4", "5 0", "5 timeout", "5 crashed", "5 unavailable"].map((what) => `run ${what}`),
  "start",
  "stop",
  "kill",
  "wake",
  "backoff",
  "cycle",
  "audit",
  "discard",
  "halt",
];

let kernel: Kernel;
beforeAll(async () => {
  kernel = new Kernel(await builtKernel());
});

test(
  `${SEEDS} seeds`,
  () => {
    const seen = new Set<string>();
    for (let seed = 0; seed < SEEDS; seed++) {
      const run = runSeed(kernel, seed, LENGTH);
      if (run.failure !== undefined) expect.fail(`${run.failure}\nnpm run simulate -- --seed ${seed}`);
      if (seed < 5_000) collect(seen, run);
    }
    // Checks of what never happens would hold of every kernel.
    expect(OUTCOMES.filter((outcome) => !seen.has(outcome))).toEqual([]);
  },
  TIME,
);

function collect(seen: Set<string>, { steps }: Run): void {
  for (const { event, status, commands } of steps) {
    seen.add(`${eventText([event[0] ?? 0])} ${status > 2 ? "number" : statusText(status)}`);
    for (const [kind = 0, , , what = 0, result = 0] of commands) {
      const run =
        kind === COMMAND_RUN ? ` ${what}${what === RUN_RESUME ? ` ${statusText(result)}` : ""}` : "";
      seen.add(commandText([kind]) + run);
    }
  }
}

test("the same seed gives the same run, and its event log comes out the same again", () => {
  for (const seed of [1, 77, 4321]) {
    const log = logText(runSeed(kernel, seed, LENGTH));
    expect(logText(runSeed(kernel, seed, LENGTH))).toBe(log);
    const again = replayLog(kernel, log);
    expect(again.failure).toBeUndefined();
    expect(logText(again)).toBe(log);
  }
});

test("an event log that another kernel wrote differs at a line", () => {
  const log = logText(runSeed(kernel, 77, LENGTH));
  const other = log.replace(/^ {4}start (\d+) 1/m, "    start $1 2");
  expect(other).not.toBe(log);
  expect(replayLog(kernel, other).failure).toMatch(/^line \d+: the log says " {4}start \d+ 2/);
});

test("an event that was changed is named by its line, also when what follows cannot be", () => {
  const log = logText(runSeed(kernel, 77, LENGTH)).replace(/^(boot .*\n(?: {4}.*\n)+)/m, "$1drained 1\n");
  const changed = log.replace(/^boot .*\n(?: {4}.*\n)+/m, "boot  => stale\n");
  expect(changed).not.toBe(log);
  expect(replayLog(kernel, changed).failure).toMatch(/^line \d+: the log says "boot {2}=> stale"/);
  const left = log.replace(/^boot .*\n(?: {4}.*\n)+/m, "next  => 0\n");
  expect(replayLog(kernel, left).failure).toMatch(/^after line \d+: there are no 1 commands to be read$/);
});

test("commands that the host reads late, and comments, do not change the run", () => {
  const log = logText(runSeed(kernel, 77, LENGTH));
  const late = log
    .replace(/^boot .*\n((?: {4}.*\n)+)/m, (boot) => `# three at once\n${boot}drained 1\n`)
    .replace(/\nend\n$/, "\ndrained 2\nend\n");
  expect(late).toMatch(/\ndrained 1\n[^]*\ndrained 2\nend\n$/);
  expect(replayLog(kernel, late).failure).toBeUndefined();
  const never = late.replace("drained 2", "drained 70000");
  expect(replayLog(kernel, never).failure).toMatch(
    /^after line \d+: there are no 70000 commands to be read$/,
  );
});

test("an event log that was cut off says so, and where it is not the same", () => {
  const log = logText(runSeed(kernel, 77, LENGTH));
  const lines = log.split("\n").length - 1;
  expect(replayLog(kernel, log.replace(/end\n$/, "")).failure).toBe(
    `line ${lines}: expected "end", found the end of the file: whoever wrote the log was cut off. All before is identical.`,
  );
  const cut = log.slice(0, log.lastIndexOf("\n    ") + 1);
  expect(replayLog(kernel, cut).failure).toMatch(/^line \d+: the log has nothing more, now there is " {4}/);
});

test.each([
  ["", 'line 1: expected "initialise" and six numbers, found ""'],
  ["initialise 1 2 3", 'line 1: expected "initialise" and six numbers, found "initialise 1 2 3"'],
  ["initialise 1 8 8 8 8 8\nboot\nfly 1", "line 3: no event of the kernel: fly 1"],
  ["initialise 1 8 8 8 8 8\nend\nboot", 'line 3: expected nothing after "end", found "boot"'],
  ["initialise 1 8 8 8 8 8\ndrained many", "line 2: no event of the kernel: drained many"],
])("%j is no event log", (text, message) => {
  expect(() => replayLog(kernel, text)).toThrow(message);
});
