/**
 * The instances of a plan as C sees them: a variable each, and what each import of it is.
 *
 * In the order in which they are made, which is the plan's (toolchain/link/plan.ts).
 * Nothing is written yet: that is for the files below `emit/`.
 */
import {
  ACCOUNTS,
  LIVENESS,
  RESERVED,
  type Adapter,
  type CoreItem,
  type KernelSource,
  type LinkPlan,
  type Process,
  type Source,
  type Template,
} from "../../toolchain/link/plan.ts";
import type { core } from "../../toolchain/wasm/index.ts";
import { ImageError } from "./error.ts";
import {
  addressOf,
  at,
  checkKind,
  exported,
  missing,
  type ExportItem,
  type Instance,
  type Item,
  type NativeItem,
  type VariableItem,
} from "./items.ts";
import { moduleFacts, type ImportFact, type ModuleFacts } from "./module-facts.ts";
import { Natives, type Asker } from "./natives.ts";
import { PlaceParts } from "./place-parts.ts";

/** A guard that the runtime is told of: `inner` and the rest are exports of an adapter. */
export interface GuardSite {
  readonly variable: string;
  readonly place?: PlaceParts;
  readonly process: number;
  /** Expression for the process that calls; absent for the host itself. */
  readonly caller?: string;
  readonly inner?: string;
  readonly adapter?: Instance;
}

const MARKS = "the marks of processes";

export class Parts {
  readonly plan: LinkPlan;
  readonly instances: Instance[] = [];
  readonly guards: GuardSite[] = [];
  readonly natives: Natives;
  /** Names of those that sources stand for. */
  readonly variables: Set<string> = new Set();
  readonly #facts = new Map<number, ModuleFacts>();
  readonly #transfer: Instance | undefined;
  readonly #handles: Instance | undefined;
  readonly #liveness: Instance | undefined;
  readonly #accounts: Instance | undefined;
  readonly #kernel: Instance | undefined;
  readonly #mail: Instance | undefined;
  readonly #domains: readonly Instance[];
  /** By process, then by position in the template's instances. */
  readonly #processes: Instance[][] = [];
  /** By process. */
  readonly #places = new Map<number, PlaceParts>();
  #place: PlaceParts | undefined;

