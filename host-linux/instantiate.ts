/**
 * A link plan brought up on V8: the list of steps, in the plan's order.
 *
 * A plan may come from a file, so everything that the engine refuses (a module
 * that does not validate, an export that is not there) ends in a HostError that
 * names the process and the module. Nothing of the guests has run before the
 * initialisers, unless a module has a start function.
 */
import {
  RESERVED,
  type Adapter,
  type CoreItem,
  type Edge,
  type LinkPlan,
  type Process,
  type Source,
} from "../toolchain/link/plan.ts";
import type { Device } from "./devices/index.ts";
import { Transfer } from "./devices/transfer.ts";
import { HandleTables, type HeldHandle, type Orphan } from "./handle-tables.ts";
import { HostError } from "./host-error.ts";
import { readMeters, type Meter, type Reading } from "./meter.ts";

/** Makes the device of one grant of one process. */
export type DeviceMaker = (process: number, grant: number, transfer: Transfer) => Device;

/** A system whose slots are filled and whose initialisers have run. */
export interface Running {
  readonly plan: LinkPlan;
  /** What an item of a process's core instances is. Throws HostError when it is not there. */
  readonly item: (process: number, item: CoreItem) => WebAssembly.ExportValue;
  /** An export of the handle module. Throws HostError when there is none. */
  handles(name: string): WebAssembly.ExportValue;
  /** The handles that a process holds, by component instance and index. */
  readonly heldBy: (process: number) => HeldHandle[];
  /** The core function that starts the system, `() -> i32`; absent when the plan has no entry. */
  readonly entry?: () => number;
  /** Absent when nothing in the plan goes through a transfer memory. */
  readonly transfer?: Transfer;
  /**
   * Gives a process its first state and its budget again, and runs its initialisers; a trap of one passes through.
   * What it owned of other processes is destroyed there, and handles that others hold of its resources become stale.
   * It must not be running. Throws HostError when the plan was not linked for it.
   */
  readonly reset: (process: number) => void;
  /** What the meters of the plan have counted up to now; empty for a plan without meters. */
  readonly readings: () => Reading[];
}

/**
 * Throws HostError when the plan cannot be brought up; a trap of an initialiser passes through.
 * @param beforeStart is told what there is before the first initialiser runs.
 */
export function instantiate(
  plan: LinkPlan,
  makeDevice: DeviceMaker,
  beforeStart: (running: Running) => void = () => {},
): Running {
  const bringUp = new BringUp(plan, makeDevice);
  bringUp.instantiateProcesses();
  for (const edge of plan.root.edges) bringUp.bind(edge);
  const running = bringUp.running();
  beforeStart(running);
  for (const process of plan.root.processes.keys()) bringUp.fill(process);
  for (const process of plan.root.processes.keys()) bringUp.initialise(process);
  return running;
}

class BringUp {
  readonly #plan: LinkPlan;
  readonly #makeDevice: DeviceMaker;
  readonly #compiled = new Map<number, WebAssembly.Module>();
  readonly #transfer: WebAssembly.Instance | undefined;
  readonly #handles: WebAssembly.Instance | undefined;
  readonly #handleTables: HandleTables | undefined;
  readonly #transferView: Transfer | undefined;
  /** By process, then by position in the template's instances. */
  readonly #instances: WebAssembly.Instance[][] = [];
  /** By position in the plan's domains. */
  readonly #domains: WebAssembly.Instance[] = [];
  readonly #devices = new Map<string, Device>();
  readonly #meters: Meter[] = [];

  constructor(plan: LinkPlan, makeDevice: DeviceMaker) {
    this.#plan = plan;
    this.#makeDevice = makeDevice;
    const { handles } = plan.root;
    if (handles !== undefined) {
      this.#handles = this.#instance("the handle tables", handles.module, {});
      this.#handleTables = new HandleTables(plan, (name) =>
        exported("the handle tables", this.#handles, name),
      );
    }
    if (plan.root.transfer === undefined) return;
    this.#transfer = this.#instance("the transfer memory", plan.root.transfer, {});
    this.#transferView = new Transfer(this.#transfer.exports);
  }

