// The time, as far as the host has told it. It never goes back.

export let now: i64 = 0;

/** Times and durations stay below 2⁵², so that sums of them are exact everywhere. */
const TIME_LIMIT: i64 = 0x10000000000000;

export function clearClock(): void {
  now = 0;
}

/** -1 when the two words are no time. */
export function timeOf(low: i32, high: i32): i64 {
  const time = ((<i64>high) << 32) | <i64>(<u32>low);
  return time < 0 || time >= TIME_LIMIT ? -1 : time;
}

export function moveClock(time: i64): void {
  if (time > now) now = time;
}
