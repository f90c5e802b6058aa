/**
 * Checks that every position in a link plan points at something of the right kind.
 *
 * A host walks the plan by position and must not have to doubt them. What
 * cannot be seen without decoding the modules (whether an export of that name
 * exists, whether types fit) an engine checks when it instantiates.
 */
import type { CoreItem, Edge, EdgeFunction, Process, Template } from "./plan.ts";
import { checkKernel } from "./plan-check-kernel.ts";
import { checkAdapters, checkSource } from "./plan-check-sources.ts";
import { PlanError } from "./plan-error.ts";
import { checkModule, inRange, unique, type CheckedPlan } from "./plan-positions.ts";

/** @throws PlanError that names the first position that is wrong. */
export function checkPlan(plan: CheckedPlan): void {
  unique(
    "modules",
    plan.modules.map((m) => m.name),
  );
  for (const [i, template] of plan.templates.entries()) checkTemplate(plan, template, `templates.${i}`);
  const { processes, transfer } = plan.root;
  unique(
    "root.processes",
    processes.map((p) => p.name),
  );
  for (const [i, process] of processes.entries()) {
    const where = `root.processes.${i}`;
    inRange(`${where}.template`, process.template, plan.templates);
    unique(
      `${where}.grants`,
      process.grants.map((g) => g.device),
    );
    for (const [j, handed] of (process.handsOn ?? []).entries())
      checkHandsOn(plan, `${where}.handsOn.${j}`, handed);
  }
  if (transfer !== undefined) checkModule(plan, "root.transfer", transfer, "transfer");
  const { liveness } = plan.root;
  if (liveness !== undefined) checkModule(plan, "root.liveness", liveness, "liveness");
  checkAccounts(plan);
  checkHandles(plan);
  checkDomains(plan);
  checkEdges(plan);
  checkKernel(plan);
  checkEntry(plan);
}

function checkHandsOn(
  { root, templates }: CheckedPlan,
  where: string,
  { process, function: name }: NonNullable<Process["handsOn"]>[number],
): void {
  const implementer = inRange(`${where}.process`, process, root.processes);
  const template = inRange(`${where}.process`, implementer.template, templates);
  if (!template.exports.some((e) => e.name === name)) {
    throw new PlanError(`${where}.function`, `process "${implementer.name}" has no function "${name}"`);
  }
}

function checkHandedOn(
  { root }: CheckedPlan,
  where: string,
  { process, through }: NonNullable<EdgeFunction["handedOn"]>,
): void {
  if (process !== undefined) inRange(`${where}.process`, process, root.processes);
  for (const [i, step] of through.entries()) {
    inRange(`${where}.through.${i}.process`, step.process, root.processes);
  }
}

function checkHandles({ root, ...plan }: CheckedPlan): void {
  if (root.handles === undefined) return;
  const { module, callable, tables, types } = root.handles;
  checkModule({ root, ...plan }, "root.handles.module", module, "handles");
  for (const [name, list] of Object.entries({ callable, tables, types })) {
    for (const [i, owner] of list.entries()) {
      if ("process" in owner) inRange(`root.handles.${name}.${i}.process`, owner.process, root.processes);
    }
  }
  for (const [i, type] of types.entries()) {
    const where = `root.handles.types.${i}`;
    if ("device" in type) {
      const { process, grant } = type.holder;
      const { grants } = inRange(`${where}.holder.process`, process, root.processes);
      const found = inRange(`${where}.holder.grant`, grant, grants).device;
      if (found !== type.device)
        throw new PlanError(`${where}.holder`, `expected a grant of ${type.device}, found ${found}`);
    } else if ("spawner" in type) {
      inRange(`${where}.spawner.process`, type.spawner.process, root.processes);
    } else if (type.destructor !== undefined) {
      const instances = plan.templates[root.processes[type.process]?.template ?? -1]?.instances ?? [];
      inRange(`${where}.destructor.instance`, type.destructor.instance, instances);
    }
  }
}

/** Every metered process has an account. */
function checkAccounts(plan: CheckedPlan): void {
  const { accounts, processes } = plan.root;
  if (accounts !== undefined) checkModule(plan, "root.accounts.module", accounts.module, "accounts");
  for (const [i, { process, account }] of (accounts?.of ?? []).entries()) {
    inRange(`root.accounts.of.${i}.process`, process, processes);
    inRange(`root.accounts.of.${i}.account`, account, processes);
  }
  const withAccount = new Set(accounts?.of.map(({ process }) => process));
  for (const [i, { template }] of processes.entries()) {
    const metered = plan.templates[template]?.sliceEnded !== undefined;
    if (metered && !withAccount.has(i))
      throw new PlanError(`root.processes.${i}`, "it is metered, and has no account");
  }
}

