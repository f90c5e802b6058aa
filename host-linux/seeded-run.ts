/**
 * A run that can be had again: a seed, and a time that stands still while anybody has something to do.
 *
 * When all wait, for nothing but time, it is at once as late as the kernel wanted to
 * know. Who waits for a line of input gets it before any time passes. The images of
 * host-metal have the same (runtime/system-time.h).
 */
const NANOSECONDS_PER_MICROSECOND = 1000n;

export class SeededRun {
  /** 0 to 2³¹ - 1. */
  readonly seed: number;
  /** Since the beginning of the run. */
  microseconds = 0;
  readonly #isInputAsked: () => boolean;

  constructor(seed: number, isInputAsked: () => boolean) {
    this.seed = seed;
    this.#isInputAsked = isInputAsked;
  }

  get nanoseconds(): bigint {
    return BigInt(this.microseconds) * NANOSECONDS_PER_MICROSECOND;
  }

  /** Lets time pass up to `due`, at least a microsecond. False while somebody waits for input. */
  pass(due: number): boolean {
    if (this.#isInputAsked()) return false;
    this.microseconds = Math.max(due, this.microseconds + 1);
    return true;
  }
}
