/**
 * Pass: what a process is spawned as becomes one module, so that one more of it is one instance.
 *
 * Its core modules, the adapters that take messages to it out of the mail, and
 * those of its own calls are merged; nothing is optimised. Calls of devices are
 * plain calls then, and other slots are filled by the module. What a host tells
 * each process, such as its pid, are globals of the module, so that all else it
 * imports is the same for all. Left out are calls into other processes: their
 * slots are repointed when the provider dies, and their guards are the host's.
 */
import { decodeModule } from "../../wasm/index.ts";
import type { ModuleTable } from "../module-table.ts";
import type { PlacedProcess } from "../passes/ends.ts";
import {
  ACCOUNTS,
  FUSED_MAILBOX,
  LIVENESS,
  RESERVED,
  SIGNALS,
  type Adapter,
  type CoreItem,
  type Edge,
  type Entry,
  type HandleTables,
  type Mailbox,
  type MergedModule,
  type Source,
  type Template,
} from "../plan.ts";
import { movedSourceMap } from "../rewrite/source-map.ts";
import { ASKED, askedBy, askingModule } from "./asked-devices.ts";
import { mergeModules, type PartExport } from "./merge.ts";
import { boundItems, stateItems, templateItems } from "./needed.ts";
import { MergedParts, type InnerEdge } from "./parts.ts";
import {
  DELIVER,
  deliverModule,
  METERED,
  meterModule,
  SLICE_ENDED,
  slotsModule,
  wordsModule,
  type FilledSlot,
} from "./spawned-parts.ts";
import { mergedSourceMap } from "./source-map.ts";
import { slotSignature } from "./slot-signature.ts";
import { withTraps } from "./traps.ts";

export interface SpawnedInput {
  readonly placed: readonly PlacedProcess[];
  /** Of the whole system; adapters of those that are spawned lie in `parts`. */
  readonly edges: readonly Edge[];
  /** By position of the process; as above. */
  readonly mailboxes: ReadonlyMap<number, Mailbox | undefined>;
  readonly handles?: HandleTables;
  readonly entry?: Entry;
  /** No part of the plan. */
  readonly parts: ModuleTable;
  readonly modules: ModuleTable;
  readonly reset: boolean;
}

export interface MergedSpawned {
  /** In place of what was built. */
  readonly templates: ReadonlyMap<Template, Template>;
  /** By position of the process. */
  readonly merged: ReadonlyMap<number, MergedModule>;
  readonly mailboxes: ReadonlyMap<number, Mailbox | undefined>;
  readonly edges: readonly Edge[];
}

/** @throws LinkError */
export function mergeSpawned(input: SpawnedInput): MergedSpawned {
  const templates = new Map<Template, Template>();
  const merged = new Map<number, MergedModule>();
  const mailboxes = new Map(input.mailboxes);
  const edges = [...input.edges];
  for (const process of input.placed) {
    if (!process.built.spawned) continue;
    const merge = new SpawnedMerge(process, input);
    const { module, template, imports, bytes } = merge.merge();
    templates.set(process.built.template, template);
    merged.set(process.position, { module, imports, bytes });
    mailboxes.set(process.position, merge.mailbox(module));
    for (const [position, edge] of edges.entries()) {
      if (edge.consumer === process.position) edges[position] = merge.edge(edge, module);
    }
  }
  return { templates, merged, mailboxes, edges };
}

class SpawnedMerge {
  readonly #process: PlacedProcess;
  readonly #input: SpawnedInput;
  readonly #mailbox: Mailbox | undefined;
  readonly #edges: readonly InnerEdge[];
  readonly #words: ReadonlySet<string>;
  readonly #parts: MergedParts;
  /** The function that says whose call it is, by the device's. */
  readonly #asking = new Map<string, PartExport>();
  readonly #exports = new Map<string, PartExport>();