/** A member's instances are those of its domain, and nobody else's are. */
function checkDomains(plan: CheckedPlan): void {
  const { processes, domains = [] } = plan.root;
  unique(
    "root.domains",
    domains.map(({ name }) => name),
  );
  for (const [i, { module, imports, parts }] of domains.entries()) {
    const where = `root.domains.${i}`;
    checkModule(plan, `${where}.module`, module, "guest");
    for (const [j, { from }] of imports.entries()) {
      if (from.kind === "process" || from.kind === "device" || from.kind === "adapter") {
        throw new PlanError(
          `${where}.imports.${j}.from`,
          `expected a module of the root, found ${from.kind}`,
        );
      }
      checkSource(plan, `${where}.imports.${j}.from`, from, []);
    }
    for (const [j, part] of parts.entries()) inRange(`${where}.parts.${j}.process`, part.process, processes);
  }
  for (const [i, process] of processes.entries()) checkFused(plan, `root.processes.${i}`, process);
}

/** Instances that are parts of a module are parts of the domain's, or of what the process is spawned as. */
function checkFused(plan: CheckedPlan, where: string, { domain, spawned, merged, template }: Process): void {
  const { domains = [] } = plan.root;
  const found = domain === undefined ? merged : inRange(`${where}.domain`, domain, domains);
  const [at, what] = spawned ? [`${where}.merged`, "module"] : [`${where}.domain`, "domain"];
  for (const { fused, module } of plan.templates[template]?.instances ?? []) {
    if (fused === undefined) continue;
    if (found === undefined) throw new PlanError(at, "the template is of a fused process");
    if (module !== found.module) throw new PlanError(at, `the template is of another ${what}`);
  }
}

/** A device that is called otherwise would not be told in whose name. */
function checkMerged(where: string, { spawned, merged }: Process, edge: Edge): void {
  const { provider, adapters, standby } = edge;
  if (edge.merged === undefined) {
    if (spawned === true && provider.kind === "device")
      throw new PlanError(where, "expected calls of a device to be merged: the consumer is spawned");
    return;
  }
  if (merged === undefined) throw new PlanError(where, "the consumer is not spawned");
  if (standby !== undefined || adapters.some((adapter) => adapter.merged === undefined))
    throw new PlanError(where, "expected adapters that are merged, of an edge that fills its slots");
}

function checkTemplate(plan: CheckedPlan, template: Template, where: string): void {
  for (const [i, instance] of template.instances.entries()) {
    const at = `${where}.instances.${i}`;
    checkModule(plan, `${at}.module`, instance.module, "guest");
    for (const [j, { from }] of instance.imports.entries()) {
      const earlier = template.instances.slice(0, i);
      inRange(`${at}.imports.${j}.from.instance`, from.instance, earlier, "an earlier instance");
    }
  }
  const items: [string, CoreItem | undefined][] = template.initialisers.map((f, i) => [
    `initialisers.${i}`,
    f,
  ]);
  items.push(...(template.resets ?? []).map((f, i): [string, CoreItem] => [`resets.${i}`, f]));
  items.push(["depth", template.depth]);
  if (template.depth !== undefined && template.quotas.depth === undefined) {
    throw new PlanError(`${where}.depth`, "there is a counter, and no quotas.depth to fill it with");
  }
  for (const [i, { instance }] of (template.sliceEnded ?? []).entries()) {
    inRange(`${where}.sliceEnded.${i}.instance`, instance, template.instances);
  }
  for (const [i, e] of template.exports.entries()) {
    items.push([`exports.${i}.func`, e.func], [`exports.${i}.memory`, e.memory]);
    items.push([`exports.${i}.realloc`, e.realloc], [`exports.${i}.postReturn`, e.postReturn]);
  }
  for (const [name, item] of items) {
    if (item) inRange(`${where}.${name}.instance`, item.instance, template.instances);
  }
  unique(
    `${where}.holes`,
    template.holes.map((h) => h.name),
  );
  checkSlots(template, where);
}

