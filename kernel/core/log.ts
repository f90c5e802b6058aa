// The newest events, for whoever has to find out what happened.
import { logBase, logCount, LOG_BYTES } from "./tables";
import { now } from "./clock";

let written: i32 = 0;

export function clearLog(): void {
  written = 0;
}

/** Kind, seven arguments, status, time: ten words of a record, two are free. */
export function logEvent(
  kind: i32,
  a: i32,
  b: i32,
  c: i32,
  d: i32,
  e: i32,
  f: i32,
  g: i32,
  status: i32,
): void {
  const record = logBase + (written % logCount) * LOG_BYTES;
  store<i32>(record, kind);
  store<i32>(record + 4, a);
  store<i32>(record + 8, b);
  store<i32>(record + 12, c);
  store<i32>(record + 16, d);
  store<i32>(record + 20, e);
  store<i32>(record + 24, f);
  store<i32>(record + 28, g);
  store<i32>(record + 32, status);
  store<i32>(record + 36, <i32>now);
  store<i32>(record + 40, <i32>(now >> 32));
  written = written === 0x7fffffff ? (written % logCount) + 1 : written + 1;
}

/** Address of an event, 1 for the newest; 0 when it is not kept. */
export function loggedEvent(age: i32): i32 {
  if (age < 1 || age > logCount || age > written) return 0;
  return logBase + ((written - age) % logCount) * LOG_BYTES;
}
