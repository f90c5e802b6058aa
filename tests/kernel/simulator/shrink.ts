/** A failing run → a short one that fails too: events are left out as long as something is still wrong. */
import type { Kernel } from "./kernel.ts";
import type { KernelEvent } from "./names.ts";
import { replay, type Run } from "./run.ts";

/** Tries at most `attempts` replays. */
export function shrink(kernel: () => Kernel, failing: Run, attempts = 2000): Run {
  let best = failing;
  let left = attempts;
  let size = Math.ceil(best.steps.length / 2);
  while (size >= 1 && left > 0) {
    let shorter = false;
    for (let at = Math.max(0, best.steps.length - size); at >= 0 && left > 0; at -= size) {
      left -= 1;
      const events = without(best, at, size);
      const run = replay(kernel(), best.seed, best.sizes, events);
      if (run.failure === undefined) continue;
      best = run;
      shorter = true;
    }
    if (size === 1 && !shorter) break;
    size = size === 1 ? 1 : Math.ceil(size / 2);
  }
  return best;
}

function without({ steps }: Run, at: number, count: number): KernelEvent[] {
  return steps.filter((_, i) => i < at || i >= at + count).map(({ event }) => event);
}
