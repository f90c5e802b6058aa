/** The host's event log is what the simulator would have written, and comes out the same there. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { EventLog, type LoggedExports } from "../../../host-linux/kernel/event-log.ts";
import { PLAN_VERSION, type LinkPlan } from "../../../toolchain/link/plan.ts";
import { workFolder } from "../../cli/atoll.ts";
import { builtKernel } from "../../kernel/built.ts";
import { Kernel } from "../../kernel/simulator/kernel.ts";
import { logText, replayLog } from "../../kernel/simulator/log.ts";
import { type Run, runSeed } from "../../kernel/simulator/run.ts";

const folder = workFolder();
const path = join(folder.path, "events.log");
const plan: LinkPlan = {
  version: PLAN_VERSION,
  system: "small",
  modules: [],
  templates: [],
  root: { processes: [], edges: [] },
};

let module: WebAssembly.Module;
let kernel: Kernel;
beforeAll(async () => {
  module = await builtKernel();
  kernel = new Kernel(module);
});
afterAll(() => folder.remove());

/** Sends the events of a run through a log; the host reads so many of the unread commands after each. */
function recorded(run: Run, read: (unread: number, event: number) => number): string {
  const log = new EventLog(path, plan);
  const exports = new WebAssembly.Instance(module).exports as unknown as LoggedExports & {
    head(): number;
  };
  const logged = log.of(exports);
  const { processes, templates, messages, handles, events } = run.sizes;
  const seed = BigInt(run.seed);
  logged.initialise(
    Number(seed & 0xffffffffn),
    Number(seed >> 32n),
    processes,
    templates,
    messages,
    handles,
    events,
  );
  for (const [i, { event }] of run.steps.entries()) {
    const [kind = 0, a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0] = event;
    logged.event(kind, a, b, c, d, e, f, g);
    logged.drained(read(logged.tail() - logged.head(), i));
  }
  log.close();
  return readFileSync(path, "utf8");
}

/** Without what only one of them writes: comments, pace, and what the host looked at. */
const bare = (log: string): string => log.replaceAll(/^(#|drained |look 0\b).*\n/gm, "");

test("what it writes is what the simulator writes, for any run", () => {
  fc.assert(
    fc.property(fc.nat(100_000), (seed) => {
      const run = runSeed(kernel, seed, 60);
      const log = recorded(run, (unread) => unread);
      expect(log).toMatch(/^# system small\n/);
      expect(bare(log)).toBe(bare(logText(run)));
      expect(replayLog(kernel, log).failure).toBeUndefined();
    }),
    { numRuns: 30 },
  );
});

test("a host that reads its commands late gets an identical replay, with its pace", () => {
  fc.assert(
    fc.property(fc.nat(100_000), fc.array(fc.nat(3), { minLength: 7, maxLength: 7 }), (seed, pace) => {
      const run = runSeed(kernel, seed, 60);
      const log = recorded(run, (unread, i) => Math.min(unread, (pace[i % pace.length] ?? 0) * 4));
      const again = replayLog(kernel, log);
      expect(again.failure).toBeUndefined();
      expect(bare(logText(again))).toBe(bare(logText(run)));
    }),
    { numRuns: 30 },
  );
});

test("each line that is changed is found", () => {
  const lines = bare(recorded(runSeed(kernel, 77, 60), (unread) => unread)).split("\n");
  const commands = [...lines.keys()].filter((i) => lines[i]?.startsWith("    "));
  expect(commands.length).toBeGreaterThan(10);
  for (const i of commands) {
    const changed = lines.with(i, `${lines[i]} 9`).join("\n");
    expect(replayLog(kernel, changed).failure).toMatch(new RegExp(`^line ${i + 1}: the log says "`));
  }
});

test("a seed of 64 bits is kept", () => {
  const run: Run = { ...runSeed(kernel, 5, 0), seed: 0xfedc_ba98_7654_3210n };
  expect(recorded(run, (unread) => unread)).toContain("\ninitialise 18364758544493064720 ");
});

test("a file that cannot be written is told of", () => {
  expect(() => new EventLog(join(folder.path, "no/such/folder.log"), plan)).toThrow(
    /^The event log .*folder\.log cannot be written \(ENOENT\)\.$/,
  );
});
