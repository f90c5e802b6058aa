/**
 * A clock of this thread that stands still while it waits for a core which other processes have.
 *
 * What a machine does beside a check is no property of what is checked; what the
 * thread waits for by itself, a timer or a lock, goes on counting. Linux says how
 * long a thread was ready to run and did not; elsewhere it is the usual clock.
 */
import { openSync, readSync } from "node:fs";

/** "time on a core, time ready without one, how often", in nanoseconds. */
const FILE = "/proc/thread-self/schedstat";

/** Nanoseconds. To be called in the thread whose time it is. */
export function ownTime(): () => bigint {
  // It may be replaced by what is made here.
  const time = process.hrtime.bigint.bind(process.hrtime);
  const waited = waitedForCore();
  return () => time() - waited();
}

function waitedForCore(): () => bigint {
  const text = Buffer.alloc(100);
  let file: number;
  try {
    file = openSync(FILE, "r");
  } catch {
    return () => 0n;
  }
  return () => {
    const length = readSync(file, text, 0, text.length, 0);
    return BigInt(text.toString("latin1", 0, length).split(" ")[1] ?? 0);
  };
}
