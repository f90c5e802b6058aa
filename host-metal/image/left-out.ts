/** What a plan has and an image does without, for who makes it: the system runs, and something is missing. */
import type { LinkPlan } from "../../toolchain/link/plan.ts";

/** Sentences; empty when all of the plan is in the image. */
export function leftOut({ root }: LinkPlan): string[] {
  const control = root.kernel?.control;
  return control === undefined
    ? []
    : [`The image has no control socket: atoll ps and the like find nothing at ${control}.`];
}
