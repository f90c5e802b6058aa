/**
 * What a domain, or a process that is spawned, is merged from: core instances of its
 * members, and adapters; and which part answers which import.
 */
import { decodeModule, type CoreModule, type core } from "../../wasm/index.ts";
import { functionType } from "../core-index.ts";
import type { PlacedProcess } from "../passes/ends.ts";
import { importKey } from "../passes/slots.ts";
import {
  ACCOUNTS,
  DEPTH_EXHAUSTED,
  FUEL_EXHAUSTED,
  FUSED_NAME_END,
  RESERVED,
  type Adapter,
  type CoreItem,
  type Edge,
  type FusedDomain,
  type PlanModule,
  type Source,
} from "../plan.ts";
import { functionNames } from "../rewrite/name-section.ts";
import type { Answer, ImportName, Part, PartExport } from "./merge.ts";
import { isTrap, TRAPS } from "./traps.ts";

/** An edge whose adapters are merged, with its position in the plan. */
export interface InnerEdge {
  readonly position: number;
  readonly edge: Edge;
}

/** What a process that is spawned has, and a domain has not. */
export interface OwnParts {
  /** Before the names of the functions that take messages to it out of the mail. */
  readonly mailbox: string;
  readonly adapters: readonly Adapter[];
  /** What is a word of its own, by export of `words`. */
  readonly wordFor: (source: Source) => string | undefined;
  readonly words: CoreModule;
  /** What a part stands before that was made for it. */
  readonly standsFor: (source: Source) => PartExport | undefined;
}

/** Stands for the position of an edge. */
const MAILBOX = -1;

export class MergedParts {
  readonly #edges: readonly InnerEdge[];
  readonly #own: OwnParts | undefined;
  #words = -1;
  readonly #modules: readonly PlanModule[];
  readonly #decoded = new Map<number, CoreModule>();
  /** Position among the parts, by `keyOfInstance` and `keyOfAdapter`. */
  readonly #positions = new Map<string, number>();
  readonly #imports = new Map<string, FusedDomain["imports"][number]>();
  readonly parts: Part[] = [];
  /** The plan module of each part; undefined for what is made for the merge. */
  readonly sources: (PlanModule | undefined)[] = [];

  /** `modules`: of the members and of the adapters, at the positions that templates and edges name. */
  constructor(
    members: readonly PlacedProcess[],
    edges: readonly InnerEdge[],
    modules: readonly PlanModule[],
    own?: OwnParts,
  ) {
    this.#edges = edges;
    this.#modules = modules;
    this.#own = own;
    for (const member of members) this.#addInstances(member);
    for (const { position, edge } of edges) this.#addAdapters(position, `${position}`, edge.adapters);
    if (own === undefined) return;
    this.#addAdapters(MAILBOX, own.mailbox, own.adapters);
    this.#words = this.addMade("", own.words, nothing);
  }

