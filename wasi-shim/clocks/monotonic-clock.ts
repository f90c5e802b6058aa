/** wasi:clocks/monotonic-clock. */
import { now } from "atoll:device/clock";
import { Condition } from "../io/condition";
import { Pollable } from "../io/poll";

export function monotonicClockNow(): u64 {
  return now();
}

export function monotonicClockResolution(): u64 {
  return 1;
}

export function subscribeInstant(when: u64): Pollable {
  return new Pollable(new Instant(when));
}

export function subscribeDuration(when: u64): Pollable {
  const time = now();
  return new Pollable(new Instant(when > u64.MAX_VALUE - time ? u64.MAX_VALUE : time + when));
}

/** The clock has come to a time. */
class Instant extends Condition {
  constructor(private when: u64) {
    super();
  }

  ready(): bool {
    return now() >= this.when;
  }

  deadline(): u64 {
    return this.when;
  }
}
