/**
 * What the sources of a plan stand for: exports of instances, devices, guards.
 */
import {
  ACCOUNTS,
  deviceDestructor,
  LIVENESS,
  RESERVED,
  type Adapter,
  type CoreItem,
  type FusedDomain,
  type Grant,
  type KernelSource,
  type LinkPlan,
  type Process,
  type Source,
  type Template,
} from "../../toolchain/link/plan.ts";
import { FuelAccounts } from "../accounts.ts";
import type { Device, DeviceContext } from "../devices/index.ts";
import type { KernelDoor } from "../devices/kernel-door.ts";
import { Transfer } from "../devices/transfer.ts";
import { CALLER_DIES, endingGuard } from "../guard/ending.ts";
import { guardFrame, type GuardFrame } from "../guard/frame.ts";
import { takeUnfinished, type UnfinishedCall } from "../guard/unfinished.ts";
import { HandleTables } from "../handle-tables.ts";
import { HostError } from "../host-error.ts";
import { MergedImports } from "./merged-imports.ts";
import { Modules } from "./modules.ts";
import { at, callable, exported } from "./plan-parts.ts";
import { Spawned } from "./spawned.ts";

/** Makes the device of one grant of one process; `give` and `kernel` are what `DeviceContext` says of them. */
export type DeviceMaker = (
  process: number,
  grant: number,
  transfer: Transfer,
  give: DeviceContext["give"],
  kernel: KernelDoor | undefined,
) => Device;

/** What becomes of a process whose guard is asked; both return the position of the fault plus one. */
export interface GuardDecisions {
  /**
   * Something was thrown in a call of the process; throws it on when the process is not to answer for it.
   * `call`: what the adapter says of it.
   */
  readonly caught: (process: number, error: unknown, call: UnfinishedCall) => number;
  /** It returned what is not valid. */
  readonly condemn: (process: number) => number;
}

export class Parts {
  readonly plan: LinkPlan;
  readonly transfer: Transfer | undefined;
  /** What the kernel's host gives to adapters; undefined in a system without a kernel. */
  kernel: ((source: KernelSource) => WebAssembly.ImportValue) | undefined;
  /** What a process's devices ask of the kernel; undefined in a system without one. */
  kernelDoor: ((process: number) => KernelDoor) | undefined;
  /** Whether code of a process must not go on; undefined in a system without a kernel. */
  isDying: ((process: number) => boolean) | undefined;
  /** Drops a handle of the kernel, whoever holds it; undefined in a system without a kernel. */
  dropHandle: ((handle: number) => void) | undefined;
  /** Undefined in a system without resources. */
  readonly handleTables: HandleTables | undefined;
  /** Undefined in a system without metered processes. */
  readonly accounts: FuelAccounts | undefined;
  /** See the source of that name. */
  readonly asker: WebAssembly.Global<"i32"> = new WebAssembly.Global({ value: "i32", mutable: true }, 0);
  #running = 0;
  readonly #makeDevice: DeviceMaker;
  readonly #guards: GuardDecisions;
  readonly #modules: Modules;
  readonly #transfer: WebAssembly.Instance | undefined;
  readonly #handles: WebAssembly.Instance | undefined;
  readonly #liveness: WebAssembly.Instance | undefined;
  /** By process of the plan, those that are kept. */
  readonly #marks: readonly (WebAssembly.Global | undefined)[];
  /** By position in the plan's domains. */
  readonly #domains: readonly WebAssembly.Instance[];
  /** By process, then by position in the template's instances. */
  readonly #instances: WebAssembly.Instance[][] = [];
  readonly #devices = new Map<string, Device>();
  /** By template. */
  readonly #mergedImports = new Map<number, MergedImports>();
  /** Made while the system runs. */
  readonly spawned: Spawned;