  /** What the merged module imports, once the answers of all parts were asked for. */
  get imports(): FusedDomain["imports"] {
    return [...this.#imports.values()];
  }

  /** One more, made for the merge. Returns its position among the parts. */
  addMade(name: string, module: CoreModule, answers: Part["answers"]): number {
    this.sources.push(undefined);
    return this.parts.push({ module, prefix: name + FUSED_NAME_END, answers }) - 1;
  }

  /** What an adapter of an edge, or of the mailbox, or a slot of the edge, is bound to. */
  answer(source: Source, edge: number = MAILBOX): Answer {
    const word = this.#own?.wordFor(source);
    if (word !== undefined) return this.word(word);
    const before = this.#own?.standsFor(source);
    if (before !== undefined) return before;
    if (source.kind === "process" && this.#positions.has(keyOfInstance(source.process, source.item.instance)))
      return this.exportOf(source.process, source.item);
    if (source.kind !== "adapter") return this.outside(source);
    const part = this.#positions.get(keyOfAdapter(edge, source.adapter));
    if (part === undefined) throw new TypeError(`edge ${edge} has no adapter ${source.adapter}`);
    return { part, export: source.export };
  }

  /** A word of the process's own, by name. */
  word(name: string): PartExport {
    return { part: this.#words, export: name };
  }

  /** The part's own module. */
  module(process: number, instance: number): CoreModule | undefined {
    return this.parts[this.#positions.get(keyOfInstance(process, instance)) ?? -1]?.module;
  }

  exportOf(process: number, { instance, export: name }: CoreItem): PartExport {
    const part = this.#positions.get(keyOfInstance(process, instance));
    if (part === undefined) throw new TypeError(`process ${process} is no member of the domain`);
    return { part, export: name };
  }

  #addInstances(member: PlacedProcess): void {
    const { node, position, built } = member;
    const direct = this.#directImports(member);
    for (const [i, { module, imports }] of built.template.instances.entries()) {
      const own = new Map(imports.map(({ module, name, from }) => [nameKey({ module, name }), from]));
      this.#add(keyOfInstance(position, i), module, {
        prefix: node.name + FUSED_NAME_END,
        answers: (imported) => {
          if (imported.module === RESERVED.fuel)
            return this.outside({ kind: "accounts", export: ACCOUNTS.fuel });
          const from = own.get(nameKey(imported));
          if (from) return this.exportOf(position, from);
          const call = direct.get(`${i} ${nameKey(imported)}`);
          if (call === undefined) throw new TypeError(`nothing answers ${imported.module} ${imported.name}`);
          return this.answer(call.source, call.edge);
        },
      });
    }
  }

  /** What the imports that were left for the merge are bound to, by instance and name. */
  #directImports({
    position,
    built,
  }: PlacedProcess): Map<string, { readonly source: Source; readonly edge: number }> {
    const calls = this.#edges.filter(({ edge }) => edge.consumer === position);
    return new Map(
      calls.flatMap(({ position: at, edge }) => {
        const hole = built.template.holes[edge.hole]?.name ?? "";
        return edge.functions.flatMap(({ name, target }) => {
          const places = built.direct.get(importKey(hole, name)) ?? [];
          return places.map(
            (place) => [`${place.instance} ${nameKey(place)}`, { source: target, edge: at }] as const,
          );
        });
      }),
    );
  }

  #addAdapters(position: number, name: string, adapters: readonly Adapter[]): void {
    for (const [i, { module, imports }] of adapters.entries()) {
      const from = new Map(imports.map((imported) => [nameKey(imported), imported.from]));
      this.#add(keyOfAdapter(position, i), module, {
        prefix: name + FUSED_NAME_END,
        answers: (imported) => {
          const source = from.get(nameKey(imported));
          if (source === undefined)
            throw new TypeError(`nothing answers ${imported.module} ${imported.name}`);
          return this.answer(source, position);
        },
      });
    }
  }

  /** What the merged module imports. */
  outside(source: Source): ImportName {
    // Named after where it comes from: two parts may mean different things by one name.
    const key = JSON.stringify(source);
    const known = this.#imports.get(key);
    const name = { module: source.kind, name: "export" in source ? source.export : key };
    if (known === undefined) this.#imports.set(key, { ...name, from: source });
    return name;
  }

  #add(key: string, position: number, { prefix, answers }: Pick<Part, "prefix" | "answers">): void {
    const source = this.#modules[position];
    if (source === undefined) throw new TypeError(`there is no module ${position}`);
    const module = this.#decoded.get(position) ?? decodeModule(source.bytes);
    this.#decoded.set(position, module);
    this.#positions.set(key, this.parts.length);
    const outside = trapsOf(module, source.role);
    this.parts.push({ module, prefix, answers, outside });
    this.sources.push(source);
  }
}

/** The functions that a trap is recognised by: shared by all parts, and kept from the optimiser. */
function trapsOf(module: CoreModule, role: PlanModule["role"]): Map<number, ImportName> {
  const imported = module.imports.filter(({ type }) => type.kind === "func").length;
  const named = [...functionNames(module)].filter(([func, name]) => {
    // A guest may call its own functions what it likes.
    if (role !== "adapter" && name !== FUEL_EXHAUSTED && name !== DEPTH_EXHAUSTED) return false;
    const { params, results } = functionType(module, func);
    const isOwn = func >= imported && params.length + results.length === 0;
    return isOwn && isTrap(name, module.code[func - imported] as core.FunctionBody);
  });
  return new Map(named.map(([func, name]) => [func, { module: TRAPS, name }]));
}

function keyOfInstance(process: number, instance: number): string {
  return `instance ${process} ${instance}`;
}

function keyOfAdapter(edge: number, adapter: number): string {
  return `adapter ${edge} ${adapter}`;
}

function nothing({ module, name }: ImportName): never {
  throw new TypeError(`nothing answers ${module} ${name}`);
}

function nameKey({ module, name }: ImportName): string {
  return JSON.stringify([module, name]);
}
