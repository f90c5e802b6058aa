/**
 * Imported into the process of a system by `node --import`: how late a timer of the host is in the system's thread.
 *
 * After each 20 ticks of a timer of 1 ms it adds a line to the file that
 * TIMER_PROBE names: the most milliseconds from one tick to the next among them.
 */
import { appendFileSync } from "node:fs";
import { isMainThread } from "node:worker_threads";

/** Ticks of which there is one line. */
const TICKS = 20;

const file = process.env["TIMER_PROBE"];
if (!isMainThread && file !== undefined) probe(file);

function probe(file: string): void {
  let ticks = 0;
  let most = 0;
  let last = performance.now();
  const tick = (): void => {
    const now = performance.now();
    most = Math.max(most, now - last);
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
