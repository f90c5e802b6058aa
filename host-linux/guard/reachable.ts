/**
 * Which processes a call can get into, by the edges of a plan.
 */
import type { Edge, EdgeFunction, LinkPlan } from "../../toolchain/link/plan.ts";

/** The process itself, and all that it can call, directly or through others. */
export function reachable(plan: LinkPlan, process: number): number[] {
  const found = new Set([process]);
  // A Set hands out what is added while it is walked.
  for (const consumer of found) {
    // Calls inside a domain are no edges.
    const domain = plan.root.processes[consumer]?.domain;
    for (const [other, of] of plan.root.processes.entries()) {
      if (domain !== undefined && of.domain === domain) found.add(other);
    }
    for (const edge of plan.root.edges) {
      if (edge.consumer !== consumer) continue;
      if (edge.provider.kind === "process") found.add(edge.provider.process);
      for (const bound of edge.functions) {
        const process = entered(edge, bound);
        if (process !== undefined) found.add(process);
      }
    }
  }
  return [...found];
}

/** The process that a call of the function enters: the one that implements it. Undefined for a device. */
export function entered({ provider }: Edge, { handedOn }: EdgeFunction): number | undefined {
  if (handedOn !== undefined) return handedOn.process;
  return provider.kind === "process" ? provider.process : undefined;
}
