/**
 * Imported into the process of a system by `node --import`: how late a timer of the host is in the system's thread.
 *
 * Writes `<ticks> <most milliseconds>` to the file TIMER_PROBE names, whenever
 * there were 20 more.
 */
import { writeFileSync } from "node:fs";
import { isMainThread } from "node:worker_threads";

const file = process.env["TIMER_PROBE"];
if (!isMainThread && file !== undefined) probe(file);

function probe(file: string): void {
  let ticks = 0;
  let most = 0;
  let last = performance.now();
  const tick = (): void => {
    const now = performance.now();
    // What is there before the system runs is the start of the thread.
    if (ticks > 20) most = Math.max(most, now - last);
    last = now;
    ticks++;
    if (ticks % 20 === 0) writeFileSync(file, `${ticks} ${most}`);
    setTimeout(tick, 1);
  };
  setTimeout(tick, 1);
}
