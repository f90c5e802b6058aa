/**
 * What a link plan says, for people: the data behind `atoll inspect`.
 *
 * Positions are replaced by names; nothing that matters for authority is left
 * out: every grant, every wire, every function that can be called.
 */
import { describeSupervision, type SupervisorDescription } from "./describe-supervision.ts";
import { grantsNothing, grantText } from "./inspect/grant-text.ts";
import { capabilityGraph, type CapabilityGraph } from "./inspect/graph.ts";
import { fatesOf, type Fates } from "./inspect/reach.ts";
import { systemSizes, type SystemSizes } from "./inspect/sizes.ts";
import type { Edge, LinkPlan, MessageSend, PlanModule, Process, Template } from "./plan.ts";

export interface SystemDescription {
  readonly system: string;
  /** Providers before consumers. */
  readonly processes: readonly ProcessDescription[];
  readonly modules: readonly ModuleDescription[];
  readonly sizes: SystemSizes;
  /** The root of the supervision tree; absent when the system runs without kernel. */
  readonly supervision?: SupervisorDescription;
  /** Path of the control socket: who can open it sees every process, and can end it. */
  readonly control?: string;
  readonly entry?: { readonly process: string; readonly function: string };
}

export interface ModuleDescription {
  readonly name: string;
  readonly role: PlanModule["role"];
  readonly bytes: number;
  readonly hash: string;
}

export interface ProcessDescription {
  readonly name: string;
  readonly template: string;
  /** The domain that it is fused into. */
  readonly domain?: string;
  /** SHA-256 of the component. */
  readonly component: string;
  readonly wit: string;
  /** Such as `console` or `directory ./texts`. */
  readonly grants: readonly string[];
  /** Devices that its shim has, and that it was granted nothing of. */
  readonly without: readonly string[];
  /** What of WASI its components import: a shim in the process has it, on the devices. */
  readonly wasi?: readonly string[];
  readonly exports: readonly { readonly name: string; readonly type: string }[];
  readonly imports: readonly ImportDescription[];
  /** Processes that may call this one. */
  readonly callers: readonly string[];
  /** Processes whose traps end this one too: those it calls, and those that they call. */
  readonly fallsWith: readonly string[];
  /** Processes that fall when this one traps: those that call it, and those that call them. */
  readonly blastSet: readonly string[];
  /** Bytes of linear memory that it may use at most, when `system.ts` says so. */
  readonly memoryQuota?: number;
  /** Most elements of each table. */
  readonly tableQuota?: number;
  /** Units of fuel. */
  readonly fuelQuota?: number;
  /** Units of a slice of it. */
  readonly sliceQuota?: number;
  /** Most calls of the process that may be nested. */
  readonly depthQuota?: number;
  /** Most handles that it may have. */
  readonly handleQuota?: number;
  /** Under the kernel: why it has a stack of its own; absent when nothing suspends it. */
  readonly ownStack?: string;
  /** Why calls of it are messages, when it has none. */
  readonly byMessage?: string;
  /** Under the kernel: there is none at first, and others spawn it. */
  readonly spawned?: true;
}

export interface ImportDescription {
  readonly name: string;
  readonly provider:
    | { readonly kind: "process"; readonly name: string }
    /** Handles of processes made as this one while the system runs, of this very one, or those that others hand over. */
    | { readonly kind: "spawner"; readonly name: string; readonly by: "spawn" | "process" | "handles" }
    | { readonly kind: "device"; readonly name: string };
  readonly binding: Edge["binding"];
  /** Other processes that may take the provider's place while the system runs. */
  readonly alternatives: readonly string[];
  /** Bytes of the adapter modules of this import, before they were merged; several imports may share one. */
  readonly adapterBytes: number;
  readonly functions: readonly FunctionDescription[];
}

export interface FunctionDescription {
  readonly name: string;
  /** WIT text. */
  readonly type: string;
  /** `unused` when no code of the process calls it; then nothing is linked for it. */
  readonly binding: "direct" | "adapter" | "fused" | "message" | "unused";
  readonly reason: string;
  /** Of a message; the deadline in milliseconds. */
  readonly message?: { readonly kind: "call" | "cast"; readonly deadline?: number };
}

export function describePlan(plan: LinkPlan): SystemDescription {
  const { processes, entry } = plan.root;
  const graph = capabilityGraph(plan);
  const fates = fatesOf(graph);
  const supervision = describeSupervision(plan);
  const control = plan.root.kernel?.control;
  return {
    system: plan.system,
    processes: processes.map((_, position) => describeProcess(plan, position, graph, fates)),
    modules: plan.modules.map(({ name, role, bytes, hash }) => ({ name, role, bytes: bytes.length, hash })),
    sizes: systemSizes(plan),
    ...(supervision && { supervision }),
    ...(control !== undefined && { control }),
    ...(entry && { entry: { process: nameOf(plan, entry.process), function: entry.function } }),
  };
}

