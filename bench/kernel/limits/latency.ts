/**
 * `npm run bench:kernel-latency`: what others notice of a process in an endless loop.
 *
 * The driver gives way again and again: what passes until its next turn is a
 * slice of the loop. Then it also calls a server each time; and a timer of the
 * host runs in the same thread. All of that twice: by the clock on the wall, which
 * is told, and by the thread's own (own-time.ts), which does not count what other
 * processes of a busy machine do meanwhile.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { optionsOf } from "./options.ts";
import { openSystem } from "./open-system.ts";
import { report } from "./verdict.ts";

const ROUNDS = 1000;

interface Found {
  /** Nanoseconds. */
  readonly slice: number;
  /** 99th percentile of a turn and a call, in slices. */
  readonly turns: number;
  /** Milliseconds, of a timer of one. */
  readonly tick: number;
}

const values = optionsOf({ json: { type: "boolean", default: false } });
const own = await found(true);
const wall = await found(false);
report(
  `Beside an endless loop, in slices of ${(own.slice / 1e6).toPrecision(3)} ms`,
  [
    {
      what: "99th percentile of the turn and the call of another process",
      found: own.turns,
      unit: "slices",
      limit: 2,
    },
    { what: "longest time from tick to tick of a timer of 1 ms", found: own.tick, unit: "ms", limit: 10 },
    {
      what: "with what other processes did on this machine: the former",
      found: wall.turns,
      unit: `slices of ${(wall.slice / 1e6).toPrecision(3)} ms`,
    },
    { what: "and the latter", found: wall.tick, unit: "ms" },
  ],
  values.json,
);

async function found(isOwnTime: boolean): Promise<Found> {
  const folder = mkdtempSync(join(tmpdir(), "atoll-latency-"));
  const ticks = join(folder, "timer");
  process.env["TIMER_PROBE"] = ticks;
  if (isOwnTime) process.env["OWN_TIME"] = "1";
  else delete process.env["OWN_TIME"];
  const session = await openSystem("latency", ["--import", join(import.meta.dirname, "timer-probe.ts")]);
  try {
    const slices = await session.sample("latency:slice", ROUNDS);
    const slice = slices.nanoseconds / ROUNDS;
    // What comes before is of the system's start.
    const before = measured(ticks).length + 1;
    const calls = await session.sample("latency:call", ROUNDS);
    const late = measured(ticks).slice(before);
    if (late.length === 0) throw new Error("the timer of the host did not tick while the loop ran");
    return { slice, turns: calls.p99! / slice, tick: Math.max(...late) };
  } finally {
    await session.close();
    rmSync(folder, { recursive: true });
  }
}

/** What timer-probe.ts has written. */
function measured(file: string): number[] {
  return readFileSync(file, "utf8").trim().split("\n").map(Number);
}
