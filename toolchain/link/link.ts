/**
 * The linker: a system's configuration and its components in, a link plan out.
 *
 * The function `link` is the list of passes. Nothing here runs a guest's code,
 * and the same inputs give the same plan.
 */
import type { World } from "../abi/index.ts";
import { loadProcesses, type ProcessComponents } from "./compose/process-component.ts";
import type { SystemConfig } from "./config/system.ts";
import { expandHttp } from "./config/http-service.ts";
import { validateSystem } from "./config/validate.ts";
import { neverSpawned, spawnedIn } from "./config/tree.ts";
import { domainsOf, shareFates } from "./fuse/domains.ts";
import { fuseDomains } from "./fuse/fuse.ts";
import { mergeSpawned } from "./fuse/spawned.ts";
import { ModuleTable } from "./module-table.ts";
import { AccountsPlan } from "./passes/accounts-plan.ts";
import { builtinEdge } from "./passes/builtin-edge.ts";
import { checkBlast } from "./passes/check-blast.ts";
import { edgesOf } from "./passes/edges.ts";
import { handsOn } from "./passes/handed-on.ts";
import type { PlacedProcess } from "./passes/ends.ts";
import { makeEntry } from "./passes/entry.ts";
import { HandlePlan } from "./passes/handle-plan.ts";
import { innerEdge } from "./passes/inner-edge.ts";
import { addKernel, kernelPlan } from "./passes/kernel-plan.ts";
import { MailPlan } from "./passes/mail-plan.ts";
import { LivenessPlan } from "./passes/liveness-plan.ts";
import { checkLimits, crowdWarnings } from "./passes/limits.ts";
import { destroyers, markedCalls, whereItCanTrap } from "./passes/marks.ts";
import { chooseMessages, sendsMessages } from "./passes/messages.ts";
import { checkHandedOn, orderProcesses } from "./passes/order.ts";
import { placeProcesses } from "./passes/place.ts";
import { mostOf } from "./passes/supervision-tree.ts";
import { unusedGrants } from "./passes/wire-device.ts";
import { missingGrants } from "./passes/wasi-grants.ts";
import { waitingCircles } from "./passes/waiting-circles.ts";
import { wireProcesses } from "./passes/wire.ts";
import {
  PLAN_VERSION,
  type Edge,
  type KernelPlan,
  type LinkPlan,
  type StaticRoot,
  type Template,
} from "./plan.ts";
import { transferModule } from "./transfer.ts";

export interface LinkInput extends ProcessComponents {
  readonly config: SystemConfig;
  /** Count and time the calls between processes; what that costs is not in the time. */
  readonly meter?: boolean;
  /** Let hosts reset processes in place; true for a system that has a `supervisor`, which restarts them. */
  readonly reset?: boolean;
  /** Keep what fused processes export, to be called from outside; true for a system without entry. */
  readonly called?: boolean;
  /** `false`: fused modules are merged, and not optimised. That takes no time, and no binaryen. */
  readonly optimised?: boolean;
  /** The kernel's modules: needed by a system that has a `supervisor`. */
  readonly kernel?: { readonly kernel: Uint8Array; readonly mail: Uint8Array };
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
  const config = configOf(input);
  const reset = input.reset ?? config.supervisor !== undefined;
  const components = loadProcesses(config.processes, input);
  const wired = wireProcesses(config, components);
  if (config.supervisor !== undefined) {
    checkHandedOn(wired);
    chooseMessages(wired);
  }
  const processes = orderProcesses(wired);
  checkLimits(processes);
  const domains = domainsOf(processes);
  shareFates(domains);

