/**
 * Imported into the process of a system by `node --import`: how late a timer of the host is in the system's thread.
 *
 * After each 20 ticks of a timer of 1 ms it adds a line to the file that
 * TIMER_PROBE names: the most milliseconds from one tick to the next among them.
 * With OWN_TIME it counts the thread's own time (own-time.ts), and so do the guests.
 */
import { appendFileSync } from "node:fs";
import { isMainThread } from "node:worker_threads";
import { ownTime } from "./own-time.ts";

/** Ticks of which there is one line. */
const TICKS = 20;
const NANOSECONDS_PER_MILLISECOND = 1e6;

const file = process.env["TIMER_PROBE"];
if (!isMainThread && file !== undefined) {
  if (process.env["OWN_TIME"] !== undefined) process.hrtime.bigint = ownTime();
  probe(file);
}

function probe(file: string): void {
  let ticks = 0;
  let most = 0;
  let last = process.hrtime.bigint();
  const tick = (): void => {
    const now = process.hrtime.bigint();
    most = Math.max(most, Number(now - last) / NANOSECONDS_PER_MILLISECOND);
    last = now;
    ticks++;
    if (ticks % TICKS === 0) {
      appendFileSync(file, `${most}\n`);
      most = 0;
    }
    setTimeout(tick, 1);
  };
  setTimeout(tick, 1);
}
