/**
 * The kernel's time: microseconds since the system came up, and the moment at which it wants to know it.
 *
 * Deadlines come and go with each call, and mostly nothing becomes of them. So a
 * timer of Node that rings too early is left as it is, and set again when it rings.
 */
import { performance } from "node:perf_hooks";
import { EVENT_CLOCK } from "../../kernel/abi.ts";
import type { SeededRun } from "../seeded-run.ts";
import type { Kernel } from "./kernel.ts";

const MILLISECOND = 1000;
/** Milliseconds that a timer of Node can be set to. */
const LONGEST = 2 ** 31 - 1;
const WORD = 2 ** 32;
const NEVER = -1;

export class KernelClock {
  readonly #kernel: Kernel;
  readonly #origin = performance.now();
  readonly #seeded: SeededRun | undefined;
  readonly #onTime: () => void;
  #told = 0;
  #toldAt = this.#origin;
  /** When the kernel wants to know. */
  #due = NEVER;
  #timer: NodeJS.Timeout | undefined;
  /** When the timer rings. */
  #rings = NEVER;

  /** `onTime` is called when the kernel has been told of a time that it wanted. */
  constructor(kernel: Kernel, onTime: () => void, seeded?: SeededRun) {
    this.#kernel = kernel;
    this.#seeded = seeded;
    this.#onTime = onTime;
  }

  /** When the kernel was told of the time last: milliseconds, as `performance.now()`, also in a run with a seed. */
  get toldAt(): number {
    return this.#toldAt;
  }

  get now(): number {
    return this.#at(performance.now());
  }

  #at(milliseconds: number): number {
    if (this.#seeded !== undefined) return this.#seeded.microseconds;
    return Math.floor((milliseconds - this.#origin) * 1000);
  }

  /** Tells the kernel what time it is: before anything that it measures. */
  tell(): void {
    const at = performance.now();
    this.#toldAt = at;
    const now = this.#at(at);
    if (now === this.#told) return;
    this.#told = now;
    this.#kernel.event(EVENT_CLOCK, now | 0, Math.floor(now / WORD));
  }

  /** COMMAND_WAKE: low and high word of the time, -1 and -1 for never. */
  wake(low: number, high: number): void {
    this.#due = high < 0 ? NEVER : high * WORD + (low >>> 0);
    if (
      this.#due === NEVER ||
      this.#seeded !== undefined ||
      (this.#timer !== undefined && this.#rings <= this.#due)
    )
      return;
    this.#set();
  }

  /** In a run with a seed: all wait. */
  pass(): void {
    if (this.#due === NEVER || this.#seeded?.pass(this.#due) !== true) return;
    this.tell();
    this.#onTime();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#due = NEVER;
  }

  #set(): void {
    clearTimeout(this.#timer);
    const wait = Math.max(0, Math.ceil((this.#due - this.now) / MILLISECOND));
    this.#rings = this.#due;
    this.#timer = setTimeout(() => this.#ring(), Math.min(wait, LONGEST));
  }

  #ring(): void {
    this.#timer = undefined;
    this.tell();
    if (this.#due !== NEVER && this.#timer === undefined) this.#set();
    // Also when somebody else has told the time before, and whom it woke has not run yet.
    this.#onTime();
  }
}
