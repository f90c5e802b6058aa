/**
 * What a pollable waits for: something of a device, or a time.
 *
 * Devices never block. So whoever waits looks (`ready`), and if there is nothing
 * has the process sleep until a device has something new or the time is over:
 * see wait.ts.
 */

/** The deadline of what comes by a device alone. */
export const NEVER: u64 = u64.MAX_VALUE;

export abstract class Condition {
  /** Whether it has come. Looks, and does not wait. */
  abstract ready(): bool;

  /** When it comes at the latest, in nanoseconds of the monotonic clock. */
  deadline(): u64 {
    return NEVER;
  }
}
