/**
 * `crash-notice:trap` and `crash-notice:promise`: what V8 alone takes for the trap of a crash.
 *
 * The same cell, by hand, without kernel and adapters: its trap is caught by a frame
 * of JavaScript, or it rejects the promise of a stack of its own. V8 notes as much
 * of the stack as the host has it note where many die. No host could do it in less.
 */
import { entered } from "../../../host-linux/kernel/jspi.ts";
import { SHORT_DEPTH } from "../../../host-linux/trap/trace-depth.ts";
import type { LinkPlan } from "../../../toolchain/link/plan.ts";
import { cellOf, Times } from "./cell-by-hand.ts";

/** The answer to `crash-notice:trap <rounds>`. */
export function bareTraps(plan: LinkPlan): (rounds: number) => string {
  const cell = cellOf(plan)();
  return (rounds) => {
    const times = new Times();
    let sum = 0;
    using _ = new ShortStacks();
    for (let i = 0; i < rounds; i++) {
      times.begin();
      try {
        cell.crash();
      } catch (error) {
        sum += isTrap(error, i);
      }
      times.end();
    }
    return times.sample(sum);
  };
}

/** The answer to `crash-notice:promise <rounds>`. */
export function barePromises(plan: LinkPlan): (rounds: number) => Promise<string> {
  const crash = entered(cellOf(plan)().crash);
  return async (rounds) => {
    const times = new Times();
    let sum = 0;
    const caught = (i: number) => (error: unknown) => void (sum += isTrap(error, i));
    using _ = new ShortStacks();
    for (let i = 0; i < rounds; i++) {
      times.begin();
      await crash().catch(caught(i));
      times.end();
    }
    return times.sample(sum);
  };
}

/** What a round adds to the sum. */
function isTrap(error: unknown, i: number): number {
  return error instanceof WebAssembly.RuntimeError ? i + 1 : 0;
}

class ShortStacks {
  readonly #before = Error.stackTraceLimit;

  constructor() {
    Error.stackTraceLimit = SHORT_DEPTH;
  }

  [Symbol.dispose](): void {
    Error.stackTraceLimit = this.#before;
  }
}