  constructor(process: PlacedProcess, input: SpawnedInput) {
    const { node, position, built } = process;
    this.#process = process;
    this.#input = input;
    this.#mailbox = input.mailboxes.get(position);
    this.#edges = [...input.edges.entries()].flatMap(([at, edge]) =>
      edge.consumer === position && isSettled(edge, input.edges) ? [{ position: at, edge }] : [],
    );
    const adapters = this.#mailbox?.adapters ?? [];
    const all = [...adapters, ...this.#edges.flatMap(({ edge }) => edge.adapters)];
    const sources = all.flatMap(({ imports }) => imports.map(({ from }) => from));
    const asked = this.#edges.filter(({ edge }) => edge.provider.kind === "device");
    const words = sources.flatMap((source) => this.#wordFor(source) ?? []);
    if (asked.length > 0) words.push(RESERVED.pid);
    if (built.template.sliceEnded !== undefined) words.push(RESERVED.account);
    this.#words = new Set(words);
    this.#parts = new MergedParts([process], this.#edges, input.parts.modules, {
      mailbox: node.name + FUSED_MAILBOX,
      adapters,
      wordFor: (source) => this.#wordFor(source),
      words: wordsModule([...this.#words]),
      standsFor: (source) => this.#asking.get(JSON.stringify(source)),
    });
    for (const edge of asked) this.#ask(edge);
    this.#fillSlots(built.template);
    this.#deliver();
    for (const word of this.#words) this.#exports.set(word, this.#parts.word(word));
  }

  merge(): MergedModule & { readonly template: Template } {
    const { template } = this.#process.built;
    for (const item of this.#items()) this.#need(item);
    const module = this.#module();
    const instances = template.instances.map((_, i) => ({ module, imports: [], fused: this.#prefix(i) }));
    return {
      module,
      imports: this.#parts.imports,
      bytes: this.#bytesOf(template.instances),
      template: { ...template, instances },
    };
  }

  mailbox(module: number): Mailbox | undefined {
    if (this.#mailbox === undefined) return undefined;
    return { ...this.#mailbox, adapters: this.#merged(this.#mailbox.adapters, module) };
  }

  /** One of the process's own. */
  edge(edge: Edge, module: number): Edge {
    if (this.#edges.some((settled) => settled.edge === edge)) {
      return { ...edge, merged: true, adapters: this.#merged(edge.adapters, module) };
    }
    const { parts, modules } = this.#input;
    const adapters = edge.adapters.map((adapter) => {
      const made = parts.modules[adapter.module];
      if (made === undefined) throw new TypeError(`there is no module ${adapter.module}`);
      return { ...adapter, module: modules.add(made) };
    });
    return { ...edge, adapters };
  }

  #merged(adapters: readonly Adapter[], module: number): Adapter[] {
    return adapters.map((adapter) => ({ ...adapter, module, merged: this.#bytesOf([adapter]) }));
  }

  #bytesOf(users: readonly { readonly module: number }[]): number {
    const positions = new Set(users.map(({ module }) => module));
    return [...positions].reduce(
      (sum, position) => sum + (this.#input.parts.modules[position]?.bytes.length ?? 0),
      0,
    );
  }

  /** Name of the global that a source means, where it is the process's own. */
  #wordFor(source: Source): string | undefined {
    const { position } = this.#process;
    if (source.kind === "liveness")
      return source.export === LIVENESS.inside + position ? RESERVED.inside : undefined;
    if (source.kind === "handles") return this.#tableFor(source.export);
    if (!("process" in source) || source.process !== position) return undefined;
    if (source.kind === "pid") return RESERVED.pid;
    return source.kind === "authority" ? RESERVED.authority + source.hole : undefined;
  }

  #tableFor(name: string): string | undefined {
    const { tables = [] } = this.#input.handles ?? {};
    const found = tables.findIndex(
      (table, i) => name === `table ${i}` && "process" in table && table.process === this.#process.position,
    );
    return found < 0 ? undefined : RESERVED.handleTable + found;
  }

  #ask({ position, edge }: InnerEdge): void {
    const asked = askedBy(edge, this.#input.parts.modules, (name) =>
      slotSignature(this.#process, edge.hole, name),
    );
    const part = this.#parts.addMade(`${position}`, askingModule(asked), ({ module, name }) => {
      if (module === ASKED.pid) return this.#parts.word(RESERVED.pid);
      const device = asked.find(({ source }) => source.function === name);
      return this.#parts.outside(device === undefined ? { kind: "asker" } : device.source);
    });
    for (const { source } of asked)
      this.#asking.set(JSON.stringify(source), { part, export: source.function });
  }

  #fillSlots(template: Template): void {
    const filled = this.#edges.flatMap(({ position, edge }) =>
      edge.functions.flatMap(({ name, target }): FilledSlot[] => {
        const slots = template.holes[edge.hole]?.functions.find((f) => f.name === name)?.slots ?? [];
        if (slots.length === 0) return [];
        const answer = this.#parts.answer(target, position);
        if (!("part" in answer)) throw new TypeError(`nothing of the process fills the slots of ${name}`);
        return slots.map((slot) => ({ ...slot, answer }));
      }),
    );
    const { module, targets } = slotsModule([...filled, ...this.#meterSlots(template)]);
    this.#parts.addMade("", module, (imported) => {
      if (imported.module === RESERVED.slots) return this.#partOf(Number(imported.name), RESERVED.slots);
      const target = targets[Number(imported.name)];
      if (target === undefined) throw new TypeError(`there is no target ${imported.name}`);
      return target;
    });
  }

  /** Those by which its modules ask for more fuel. */
  #meterSlots({ sliceEnded = [] }: Template): FilledSlot[] {
    if (sliceEnded.length === 0) return [];
    const part = this.#parts.addMade("", meterModule(), ({ module }) =>
      module === METERED.account
        ? this.#parts.word(RESERVED.account)
        : this.#parts.outside({ kind: "accounts", export: ACCOUNTS.endedOf }),
    );
    return sliceEnded.map((slot) => ({ ...slot, answer: { part, export: SLICE_ENDED } }));
  }

  /** One function for all messages, in place of an export for each. */
  #deliver(): void {
    if (this.#mailbox === undefined) return;
    const { deliveries } = this.#mailbox;
    const module = deliverModule(deliveries.length);
    const part = this.#parts.addMade(this.#process.node.name + FUSED_MAILBOX, module, ({ type, name }) => {
      if (type.kind === "memory") return this.#parts.answer({ kind: "mail", export: name });
      const delivery = deliveries[Number(name)];
      if (delivery === undefined) throw new TypeError(`there is no delivery ${name}`);
      return this.#parts.answer(delivery.target);
    });
    this.#exports.set(RESERVED.deliver, { part, export: DELIVER });
  }

  /** What is found by name in an instance. */
  #items(): CoreItem[] {
    const { position, built } = this.#process;
    const { template } = built;
    const left = this.#input.edges.filter((edge) => !this.#edges.some((settled) => settled.edge === edge));
    const unsettled = new Set(left.filter(({ consumer }) => consumer === position).map(({ hole }) => hole));
    const holes = template.holes.filter((_, i) => unsettled.has(i));
    const signals: ReadonlySet<string> = new Set(Object.values(SIGNALS));
    const exports = template.exports.filter(({ name }) => signals.has(name));
    const states = template.instances.flatMap((_, i) =>
      stateItems(i, this.#parts.module(position, i), this.#input.reset),
    );
    const destructors = (this.#input.handles?.types ?? []).flatMap((type) =>
      "process" in type && type.process === position && type.destructor ? [type.destructor] : [],
    );
    const bound = boundItems(left, this.#input.entry, new Set([position])).map(({ item }) => item);
    return [...templateItems({ ...template, holes }, exports), ...states, ...destructors, ...bound];
  }

  #need(item: CoreItem): void {
    this.#exports.set(this.#prefix(item.instance) + item.export, this.#partOf(item.instance, item.export));
  }

  #partOf(instance: number, name: string): PartExport {
    return this.#parts.exportOf(this.#process.position, { instance, export: name });
  }

