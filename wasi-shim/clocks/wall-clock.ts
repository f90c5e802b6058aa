/** wasi:clocks/wall-clock. */
import { wallTime } from "atoll:device/clock";
import { Datetime } from "wasi:clocks/wall-clock";

const NANOSECONDS: u64 = 1_000_000_000;
/** The device counts in milliseconds. */
const TICK: u32 = 1_000_000;

export function wallClockNow(): Datetime {
  return datetime(wallTime());
}

export function wallClockResolution(): Datetime {
  return new Datetime(0, TICK);
}

/** From nanoseconds since 1970. */
export function datetime(time: u64): Datetime {
  return new Datetime(time / NANOSECONDS, <u32>(time % NANOSECONDS));
}
