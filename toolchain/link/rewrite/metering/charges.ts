/**
 * Where fuel is charged: as few places as exact counting allows.
 *
 * Charging each basic block at its head counts exactly. But a block may also
 * prepay what surely follows. Say P of an edge is what was prepaid by the time
 * control passes along it. A block cannot know which edge it will leave by, or
 * has come by, so P is the same for all edges of a class; then
 *
 *     charge(block) = cost(block) + P(edges out) - P(edges in)
 *
 * adds up, on each path through the function, to the sum of costs: the Ps cancel.
 * P is 0 where control enters or leaves the function. A charge must not be
 * negative, or fuel could run out early; the largest P for which that holds is
 * the length of the shortest path from the edge to the function's end. With it
 * at least one of the ways on from each branch costs nothing more, and every
 * loop still pays for each turn, since a cycle's charges add up to its cost.
 *
 * Code that only leads to a trap is not counted exactly: it pays what exceeds
 * the prepaid part, or nothing when it is short. A throw through a function
 * loses what that had prepaid.
 */
import type { BasicBlock, Flow } from "./flow.ts";
import { OUTSIDE } from "./flow.ts";

export interface Charge {
  /** Place in the old code. */
  readonly at: number;
  /** Units of fuel, at least 1. */
  readonly cost: number;
  /** Loops around the place. */
  readonly depth: number;
}

/** Passes over the blocks, from the last to the first; more are needed only by code that no compiler makes. */
const MOST_PASSES = 24;
/** What a block that leads to a trap may do unpaid: it runs once. */
const MOST_UNPAID = 256;

/** Of a class where the end is never reached. */
const ENDLESS = -1;

export function chargesOf(flow: Flow): Charge[] {
  const { blocks } = flow;
  const prepaid = flow.catches ? undefined : shortestPaths(flow);
  const charges: Charge[] = [];
  const charge = ({ at, depth }: BasicBlock, cost: number): void => {
    if (cost > 0) charges.push({ at, cost, depth });
  };
  if (prepaid === undefined) {
    for (const block of blocks) charge(block, block.cost);
    return charges;
  }
  const endless = blocks.some((block) => block.loop && prepaid[block.in] === ENDLESS);
  for (const block of blocks) {
    const out = prepaid[block.out] ?? ENDLESS;
    const free = out === ENDLESS && !endless && block.cost <= MOST_UNPAID && block.at > 0;
    if (!free) charge(block, block.cost + Math.max(out, 0) - Math.max(prepaid[block.in] ?? 0, 0));
  }
  return charges;
}

/** By class, or `ENDLESS`. Undefined when they are not found in time: prepay nothing then. */
function shortestPaths({ blocks, classes }: Flow): Float64Array | undefined {
  const length = new Float64Array(classes).fill(ENDLESS);
  length[OUTSIDE] = 0;
  for (let pass = 0; pass < MOST_PASSES; pass++) {
    if (!relax(blocks, length)) return length;
  }
  return undefined;
}

function relax(blocks: readonly BasicBlock[], length: Float64Array): boolean {
  let changed = false;
  for (let i = blocks.length - 1; i >= 0; i--) {
    const { in: into, out, cost } = blocks[i] as BasicBlock;
    const rest = length[out] ?? ENDLESS;
    if (rest === ENDLESS) continue;
    const known = length[into] ?? ENDLESS;
    if (known !== ENDLESS && known <= rest + cost) continue;
    length[into] = rest + cost;
    changed = true;
  }
  return changed;
}