  #prefix(instance: number): string {
    return `${instance} `;
  }

  /** Position of the merged module in the plan. */
  #module(): number {
    const { modules } = this.#input;
    const name = modules.freshName(this.#process.built.template.name);
    const { parts, sources } = this.#parts;
    const merged = mergeModules(name, parts, this.#exports);
    const { bytes, offsets } = withTraps(name, decodeModule(merged.bytes));
    const sourceMap = movedSourceMap(mergedSourceMap(parts, sources, merged.offsets), offsets);
    return modules.add({
      name,
      role: "guest",
      bytes,
      ...(sourceMap !== undefined && { sourceMap }),
    });
  }
}

/**
 * Whether its slots lead to the same functions for ever, and none of its adapters is the host's to
 * guard: no call of it enters another process, for messages are the kernel's.
 */
function isSettled(edge: Edge, all: readonly Edge[]): boolean {
  const alternatives = all.filter(({ consumer, hole }) => consumer === edge.consumer && hole === edge.hole);
  const guarded = edge.adapters.some(({ imports }) => imports.some(({ from }) => from.kind === "guard"));
  return (
    alternatives.length === 1 && !guarded && edge.functions.every((bound) => !entersProcess(edge, bound))
  );
}

function entersProcess({ provider }: Edge, { message, handedOn }: Edge["functions"][number]): boolean {
  if (message !== undefined) return false;
  return handedOn === undefined ? provider.kind === "process" : handedOn.process !== undefined;
}
