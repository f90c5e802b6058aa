/**
 * The door to what a plan says: descriptions, questions about it, drawings.
 *
 * Whoever only reads plans comes in here, and leaves the linker where it is.
 */
export {
  describePlan,
  type FunctionDescription,
  type ImportDescription,
  type ModuleDescription,
  type ProcessDescription,
  type SystemDescription,
} from "../describe.ts";
export { printMessages, printSupervision } from "./supervision-text.ts";
export { printDescription } from "../describe-text.ts";
export { capabilityGraph, type CapabilityGraph } from "./graph.ts";
export { blastSet, blastSets, reachableFrom, whoMayCall } from "./reach.ts";
export { printBlast, printBlastSets, printCallers, printReach } from "./answer-text.ts";
export { printGraph } from "./graph-text.ts";
export { drawGraph } from "./svg.ts";
