/**
 * `restart:instance`: what a restart would cost with a new V8 instance in place of the reset.
 *
 * The same cell, by hand: its trap is caught, its modules are instantiated anew,
 * its initialisers run, and it is called. No kernel, no adapter: a lower bound.
 */
import type { LinkPlan } from "../../../toolchain/link/plan.ts";
import { cellOf, Times, type Cell } from "./cell-by-hand.ts";

/** The answer to `restart:instance <rounds>`. */
export function newInstances(plan: LinkPlan): (rounds: number) => string {
  const made = cellOf(plan);
  let cell = made();
  return (rounds) => {
    const times = new Times();
    let sum = 0;
    for (let i = 0; i < rounds; i++) {
      times.begin();
      if (survives(cell)) throw new Error("the cell did not crash");
      cell = made();
      sum = cell.first(sum, i);
      times.end();
    }
    return times.sample(sum);
  };
}

function survives(cell: Cell): boolean {
  try {
    cell.crash();
    return true;
  } catch {
    return false;
  }
}
