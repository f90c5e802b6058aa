/** The kernel under 20,000 seeded schedules, each event checked by the model and by the invariants. */
import { beforeAll, expect, test } from "vitest";
import { COMMAND_RUN, RUN_RESUME } from "../../kernel/abi.ts";
import { builtKernel } from "./built.ts";
import { Kernel } from "./simulator/kernel.ts";
import { commandText, eventText, parseEvent, statusText } from "./simulator/names.ts";
import { logText, replay, type Run, runSeed } from "./simulator/run.ts";

const SEEDS = 20_000;
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
      if (seed % 4 === 0) collect(seen, run);
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

test("the same seed gives the same run, and its event log replays to the same commands", () => {
  for (const seed of [1, 77, 4321]) {
    const first = runSeed(kernel, seed, LENGTH);
    const log = logText(first);
    expect(logText(runSeed(kernel, seed, LENGTH))).toBe(log);
    const events = log
      .split("\n")
      .filter((line) => !line.startsWith(" "))
      .map((line) => parseEvent(line.split("  => ")[0] ?? ""));
    expect(logText(replay(kernel, seed, first.sizes, events))).toBe(log);
  }
});