function describeProcess(
  plan: LinkPlan,
  position: number,
  graph: CapabilityGraph,
  fates: Fates,
): ProcessDescription {
  const process = at(plan.root.processes, position);
  const template = at(plan.templates, process.template);
  const { memory, table, fuel, slice, depth, handles } = template.quotas;
  return {
    name: process.name,
    template: template.name,
    ...(process.domain !== undefined && { domain: at(plan.root.domains ?? [], process.domain).name }),
    component: template.component,
    wit: template.wit,
    ...(template.wasi !== undefined && { wasi: template.wasi }),
    grants: process.grants.filter((grant) => !grantsNothing(grant)).map(grantText),
    without: process.grants.filter(grantsNothing).map(({ device }) => device.replace(/^.*\//, "")),
    exports: [...template.exports, ...handedOn(plan, process)].map(({ name, type }) => ({ name, type })),
    imports: importsOf(plan, position, template),
    callers: unique(graph.edges.filter(({ to }) => to === position).map(({ from }) => nameOf(plan, from))),
    fallsWith: fates.fallsWith(position),
    blastSet: fates.blastSet(position),
    ...(memory !== undefined && { memoryQuota: memory }),
    ...(table !== undefined && { tableQuota: table }),
    ...(fuel !== undefined && { fuelQuota: fuel }),
    ...(slice !== undefined && { sliceQuota: slice }),
    ...(depth !== undefined && { depthQuota: depth }),
    ...(handles !== undefined && { handleQuota: handles }),
    ...(process.ownStack !== undefined && { ownStack: process.ownStack }),
    ...(process.byMessage !== undefined && { byMessage: process.byMessage }),
    ...(process.spawned && { spawned: process.spawned }),
  };
}

/** Under the names that the process gives them. */
function handedOn(plan: LinkPlan, { handsOn = [] }: Process): { name: string; type: string }[] {
  return handsOn.flatMap(({ name, process, function: own }) => {
    const { exports } = at(plan.templates, at(plan.root.processes, process).template);
    return exports.filter((e) => e.name === own).map(({ type }) => ({ name, type }));
  });
}

function nameOf(plan: LinkPlan, process: number): string {
  return at(plan.root.processes, process).name;
}

function importsOf(plan: LinkPlan, position: number, template: Template): ImportDescription[] {
  return plan.root.edges
    .filter((edge) => edge.consumer === position && !isOwn(edge) && edge.standby !== true)
    .map((edge) => {
      const hole = at(template.holes, edge.hole);
      return {
        name: hole.name,
        provider: providerOf(plan, edge),
        binding: edge.binding,
        alternatives: alternativesOf(plan, edge),
        adapterBytes: adapterBytes(plan, edge),
        functions: hole.functions.map(({ name, type }) => {
          const bound = edge.functions.find((f) => f.name === name);
          if (bound === undefined)
            return { name, type, binding: "unused", reason: "no code of the process calls it" };
          if (bound.message) return { name, type, ...messageOf(bound.message) };
          const direct = bound.target.kind === "adapter" ? "adapter" : "direct";
          const binding = edge.binding === "fused" ? "fused" : direct;
          return { name, type, binding, reason: bound.reason };
        }),
      };
    });
}

function adapterBytes({ modules }: LinkPlan, { adapters }: Edge): number {
  const merged = adapters.reduce((sum, adapter) => sum + (adapter.merged ?? 0), 0);
  const others = unique(adapters.filter((adapter) => adapter.merged === undefined).map((a) => a.module));
  return others.reduce((sum, module) => sum + at(modules, module).bytes.length, merged);
}

function messageOf({
  kind,
  deadline,
  reason,
}: MessageSend): Pick<FunctionDescription, "binding" | "reason" | "message"> {
  const inTime = deadline === undefined ? {} : { deadline: deadline / 1000 };
  return { binding: "message", reason, message: { kind, ...inTime } };
}

function alternativesOf(plan: LinkPlan, { consumer, hole }: Edge): string[] {
  return plan.root.edges.flatMap((edge) =>
    edge.standby === true && edge.consumer === consumer && edge.hole === hole
      ? [providerOf(plan, edge).name]
      : [],
  );
}

/** What the process does with itself is no import. */
function isOwn({ provider }: Edge): boolean {
  return provider.kind === "handles" || provider.kind === "inner";
}

function providerOf(plan: LinkPlan, { provider, consumer }: Edge): ImportDescription["provider"] {
  if (provider.kind === "process") return { kind: provider.kind, name: nameOf(plan, provider.process) };
  if (provider.kind === "spawner") {
    return { kind: provider.kind, name: nameOf(plan, provider.process), by: provider.by };
  }
  if (provider.kind !== "device") throw new TypeError("left out before: it is no import");
  return { kind: "device", name: grantText(at(at(plan.root.processes, consumer).grants, provider.grant)) };
}

function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}

function at<T>(list: readonly T[], position: number): T {
  const value = list[position];
  if (value === undefined) throw new RangeError(`a link plan without position ${position}: check it first`);
  return value;
}