function checkSlots(template: Template, where: string): void {
  const taken: string[] = [];
  for (const [i, hole] of template.holes.entries()) {
    unique(
      `${where}.holes.${i}.functions`,
      hole.functions.map((f) => f.name),
    );
    for (const [j, f] of hole.functions.entries()) {
      for (const [k, slot] of f.slots.entries()) {
        const at = `${where}.holes.${i}.functions.${j}.slots.${k}.instance`;
        inRange(at, slot.instance, template.instances);
        taken.push(`entry ${slot.entry} of instance ${slot.instance}`);
      }
    }
  }
  for (const slot of template.sliceEnded ?? [])
    taken.push(`entry ${slot.entry} of instance ${slot.instance}`);
  unique(`${where}.holes, slots`, taken);
}

function checkEdges(plan: CheckedPlan): void {
  const bound: string[] = [];
  for (const [i, edge] of plan.root.edges.entries()) {
    const where = `root.edges.${i}`;
    const consumer = inRange(`${where}.consumer`, edge.consumer, plan.root.processes);
    const template = inRange(`${where}.consumer`, consumer.template, plan.templates);
    const hole = inRange(`${where}.hole`, edge.hole, template.holes);
    if (edge.standby !== true) bound.push(`${edge.consumer}/${edge.hole}`);
    if (edge.provider.kind === "process" || edge.provider.kind === "spawner") {
      const provider = inRange(`${where}.provider.process`, edge.provider.process, plan.root.processes);
      const wanted = isSpawned(edge);
      if (wanted !== undefined && wanted !== (provider.spawned === true)) {
        const found = wanted ? "is there at first" : "is not there at first";
        throw new PlanError(
          `${where}.provider.process`,
          `expected another process: ${provider.name} ${found}`,
        );
      }
    } else if (edge.provider.kind === "device") {
      inRange(`${where}.provider.grant`, edge.provider.grant, consumer.grants);
    }
    checkAdapters(plan, `${where}.adapters`, edge.adapters, consumer.merged?.module);
    checkMerged(`${where}.merged`, consumer, edge);
    for (const [name, meter] of Object.entries(edge.meters ?? {})) {
      inRange(`${where}.meters.${name}`, meter, edge.adapters);
    }
    unique(
      `${where}.functions`,
      edge.functions.map((f) => f.name),
    );
    for (const [j, f] of edge.functions.entries()) {
      if (!hole.functions.some((h) => h.name === f.name)) {
        throw new PlanError(`${where}.functions.${j}`, `hole "${hole.name}" has no function "${f.name}"`);
      }
      checkSource(plan, `${where}.functions.${j}.target`, f.target, edge.adapters);
      for (const [name, source] of Object.entries(f.standIns ?? {})) {
        checkSource(plan, `${where}.functions.${j}.standIns.${name}`, source, edge.adapters);
      }
      if (f.handedOn) checkHandedOn(plan, `${where}.functions.${j}.handedOn`, f.handedOn);
    }
    for (const f of hole.functions) {
      if (f.slots.length > 0 && !edge.functions.some((e) => e.name === f.name)) {
        throw new PlanError(`${where}.functions`, `function "${f.name}" has slots and is not bound`);
      }
    }
  }
  unique("root.edges, consumer and hole", bound);
  checkAllBound(plan, new Set(bound));
}

/** Whether the provider has to be one that is spawned; undefined where both will do. */
function isSpawned({ provider, consumer }: Edge): boolean | undefined {
  if (provider.kind !== "spawner") return false;
  // What is spawned may have a handle of itself.
  if (provider.by === "handles" || (provider.by === "process" && provider.process === consumer))
    return undefined;
  return provider.by === "spawn";
}

function checkAllBound(plan: CheckedPlan, bound: ReadonlySet<string>): void {
  for (const [i, process] of plan.root.processes.entries()) {
    for (const [j, hole] of (plan.templates[process.template]?.holes ?? []).entries()) {
      if (!bound.has(`${i}/${j}`) && hole.functions.some((f) => f.slots.length > 0)) {
        throw new PlanError("root.edges", `process "${process.name}": hole "${hole.name}" is not bound`);
      }
    }
  }
}

function checkEntry(plan: CheckedPlan): void {
  const entry = plan.root.entry;
  if (entry === undefined) return;
  inRange("root.entry.process", entry.process, plan.root.processes);
  if (plan.root.transfer === undefined) throw new PlanError("root.entry", "an entry needs root.transfer");
  checkAdapters(plan, "root.entry.adapters", entry.adapters);
  checkSource(plan, "root.entry.target", entry.target, entry.adapters);
}