  constructor(plan: LinkPlan) {
    this.plan = plan;
    this.natives = new Natives(plan);
    const { accounts, handles, liveness, transfer, kernel, domains = [] } = plan.root;
    this.#kernel = this.#alone("kernel", kernel?.module);
    this.#mail = this.#alone("mail", kernel?.mail);
    this.#accounts = this.#alone("accounts", accounts?.module);
    this.#handles = this.#alone("handles", handles?.module);
    this.#liveness = this.#alone("liveness", liveness);
    this.#transfer = this.#alone("transfer", transfer);
    this.#domains = domains.map(({ name, module, imports }, i) =>
      this.#make(`domain_${i}`, module, `domain ${name}`, (wanted) =>
        this.#imported(`domain ${name}`, imports, wanted, []),
      ),
    );
    for (const [position, { spawned }] of plan.root.processes.entries()) {
      if (spawned !== true) this.#start(position);
    }
    for (const [position, { spawned }] of plan.root.processes.entries()) {
      if (spawned === true) this.#startPlace(position);
    }
  }

  /** Of a process that is spawned; undefined for any other. */
  place(process: number): PlaceParts | undefined {
    return this.#places.get(process);
  }

  get places(): readonly PlaceParts[] {
    return [...this.#places.values()];
  }

  /** An export of what a process is spawned as. */
  merged(process: number, name: string): ExportItem {
    return exported(`process ${this.process(process).name}`, this.#processes[process]?.[0], name);
  }

  /** In what `make` asks for, a process that is spawned means the one that lives in the place. */
  inPlace<T>(process: number, make: () => T): T {
    const before = this.#place;
    this.#place = this.#places.get(process);
    try {
      return make();
    } finally {
      this.#place = before;
    }
  }

  /** Modules that something is made of, in the plan's order. */
  get modules(): readonly ModuleFacts[] {
    return [...this.#facts].sort(([a], [b]) => a - b).map(([, facts]) => facts);
  }

  process(position: number): Process {
    return at(this.plan.root.processes, position, "process");
  }

  template(position: number): Template {
    return at(this.plan.templates, this.process(position).template, "template");
  }

  /** As `item`; undefined where there is none of that name. */
  itemIfAny(process: number, item: CoreItem): ExportItem | undefined {
    const { instance, export: name } = item;
    const prefix = this.template(process).instances[instance]?.fused ?? "";
    const found = this.#processes[process]?.[instance]?.module.exports.has(prefix + name);
    return found === true ? this.item(process, item) : undefined;
  }

  /** What an item of a process's core instances is. */
  item(process: number, { instance, export: name }: CoreItem): ExportItem {
    const { name: whose } = this.process(process);
    const prefix = this.template(process).instances[instance]?.fused ?? "";
    const found = at(this.#processes[process] ?? [], instance, `core instance of process ${whose}`);
    return exported(`process ${whose}`, found, prefix + name);
  }

  handles(name: string): ExportItem {
    return exported("the handle tables", this.#handles, name);
  }

  accounts(name: string): ExportItem {
    return exported("the accounts", this.#accounts, name);
  }

  kernel(name: string): ExportItem {
    return exported("the kernel", this.#kernel, name);
  }

  mail(name: string): ExportItem {
    return exported("the messages in flight", this.#mail, name);
  }

  /** Where the handle is by which a process sends or spawns through a hole: an address. */
  authority(process: number, hole: number): string {
    return addressOf(this.#word(process, RESERVED.authority + hole, `authority_${process}_${hole}`));
  }

  /** Where a word of a process that is spawned is: an address. */
  word(process: number, name: string): string {
    return addressOf(this.#word(process, name, `word_${process}_${name.replaceAll(/\W/g, "_")}`));
  }

  transfer(name: string): ExportItem {
    return exported("the transfer memory", this.#transfer, name);
  }

  /** The mark of a process, where one is kept. */
  mark(name: string): ExportItem | undefined {
    return this.#liveness?.module.exports.has(name) === true
      ? exported(MARKS, this.#liveness, name)
      : undefined;
  }

  /** Instances of an edge's adapters, or the entry's; `prefix` begins their variables. */
  adapters(where: string, prefix: string, adapters: readonly Adapter[], caller?: number): Instance[] {
    const made: Instance[] = [];
    for (const [i, { module, imports }] of adapters.entries()) {
      const begun = this.guards.length;
      const instance = this.#make(`${prefix}_${i}`, module, where, (wanted) =>
        this.#imported(where, imports, wanted, made),
      );
      for (const [at, guard] of this.guards.entries()) {
        if (at < begun) continue;
        const calls = caller === undefined ? {} : { caller: this.#positionOf(caller) };
        this.guards[at] = { ...guard, adapter: instance, ...calls };
      }
      made.push(instance);
    }
    return made;
  }

  /** `wanted`: the type of the import that it is for. */
  source(where: string, source: Source, adapters: readonly Instance[], wanted?: core.FuncType): Item {
    switch (source.kind) {
      case "process":
        return this.item(source.process, source.item);
      case "transfer":
        return this.transfer(source.export);
      case "handles":
        return this.#tableOfPlace(source.export) ?? this.handles(source.export);
      case "accounts":
        return this.accounts(source.export);
      case "liveness":
        return this.#markOfPlace(source.export) ?? exported(MARKS, this.#liveness, source.export);
      case "device":
        return this.natives.device(source.process, source.grant, source.function, wanted);
      case "guard":
        return this.#guard(source.process, source.inner);
      case "adapter":
        return exported(where, at(adapters, source.adapter, "adapter"), source.export);
      case "asker":
        return this.#variable("asker");
      case "clock":
        throw new ImageError(`${where}: a system that was linked to be measured cannot be an image.`);
      default:
    }
    return this.#ofKernel(source);
  }

  #ofKernel(source: KernelSource): Item {
    switch (source.kind) {
      case "mail":
        return this.mail(source.export);
      case "pid":
        return this.#word(source.process, RESERVED.pid, `pid_${source.process}`);
      case "authority": {
        const { process, hole } = source;
        return this.#word(process, RESERVED.authority + hole, `authority_${process}_${hole}`);
      }
      case "spawner": {
        const { process, hole } = source;
        const isGiven = this.plan.root.edges.some(
          (edge) =>
            edge.consumer === process &&
            edge.hole === hole &&
            edge.provider.kind === "spawner" &&
            edge.provider.by === "handles",
        );
        return this.natives.spawner(source, isGiven ? "NULL" : this.authority(process, hole), this.#asker);
      }
      case "drop":
        return this.natives.drop(source.process, this.#asker);
      case "give":
        return this.natives.give(source.from, source.to, this.#asker);
      case "carry":
        return this.natives.carry(source, this.#asker);
      default:
    }
    return this.natives.kernel(source.kind);
  }

  get #asker(): Asker {
    return { place: this.#place, positionOf: (process) => this.#positionOf(process) };
  }

  /** Expression for a position at run time. */
  #positionOf(process: number): string {
    return this.#place?.process === process ? this.#place.position : `${process}`;
  }

  /** A word that the runtime writes and adapters read: of who lives in the place, where the process means that. */
  #word(process: number, name: string, symbol: string): Item {
    const place = this.#place;
    if (place?.process !== process) return this.#variable(symbol);
    const [merged] = this.#processes[process] ?? [];
    if (merged?.module.exports.has(name) === true) return exported(name, merged, name);
    return { kind: "variable", symbol: place.field("uint32_t", symbol) };
  }

  /** Where a source of the handle module means a table of who lives in the place. */
  #tableOfPlace(name: string): Item | undefined {
    const place = this.#place;
    const tables = this.plan.root.handles?.tables ?? [];
    const found = tables.findIndex(
      (table, i) => name === `table ${i}` && "process" in table && table.process === place?.process,
    );
    if (place === undefined || found < 0) return undefined;
    return this.#word(place.process, RESERVED.handleTable + found, `table_${found}`);
  }

  #markOfPlace(name: string): Item | undefined {
    const place = this.#place;
    if (place === undefined || name !== LIVENESS.inside + place.process) return undefined;
    return this.#word(place.process, RESERVED.inside, "inside");
  }

  #variable(symbol: string): VariableItem {
    this.variables.add(symbol);
    return { kind: "variable", symbol };
  }

  #guard(process: number, inner: string | undefined): NativeItem {
    const place = this.#place;
    const name = `guard_${this.guards.length}`;
    const variable = place === undefined ? name : place.field("struct guard", name);
    this.guards.push({ variable, process, ...(place && { place }), ...(inner !== undefined && { inner }) });
    const symbol = inner === undefined ? "guard_condemn" : "guard_call";
    return { kind: "native", symbol, context: `&${variable}`, type: { params: [], results: ["i32"] } };
  }

  #alone(name: string, module: number | undefined): Instance | undefined {
    if (module === undefined) return undefined;
    return this.#make(name, module, name, ({ module: from, name: wanted }) => {
      const found = from === ACCOUNTS.host ? this.natives.accounts(wanted) : undefined;
      if (found !== undefined) return found;
      throw new ImageError(`Module ${name} imports ${from}, ${wanted}, which no host has.`);
    });
  }

  #start(position: number): void {
    const { name, domain } = this.process(position);
    const where = `process ${name}`;
    const instances: Instance[] = [];
    this.#processes[position] = instances;
    for (const [i, { module, imports, fused }] of this.template(position).instances.entries()) {
      if (fused !== undefined) {
        instances.push(at(this.#domains, domain ?? -1, "domain"));
        continue;
      }
      const made = this.#make(`process_${position}_${i}`, module, where, ({ module: from, name: wanted }) => {
        if (from === RESERVED.fuel) return this.accounts(ACCOUNTS.fuel);
        const found = imports.find((it) => it.module === from && it.name === wanted);
        if (found === undefined) throw missing(where, from, wanted);
        return this.item(position, found.from);
      });
      instances.push(made);
    }
  }

  /** All of what a process is spawned as is one instance. */
  #startPlace(position: number): void {
    const { name, merged } = this.process(position);
    const where = `process ${name}`;
    if (merged === undefined)
      throw new ImageError(`${where} cannot be spawned: the plan has no module for it.`);
    this.#places.set(position, new PlaceParts(position));
    const made = this.inPlace(position, () =>
      this.#make("merged", merged.module, where, (wanted) =>
        this.#imported(where, merged.imports, wanted, []),
      ),
    );
    this.#processes[position] = this.template(position).instances.map(() => made);
  }

  #imported(
    where: string,
    imports: Adapter["imports"],
    { module, name, item }: ImportFact,
    adapters: readonly Instance[],
  ): Item {
    const found = imports.find((it) => it.module === module && it.name === name);
    if (found === undefined) throw missing(where, module, name);
    return this.source(where, found.from, adapters, item.kind === "func" ? item.type : undefined);
  }

  #make(variable: string, module: number, where: string, find: (wanted: ImportFact) => Item): Instance {
    const facts = this.#module(module);
    const imports = facts.imports.map((wanted) => {
      const item = find(wanted);
      checkKind(`${where}, import ${wanted.module} ${wanted.name}`, wanted.item, item);
      return item;
    });
    const place = this.#place;
    const lies = place && { variable: place.field(`w2c_${facts.name}`, variable), place };
    const instance = { variable, module: facts, imports, ...lies };
    this.instances.push(instance);
    return instance;
  }

  #module(position: number): ModuleFacts {
    const known = this.#facts.get(position);
    if (known !== undefined) return known;
    const facts = moduleFacts(at(this.plan.modules, position, "module"));
    this.#facts.set(position, facts);
    return facts;
  }
}