  constructor(plan: LinkPlan, makeDevice: DeviceMaker, guards: GuardDecisions) {
    this.plan = plan;
    this.#makeDevice = makeDevice;
    this.#guards = guards;
    this.#modules = new Modules(plan);
    this.spawned = new Spawned(plan.root.processes.length);
    const { handles, transfer, liveness, accounts } = plan.root;
    const templateOf = (process: number): number => this.spawned.templateOf(process);
    this.accounts =
      accounts &&
      new FuelAccounts(
        plan,
        accounts,
        (where, imports) => this.#modules.instance(where, accounts.module, imports),
        templateOf,
      );
    this.#handles = this.#madeIf("the handle tables", handles?.module);
    this.handleTables = handles && new HandleTables(plan, (name) => this.handles(name), templateOf);
    this.#liveness = this.#madeIf("the marks of processes", liveness);
    this.#marks = plan.root.processes.map((_, process) => {
      const mark = this.#liveness?.exports[LIVENESS.inside + process];
      return mark instanceof WebAssembly.Global ? mark : undefined;
    });
    this.#transfer = this.#madeIf("the transfer memory", transfer);
    this.transfer = this.#transfer && new Transfer(this.#transfer.exports);
    this.#domains = (plan.root.domains ?? []).map(({ name, module, imports }) => {
      const where = `domain ${name}`;
      return this.#modules.instance(where, module, this.#imports(where, imports));
    });
    for (const [position, { spawned }] of plan.root.processes.entries()) {
      if (spawned) continue;
      this.#start(position);
      this.#meter(position);
    }
  }

  process(position: number): Process {
    return at(this.plan.root.processes, this.spawned.templateOf(position), "process");
  }

  /** The core instances of one more process, made like one of the plan. Returns its position. */
  spawn(template: number): number {
    const position = this.spawned.add(template);
    try {
      this.spawned.made(this.#merged(position, template));
      const { handles } = this.template(position).quotas;
      const tables = this.handleTables?.makeFor(position, template, handles) ?? new Map<number, number>();
      this.spawned.setTables(position, tables);
      const account = this.accounts?.accountOf(position);
      if (account !== undefined) this.spawned.word(position, RESERVED.account).value = account;
    } catch (error) {
      this.spawned.removeLast();
      throw error;
    }
    return position;
  }

  #merged(position: number, template: number): WebAssembly.Instance {
    const { name, merged } = this.process(position);
    const where = `process ${name}`;
    if (merged === undefined) throw new HostError(`${where} cannot be spawned.`);
    const valueOf = (source: Source): WebAssembly.ImportValue => this.source(where, source, []);
    let imports = this.#mergedImports.get(template);
    if (imports === undefined) {
      imports = new MergedImports(merged, (source) => this.#isOwn(source, template), valueOf);
      this.#mergedImports.set(template, imports);
    }
    return this.#modules.instance(
      where,
      merged.module,
      this.spawned.making(position, () => imports.with(valueOf)),
    );
  }

  /** Whether a source of the template is another one for each process that is made like it. */
  #isOwn(source: Source, template: number): boolean {
    return source.kind !== "device" && "process" in source && source.process === template;
  }

  template(position: number): Template {
    return at(this.plan.templates, this.process(position).template, "template");
  }

  /** The processes that live and die as one with this one, which is among them. */
  membersWith(process: number): readonly number[] {
    const { domain } = this.process(process);
    if (domain === undefined) return [process];
    const all = [...this.plan.root.processes.entries()];
    return all.flatMap(([position, other]) => (other.domain === domain ? [position] : []));
  }

  item(process: number, item: CoreItem): WebAssembly.ExportValue {
    const prefix = this.template(process).instances[item.instance]?.fused ?? "";
    const position = this.spawned.meant(process);
    const instance = this.spawned.instance(position) ?? this.#instances[position]?.[item.instance];
    const found = instance?.exports[prefix + item.export];
    if (found !== undefined) return found;
    const where = `process ${this.process(process).name}, core instance ${item.instance}`;
    return exported(where, instance, prefix + item.export);
  }

  handles(name: string): WebAssembly.ExportValue {
    return exported("the handle tables", this.#handles, name);
  }

  /** The mark of a process; undefined where none is kept. */
  mark(process: number): WebAssembly.Global | undefined {
    return this.spawned.isSpawned(process) ? this.spawned.mark(process) : this.#marks[process];
  }

  /** Code of a process is run by this host: nothing can leave the stack. */
  get isRunning(): boolean {
    return this.#running > 0;
  }

  /** Runs code of a process at its own expense; somebody else's call may be going on meanwhile. */
  atExpenseOf(process: number, run: () => unknown): void {
    const before = this.accounts?.payer;
    this.accounts?.pays(process);
    this.#running += 1;
    try {
      run();
    } finally {
      this.#running -= 1;
      if (before !== undefined) this.accounts?.restore(before);
    }
  }

  /** @param caller the process that calls them; undefined for the host itself. */
  adapters(where: string, adapters: readonly Adapter[], caller?: number): WebAssembly.Instance[] {
    const instances: WebAssembly.Instance[] = [];
    for (const { module, imports } of adapters) {
      const object: WebAssembly.Imports = {};
      const guards: { readonly frame: GuardFrame; readonly inner: string }[] = [];
      for (const { module, name, from } of imports) {
        (object[module] ??= {})[name] = this.source(where, from, instances);
        if (from.kind !== "guard" || from.inner === undefined) continue;
        const position = instances.length;
        const caught = (error: unknown): number =>
          this.#guards.caught(from.process, error, takeUnfinished(instances[position]?.exports));
        const frame = guardFrame(caught, this.accounts?.changesPayer ? this.accounts : undefined);
        guards.push({ frame, inner: from.inner });
        object[module][name] = this.#endable(frame.call, caller);
      }
      const instance = this.#modules.instance(where, module, object);
      for (const { frame, inner } of guards) {
        frame.guard(callable(`${where}, ${inner}`, exported(where, instance, inner)));
      }
      instances.push(instance);
    }
    return instances;
  }

  /** Under the kernel a caller may be killed by what follows from the death that its guard caught. */
  #endable(call: () => number, caller: number | undefined): WebAssembly.ImportValue {
    const { isDying } = this;
    if (isDying === undefined || caller === undefined) return call;
    return endingGuard(() => {
      const fault = call();
      return isDying(caller) ? CALLER_DIES : fault;
    });
  }

  source(where: string, source: Source, adapters: readonly WebAssembly.Instance[]): WebAssembly.ImportValue {
    switch (source.kind) {
      case "process":
        return this.item(source.process, source.item);
      case "transfer":
        return exported("the transfer memory", this.#transfer, source.export);
      case "device":
        return this.#deviceFunction(source.process, source.grant, source.function);
      case "handles":
        return this.spawned.tableMeant(source.export) ?? this.handles(source.export);
      case "accounts":
        return this.#accountsItem(source.export);
      case "liveness":
        return (
          this.spawned.markMeant(source.export) ??
          exported("the marks of processes", this.#liveness, source.export)
        );
      case "asker":
        return this.asker;
      case "clock":
        return nanoseconds;
      case "guard":
        return () => this.#guards.condemn(source.process);
      case "mail":
      case "kernel-event":
      case "pid":
      case "authority":
      case "wait":
      case "spawner":
      case "drop":
      case "give":
      case "carry":
        return this.#ofKernel(where, source);
      case "adapter":
    }
    return exported(`${where}, adapter ${source.adapter}`, adapters[source.adapter], source.export);
  }

  #ofKernel(where: string, source: KernelSource): WebAssembly.ImportValue {
    if (this.kernel === undefined) {
      throw new HostError(`${where}: expected a system under the kernel, found ${source.kind} without one.`);
    }
    const { spawned } = this;
    if ("process" in source) return this.kernel({ ...source, process: spawned.meant(source.process) });
    if (source.kind !== "give") return this.kernel(source);
    return this.kernel({ ...source, from: spawned.meant(source.from), to: spawned.meant(source.to) });
  }

  /** An instance of a module of the plan that imports nothing. */
  made(where: string, module: number): WebAssembly.Instance {
    return this.#modules.instance(where, module, {});
  }

  #madeIf(where: string, module: number | undefined): WebAssembly.Instance | undefined {
    return module === undefined ? undefined : this.made(where, module);
  }

  #imports(where: string, imports: FusedDomain["imports"]): WebAssembly.Imports {
    const object: WebAssembly.Imports = {};
    for (const { module, name, from } of imports) {
      (object[module] ??= {})[name] = this.source(where, from, []);
    }
    return object;
  }

  #start(position: number): void {
    const { name, domain } = this.process(position);
    const instances: WebAssembly.Instance[] = [];
    this.#instances[position] = instances;
    for (const { module, imports, fused } of this.template(position).instances) {
      if (fused !== undefined) {
        instances.push(at(this.#domains, domain ?? -1, "domain"));
        continue;
      }
      const object: WebAssembly.Imports = {};
      for (const { module, name, from } of imports) {
        (object[module] ??= {})[name] = this.item(position, from);
      }
      if (this.template(position).sliceEnded)
        object[RESERVED.fuel] = { "": this.#accountsItem(ACCOUNTS.fuel) };
      instances.push(this.#modules.instance(`process ${name}`, module, object));
    }
  }

  /** Lets the modules of a metered process ask for more fuel. */
  #meter(position: number): void {
    for (const { instance, entry } of this.template(position).sliceEnded ?? []) {
      const where = `process ${this.process(position).name}`;
      const slots = this.item(position, { instance, export: RESERVED.slots });
      if (!(slots instanceof WebAssembly.Table) || entry >= slots.length) {
        throw new HostError(`${where}: ${RESERVED.slots} has no entry ${entry}.`);
      }
      slots.set(entry, this.#accountsItem(ACCOUNTS.ended + this.accounts?.accountOf(position)));
    }
  }

  #accountsItem(name: string): WebAssembly.ExportValue {
    return exported("the accounts", this.accounts?.instance, name);
  }

  #deviceFunction(process: number, grant: number, name: string): WebAssembly.ImportValue {
    const { device } = at(this.process(process).grants, grant, "grant");
    // Processes that are made at run time share those of their template.
    const key = `${process} ${grant}`;
    const give: DeviceContext["give"] = (resource, rep, also = false) => {
      if (!also) this.#reclaim(made, device);
      return this.#handleTables.give(device, resource, rep);
    };
    const made: Device = this.#devices.get(key) ?? this.#makeDeviceOf(process, grant, give);
    this.#devices.set(key, made);
    const found = Object.hasOwn(made, name) ? made[name] : undefined;
    if (found === undefined) {
      throw new HostError(`${device} has no function ${name}; it has ${Object.keys(made).join(", ")}.`);
    }
    return found;
  }

  #makeDeviceOf(process: number, grant: number, give: DeviceContext["give"]): Device {
    const transfer = this.transfer ?? Transfer.absent();
    return this.#makeDevice(process, grant, transfer, give, this.kernelDoor?.(process));
  }

  /** Ends what a device returned and nobody took. */
  #reclaim(made: Device, device: Grant["device"]): void {
    for (const { type, rep } of this.#handleTables.reclaim(device)) {
      const { name } = at(this.plan.root.handles?.types ?? [], type, "resource type");
      const end = made[deviceDestructor(name)] as ((rep: number) => void) | undefined;
      end?.(rep);
    }
  }

  get #handleTables(): HandleTables {
    if (this.handleTables !== undefined) return this.handleTables;
    throw new HostError("A device returns a resource, and the plan has no handles.");
  }
}

function nanoseconds(): number {
  return performance.now() * 1e6;
}
