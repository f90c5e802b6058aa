/**
 * `npm run bench:kernel-latency`: what others notice of a process in an endless loop.
 *
 * The driver gives way again and again: what passes until its next turn is a
 * slice of the loop. Then it also calls a server with a stack of its own each
 * time; and a timer of the host runs in the same thread.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { optionsOf } from "./options.ts";
import { openSystem } from "./open-system.ts";
import { report } from "./verdict.ts";

const ROUNDS = 1000;

const values = optionsOf({ json: { type: "boolean", default: false } });
const folder = mkdtempSync(join(tmpdir(), "atoll-latency-"));
process.env["TIMER_PROBE"] = join(folder, "timer");
const session = await openSystem("latency", ["--import", join(import.meta.dirname, "timer-probe.ts")]);
try {
  const slices = await session.sample("latency:slice", ROUNDS);
  const slice = slices.nanoseconds / ROUNDS;
  // What comes before is of the system's start.
  const before = ticksMeasured().length + 1;
  const calls = await session.sample("latency:call", ROUNDS);
  const late = ticksMeasured().slice(before);
  if (late.length === 0) throw new Error("the timer of the host did not tick while the loop ran");
  report(
    `Beside an endless loop, in slices of ${(slice / 1e6).toPrecision(3)} ms`,
    [
      {
        what: "99th percentile of the turn and the call of another process",
        found: calls.p99! / slice,
        unit: "slices",
        limit: 2,
      },
      {
        what: "longest time from tick to tick of a timer of 1 ms",
        found: Math.max(...late),
        unit: "ms",
        limit: 10,
      },
    ],
    values.json,
  );
} finally {
  await session.close();
  rmSync(folder, { recursive: true });
}

/** What timer-probe.ts has written. */
function ticksMeasured(): number[] {
  return readFileSync(join(folder, "timer"), "utf8").trim().split("\n").map(Number);
}
