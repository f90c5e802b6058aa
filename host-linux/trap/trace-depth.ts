/**
 * How much of the stack V8 notes when something traps: it does so each time, whether anybody reads it or not.
 *
 * That takes longer than all that follows from a death. So of a second in which
 * processes die by the thousand, so many stacks are noted whole as deaths are kept
 * for whoever asks (guard/deaths.ts), and of the others only where they trapped.
 */
import { STACK_DEPTH } from "./stack.ts";

/** Deaths of a second whose stacks are noted whole. */
const MOST_WHOLE = 20;
/**
 * Frames of the others: the function that trapped, and the one that called it, which is the guest's own where
 * the first is its library's. The next one may be this host's, which takes V8 as long as all before it.
 */
export const SHORT_DEPTH = 2;
const SECOND = 1000;

export class TraceDepth {
  #deaths = 0;

  constructor() {
    Error.stackTraceLimit = STACK_DEPTH;
  }

  readonly died = (): void => {
    this.#deaths += 1;
    // Nothing waits for it.
    if (this.#deaths === 1) setTimeout(() => this.#begin(), SECOND).unref();
    if (this.#deaths === MOST_WHOLE) Error.stackTraceLimit = SHORT_DEPTH;
  };

  #begin(): void {
    this.#deaths = 0;
    Error.stackTraceLimit = STACK_DEPTH;
  }
}