  const spawners = spawnedIn(config.supervisor);
  const spawned = new Set(spawners.keys());
  const modules = new ModuleTable();
  const parts = new ModuleTable();
  const placed = placeProcesses(processes, domains, { modules, parts, reset, spawned });
  const all = new Map(placed.map((process) => [process.node, process]));
  const handlePlan = new HandlePlan(all);
  const liveness = new LivenessPlan();
  const mail = new MailPlan();
  const accountsPlan = new AccountsPlan(placed, domains);
  const context = {
    modules,
    parts,
    handles: handlePlan,
    liveness,
    mail,
    accounts: accountsPlan,
    meter: input.meter ?? false,
    keepsMark: config.supervisor ? whereItCanTrap : markedCalls(processes),
  };
  // What a process is spawned as is merged of its adapters, too.
  const contextOf = ({ built }: PlacedProcess): typeof context =>
    built.spawned ? { ...context, modules: parts } : context;
  const linked = placed.flatMap((process) => [
    ...edgesOf(process, all, contextOf(process)),
    ...innerEdge(process, contextOf(process)),
    ...builtinEdge(process, contextOf(process)),
  ]);
  const received = new Map(
    placed.map((process) => [process.position, mail.mailbox(process, contextOf(process))]),
  );
  if (config.entry === undefined) handlePlan.openToCallers();
  const handles = handlePlan.finish(modules);
  // What a process held when it died is destroyed by the host, under guards too.
  for (const node of destroyers(processes).keys()) liveness.mark(handlePlan.place(node).position);
  const live = liveness.finish(modules);
  const accounts = accountsPlan.finish(modules);
  const entry = config.entry === undefined ? undefined : makeEntry(config.entry, placed, modules);
  const bound = { placed, parts, modules, ...(handles && { handles }), ...(entry && { entry }), reset };
  const { edges: outer, ...fused } = fuseDomains({
    ...bound,
    domains,
    edges: linked,
    called: input.called ?? entry === undefined,
    optimised: input.optimised ?? true,
  });
  const { edges, mailboxes, ...spawning } = mergeSpawned({ ...bound, edges: outer, mailboxes: received });
  const needsTransfer = entry !== undefined || usesTransfer(edges);
  const transfer = needsTransfer ? modules.addMade("transfer", transferModule()) : undefined;

  const templates = [...new Set(placed.map(({ built }) => built.template))];
  const finished = (template: Template): Template =>
    fused.templates.get(template) ?? spawning.templates.get(template) ?? template;
  const kernel = superviseAll(config, placed, modules, input.kernel);
  const isExported = ({ built }: PlacedProcess, name: string): boolean =>
    finished(built.template).exports.some((e) => e.name === name);
  const root: StaticRoot = {
    processes: placed.map(({ node, position, built }) => {
      const domain = fused.domainOf.get(position);
      const template = templates.indexOf(built.template);
      const [mailbox, merged] = [mailboxes.get(position), spawning.merged.get(position)];
      return {
        name: node.name,
        template,
        grants: node.grants,
        ...handsOn(node, all, isExported),
        ...(domain !== undefined && { domain }),
        ...(mailbox && { mailbox }),
        ...(node.ownStack !== undefined && { ownStack: node.ownStack }),
        ...(node.byMessage !== undefined && { byMessage: node.byMessage }),
        ...(spawned.has(node.name) && { spawned: true as const }),
        ...(merged && { merged }),
      };
    }),
    ...(domains.length > 0 && { domains: fused.domains }),
    edges,
    ...(transfer !== undefined && { transfer }),
    ...(handles && { handles }),
    ...(accounts && { accounts }),
    ...(live !== undefined && { liveness: live }),
    ...(kernel && { kernel }),
    ...(entry && { entry }),
  };
  const plan: LinkPlan = {
    version: PLAN_VERSION,
    system: config.name,
    modules: modules.modules,
    templates: templates.map(finished),
    root,
  };
  checkBlast(plan, config);
  return {
    plan,
    warnings: [
      ...processes.flatMap((process) => unusedGrants(process)),
      ...processes.flatMap((process) => missingGrants(process)),
      ...neverSpawned(config),
      ...waitingCircles(processes),
      ...crowdWarnings(processes, ({ name }) => mostOf(spawners, name)),
    ],
    worlds: new Map(processes.map(({ name, component }) => [name, component.world])),
  };
}

/** What `http` stands for is checked as if somebody had written it. */
function configOf({ config, components }: LinkInput): SystemConfig {
  const written = validateSystem(config, "the configuration");
  if (written.http === undefined) return written;
  return validateSystem(expandHttp(written, components), "the configuration");
}

/** Of a system that has a supervisor. */
function superviseAll(
  { supervisor, ...config }: SystemConfig,
  placed: readonly PlacedProcess[],
  modules: ModuleTable,
  given: LinkInput["kernel"],
): KernelPlan | undefined {
  if (supervisor === undefined) return undefined;
  const sends = placed.some(({ node }) => sendsMessages(node)) || spawnedIn(supervisor).size > 0;
  return kernelPlan({ ...config, supervisor }, placed, addKernel(modules, given, sends));
}

/** A device may be called without it, but hosts make devices on it. */
function usesTransfer(edges: readonly Edge[]): boolean {
  return edges.some(({ provider, functions }) => provider.kind === "device" && functions.length > 0);
}
