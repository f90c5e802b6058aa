/**
 * Which processes a call can get into, by the edges of a plan.
 */
import type { LinkPlan } from "../../toolchain/link/plan.ts";

/** The process itself, and all that it can call, directly or through others. */
export function reachable(plan: LinkPlan, process: number): number[] {
  const found = new Set([process]);
  // A Set hands out what is added while it is walked.
  for (const consumer of found) {
    for (const { provider, ...edge } of plan.root.edges) {
      if (edge.consumer === consumer && provider.kind === "process") found.add(provider.process);
    }
  }
  return [...found];
}
