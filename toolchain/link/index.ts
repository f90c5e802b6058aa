/**
 * The linker's public door: `system.ts` and components in, a link plan out.
 *
 * Hosts do not come in here: they read `plan.ts` and `plan-file.ts`.
 */
export type { ProcessConfig, SystemConfig } from "./config/system.ts";
export { loadSystem, type LoadedSystem } from "./config/load.ts";
export { validateSystem } from "./config/validate.ts";
export { LinkError, type LinkErrorCode } from "./error.ts";
export { link, type LinkInput, type LinkResult } from "./link.ts";
export {
  describePlan,
  type FunctionDescription,
  type ImportDescription,
  type ModuleDescription,
  type ProcessDescription,
  type SystemDescription,
} from "./describe.ts";
export { printMessages, printSupervision } from "./inspect/supervision-text.ts";
export { printDescription } from "./describe-text.ts";
export { capabilityGraph, type CapabilityGraph } from "./inspect/graph.ts";
export { blastSet, blastSets, reachableFrom, whoMayCall } from "./inspect/reach.ts";
export { printBlast, printBlastSets, printCallers, printReach } from "./inspect/answer-text.ts";
export { printGraph } from "./inspect/graph-text.ts";
export { drawGraph } from "./inspect/svg.ts";