  instantiateProcesses(): void {
    for (const { name, module, imports } of this.#plan.root.domains ?? []) {
      const where = `domain ${name}`;
      this.#domains.push(this.#instance(where, module, this.#imports(where, imports, [])));
    }
    for (const [position, process] of this.#plan.root.processes.entries()) {
      this.#instances[position] = [];
      for (const { module, imports, fused } of this.#template(process).instances) {
        if (fused !== undefined) {
          this.#instances[position].push(at(this.#domains, process.domain ?? -1, "domain"));
          continue;
        }
        const object: WebAssembly.Imports = {};
        for (const { module, name, from } of imports) {
          (object[module] ??= {})[name] = this.#item(position, from);
        }
        this.#instances[position].push(this.#instance(`process ${process.name}`, module, object));
      }
    }
  }

  /** Instantiates the adapters of an edge and points the consumer's slots at them. */
  bind(edge: Edge): void {
    if (edge.binding === "fused") return;
    const consumer = at(this.#plan.root.processes, edge.consumer, "process");
    const hole = at(this.#template(consumer).holes, edge.hole, "hole");
    const where = `process ${consumer.name}, import ${hole.name}`;
    const adapters = this.#adapters(where, edge.adapters);
    if (edge.meters !== undefined) {
      const outer = at(adapters, edge.meters.outer, "adapter");
      this.#meters.push({ edge, outer, inner: at(adapters, edge.meters.inner, "adapter") });
    }
    for (const { name, target } of edge.functions) {
      const callee = this.#source(where, target, adapters) as () => unknown;
      for (const slot of hole.functions.find((candidate) => candidate.name === name)?.slots ?? []) {
        const table = this.#item(edge.consumer, { instance: slot.instance, export: RESERVED.slots });
        fillSlot(`${where}, function ${name}`, table, slot.entry, callee);
      }
    }
  }

  /** Fills memories, tables and the budget: at first, and again whenever the process is reset. */
  fill(position: number): void {
    const process = at(this.#plan.root.processes, position, "process");
    const { resets = [], fuel, quotas } = this.#template(process);
    for (const item of resets) {
      callable(`process ${process.name}, reset ${item.export}`, this.#item(position, item))();
    }
    if (fuel === undefined) return;
    const counter = this.#item(position, fuel);
    if (!(counter instanceof WebAssembly.Global)) {
      throw new HostError(`process ${process.name}: ${fuel.export} is not a global.`);
    }
    counter.value = BigInt(quotas.fuel ?? 0);
  }

  initialise(position: number): void {
    const process = at(this.#plan.root.processes, position, "process");
    for (const item of this.#template(process).initialisers) {
      callable(`process ${process.name}, initialiser ${item.export}`, this.#item(position, item))();
    }
  }

  /** The members of a domain live and are reset as one. */
  #reset(position: number): void {
    const { domain } = at(this.#plan.root.processes, position, "process");
    const all = [...this.#plan.root.processes.keys()];
    const fused = all.filter((other) => this.#plan.root.processes[other]?.domain === domain);
    const members = domain === undefined ? [position] : fused;
    for (const member of members) this.#checkResets(member);
    for (const member of members) this.fill(member);
    for (const member of members) this.initialise(member);
  }

  #checkResets(position: number): void {
    const process = at(this.#plan.root.processes, position, "process");
    if (this.#template(process).resets === undefined) {
      throw new HostError(`process ${process.name} cannot be reset: the plan was linked without it.`);
    }
    const orphans = this.#handleTables?.release(position) ?? [];
    this.fill(position);
    try {
      this.initialise(position);
    } finally {
      this.#destroy(orphans);
    }
  }

  /** A destructor that traps keeps none of the others from running; the first trap passes through. */
  #destroy(orphans: readonly Orphan[]): void {
    const failures: unknown[] = [];
    for (const { type, rep } of orphans) {
      const { process, name, destructor } = at(this.#plan.root.handles?.types ?? [], type, "resource type");
      if (destructor === undefined) continue;
      try {
        callable(`the destructor of ${name}`, this.#item(process, destructor))(rep);
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }

  running(): Running {
    const { entry } = this.#plan.root;
    const where = "the entry";
    const target = entry && this.#source(where, entry.target, this.#adapters(where, entry.adapters));
    return {
      plan: this.#plan,
      item: (process, item) => this.#item(process, item),
      reset: (process) => this.#reset(process),
      handles: (name) => exported("the handle tables", this.#handles, name),
      heldBy: (process) => this.#handleTables?.heldBy(process) ?? [],
      readings: () => readMeters(this.#plan, this.#meters),
      ...(target !== undefined && { entry: callable(where, target) as () => number }),
      ...(this.#transferView !== undefined && { transfer: this.#transferView }),
    };
  }

  #adapters(where: string, adapters: readonly Adapter[]): WebAssembly.Instance[] {
    const instances: WebAssembly.Instance[] = [];
    for (const { module, imports } of adapters) {
      instances.push(this.#instance(where, module, this.#imports(where, imports, instances)));
    }
    return instances;
  }

  #imports(
    where: string,
    imports: Adapter["imports"],
    adapters: readonly WebAssembly.Instance[],
  ): WebAssembly.Imports {
    const object: WebAssembly.Imports = {};
    for (const { module, name, from } of imports) {
      (object[module] ??= {})[name] = this.#source(where, from, adapters);
    }
    return object;
  }

  #source(where: string, source: Source, adapters: readonly WebAssembly.Instance[]): WebAssembly.ImportValue {
    switch (source.kind) {
      case "process":
        return this.#item(source.process, source.item);
      case "transfer":
        return exported("the transfer memory", this.#transfer, source.export);
      case "device":
        return this.#deviceFunction(source.process, source.grant, source.function);
      case "handles":
        return exported("the handle tables", this.#handles, source.export);
      case "clock":
        return nanoseconds;
      case "adapter":
    }
    return exported(`${where}, adapter ${source.adapter}`, adapters[source.adapter], source.export);
  }

  #deviceFunction(process: number, grant: number, name: string): WebAssembly.ImportValue {
    const { device } = at(at(this.#plan.root.processes, process, "process").grants, grant, "grant");
    const key = `${process} ${grant}`;
    const made =
      this.#devices.get(key) ?? this.#makeDevice(process, grant, this.#transferView ?? Transfer.absent());
    this.#devices.set(key, made);
    const found = Object.hasOwn(made, name) ? made[name] : undefined;
    if (found === undefined) {
      throw new HostError(`${device} has no function ${name}; it has ${Object.keys(made).join(", ")}.`);
    }
    return found;
  }

  #item(process: number, item: CoreItem): WebAssembly.ExportValue {
    const placed = at(this.#plan.root.processes, process, "process");
    const where = `process ${placed.name}, core instance ${item.instance}`;
    const prefix = this.#template(placed).instances[item.instance]?.fused ?? "";
    return exported(where, this.#instances[process]?.[item.instance], prefix + item.export);
  }

  #template(process: Process): LinkPlan["templates"][number] {
    return at(this.#plan.templates, process.template, "template");
  }

  #instance(where: string, module: number, imports: WebAssembly.Imports): WebAssembly.Instance {
    const { name } = at(this.#plan.modules, module, "module");
    try {
      return new WebAssembly.Instance(this.#module(module), imports);
    } catch (error) {
      // A trap of a start function is the guest's; everything else is the plan's.
      if (error instanceof WebAssembly.RuntimeError || error instanceof HostError) throw error;
      throw new HostError(`${where}: module ${name} cannot be instantiated: ${(error as Error).message}`, {
        cause: error,
      });
    }
  }

  #module(position: number): WebAssembly.Module {
    const known = this.#compiled.get(position);
    if (known !== undefined) return known;
    const { bytes } = at(this.#plan.modules, position, "module");
    const compiled = new WebAssembly.Module(bytes as Uint8Array<ArrayBuffer>);
    this.#compiled.set(position, compiled);
    return compiled;
  }
}

function nanoseconds(): number {
  return performance.now() * 1e6;
}

function fillSlot(where: string, table: WebAssembly.ExportValue, entry: number, callee: () => unknown): void {
  if (!(table instanceof WebAssembly.Table))
    throw new HostError(`${where}: ${RESERVED.slots} is not a table.`);
  try {
    table.set(entry, callee);
  } catch (error) {
    throw new HostError(`${where}: slot ${entry} cannot be filled: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

function exported(
  where: string,
  instance: WebAssembly.Instance | undefined,
  name: string,
): WebAssembly.ExportValue {
  const value = instance?.exports[name];
  if (value === undefined)
    throw new HostError(`${where}: expected an export ${JSON.stringify(name)}, found none.`);
  return value;
}

function callable(where: string, value: WebAssembly.ImportValue): (...args: unknown[]) => unknown {
  if (typeof value !== "function")
    throw new HostError(`${where}: expected a function, found ${typeof value}.`);
  return value as (...args: unknown[]) => unknown;
}

function at<T>(array: readonly T[], position: number, what: string): T {
  const value = array[position];
  if (value === undefined) throw new HostError(`The plan has no ${what} ${position}, only ${array.length}.`);
  return value;
}
