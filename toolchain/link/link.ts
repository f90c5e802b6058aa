/**
 * The linker: a system's configuration and its components in, a link plan out.
 *
 * The function `link` is the list of passes. Nothing here runs a guest's code,
 * and the same inputs give the same plan.
 */
import type { World } from "../abi/index.ts";
import type { SystemConfig } from "./config/system.ts";
import { validateSystem } from "./config/validate.ts";
import { ModuleTable } from "./module-table.ts";
import { builtinEdge } from "./passes/builtin-edge.ts";
import { edgesOf } from "./passes/edges.ts";
import { handsOn } from "./passes/handed-on.ts";
import type { PlacedProcess } from "./passes/ends.ts";
import { makeEntry } from "./passes/entry.ts";
import { HandlePlan } from "./passes/handle-plan.ts";
import { innerEdge } from "./passes/inner-edge.ts";
import { LivenessPlan } from "./passes/liveness-plan.ts";
import { checkLimits } from "./passes/limits.ts";
import { loadComponent } from "./passes/load-component.ts";
import { destroyers, markedCalls } from "./passes/marks.ts";
import { orderProcesses } from "./passes/order.ts";
import type { ProcessNode } from "./passes/process.ts";
import { buildTemplate, type BuiltTemplate } from "./passes/template.ts";
import { unusedGrants } from "./passes/wire-device.ts";
import { wireProcesses } from "./passes/wire.ts";
import { PLAN_VERSION, type Edge, type LinkPlan, type StaticRoot } from "./plan.ts";
import { transferModule } from "./transfer.ts";

export interface LinkInput {
  readonly config: SystemConfig;
  /** Bytes of each component, by its path as `system.ts` writes it; a program's are those that were built from it. */
  readonly components: ReadonlyMap<string, Uint8Array>;
  /** Count and time the calls between processes; what that costs is not in the time. */
  readonly meter?: boolean;
  /** Let hosts reset processes in place. */
  readonly reset?: boolean;
}

export interface LinkResult {
  readonly plan: LinkPlan;
  /** Nothing is wrong, but somebody should know. */
  readonly warnings: readonly string[];
  /** What each process's component imports and exports, by the process's name. */
  readonly worlds: ReadonlyMap<string, World>;
}

/** @throws LinkError, and nothing else whatever the components hold. */
export function link(input: LinkInput): LinkResult {
  const config = validateSystem(input.config, "the configuration");
  const components = loadComponents(config, input.components);
  const processes = orderProcesses(wireProcesses(config, components));
  checkLimits(processes);

  const modules = new ModuleTable();
  const templates = buildTemplates(processes, modules, input.reset ?? false);
  const placed = placeProcesses(processes, templates);
  const all = new Map(placed.map((process) => [process.node, process]));
  const handlePlan = new HandlePlan(all);
  const liveness = new LivenessPlan();
  const context = {
    modules,
    handles: handlePlan,
    liveness,
    meter: input.meter ?? false,
    keepsMark: markedCalls(processes),
  };
  const edges = placed.flatMap((process) => [
    ...edgesOf(process, all, context),
    ...innerEdge(process, context),
    ...builtinEdge(process, context),
  ]);
  if (config.entry === undefined) handlePlan.openToCallers();
  const handles = handlePlan.finish(modules);
  // What a process held when it died is destroyed by the host, under guards too.
  for (const node of destroyers(processes).keys()) liveness.mark(handlePlan.place(node).position);
  const live = liveness.finish(modules);
  const entry = config.entry === undefined ? undefined : makeEntry(config.entry, placed, modules);
  const needsTransfer = entry !== undefined || usesTransfer(edges);
  const transfer = needsTransfer ? modules.addMade("transfer", transferModule()) : undefined;

  const root: StaticRoot = {
    processes: placed.map(({ node, built }) => ({
      name: node.name,
      template: templates.indexOf(built),
      grants: node.grants,
      ...handsOn(node, all),
    })),
    edges,
    ...(transfer !== undefined && { transfer }),
    ...(handles && { handles }),
    ...(live !== undefined && { liveness: live }),
    ...(entry && { entry }),
  };
  return {
    plan: {
      version: PLAN_VERSION,
      system: config.name,
      modules: modules.modules,
      templates: templates.map((built) => built.template),
      root,
    },
    warnings: processes.flatMap((process) => unusedGrants(process)),
    worlds: new Map(processes.map(({ name, component }) => [name, component.world])),
  };
}

/** By path; a component that several processes are made from is read once. */
function loadComponents(
  config: SystemConfig,
  bytes: ReadonlyMap<string, Uint8Array>,
): Map<string, ReturnType<typeof loadComponent>> {
  const files = new Set(Object.values(config.processes).map((process) => process.component));
  return new Map(
    [...files].flatMap((file) => {
      const found = bytes.get(file);
      return found ? [[file, loadComponent(found, file)] as const] : [];
    }),
  );
}

/** Processes of the same component with the same quotas share a template. */
function buildTemplates(
  processes: readonly ProcessNode[],
  modules: ModuleTable,
  reset: boolean,
): BuiltTemplate[] {
  const built = new Map<string, BuiltTemplate>();
  for (const process of processes) {
    const key = templateKey(process);
    if (built.has(key)) continue;
    const { component, config } = process;
    built.set(key, buildTemplate({ component, quotas: config.quotas ?? {}, reset }, modules));
  }
  return [...built.values()];
}

function templateKey({ component, config }: ProcessNode): string {
  const { memory, table, fuel, handles } = config.quotas ?? {};
  return JSON.stringify([component.hash, memory, table, fuel, handles]);
}

function placeProcesses(
  processes: readonly ProcessNode[],
  templates: readonly BuiltTemplate[],
): PlacedProcess[] {
  const keys = [...new Set(processes.map((process) => templateKey(process)))];
  return processes.map((node, position) => {
    const built = templates[keys.indexOf(templateKey(node))];
    if (built === undefined) throw new TypeError("every process has a template");
    return { node, position, built };
  });
}

/** A device may be called without it, but hosts make devices on it. */
function usesTransfer(edges: readonly Edge[]): boolean {
  return edges.some(({ provider, functions }) => provider.kind === "device" && functions.length > 0);
}
