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

export function chargesOf(flow: Flow): Charge[] {
  const prepaid = flow.catches ? undefined : shortestPaths(flow);
  if (prepaid === undefined) return charged(flow.blocks.map((block) => [block, block.cost]));
  const ends = (edges: number): boolean => prepaid.has(flow.find(edges));
  const paid = (edges: number): number => prepaid.get(flow.find(edges)) ?? 0;
  const endless = flow.blocks.some((block) => block.loop && !ends(block.in));
  return charged(
    flow.blocks.map((block) => {
      const free = !ends(block.out) && !endless && block.cost <= MOST_UNPAID && block.at > 0;
      return [block, free ? 0 : block.cost + paid(block.out) - paid(block.in)];
    }),
  );
}

function charged(costs: readonly (readonly [BasicBlock, number])[]): Charge[] {
  return costs.filter(([, cost]) => cost > 0).map(([{ at, depth }, cost]) => ({ at, cost, depth }));
}

/** By class; absent where the end is never reached. Undefined when they are not found in time: prepay nothing then. */
function shortestPaths({ blocks, find }: Flow): ReadonlyMap<number, number> | undefined {
  const length = new Map<number, number>([[find(OUTSIDE), 0]]);
  for (let pass = 0; pass < MOST_PASSES; pass++) {
    if (!relax(blocks, find, length)) return length;
  }
  return undefined;
}

function relax(blocks: readonly BasicBlock[], find: Flow["find"], length: Map<number, number>): boolean {
  let changed = false;
  for (const { in: into, out, cost } of blocks.toReversed()) {
    const rest = length.get(find(out));
    if (rest === undefined) continue;
    const from = find(into);
    const known = length.get(from);
    if (known !== undefined && known <= rest + cost) continue;
    length.set(from, rest + cost);
    changed = true;
  }
  return changed;
}
