/**
 * Pass: the members of each domain, and the adapters between them, become one module.
 *
 * Everything was linked before as for separate processes, except that calls
 * between members stayed imports. So a fused system does what the same system
 * does unfused: only where a call ends has changed.
 */
import { decodeModule } from "../../wasm/index.ts";
import type { ModuleTable } from "../module-table.ts";
import type { PlacedProcess } from "../passes/ends.ts";
import {
  SIGNALS,
  type CoreInstance,
  type CoreItem,
  type Edge,
  type Entry,
  type FusedDomain,
  type HandleTables,
  type PlanModule,
  type Source,
  type Template,
} from "../plan.ts";
import { movedSourceMap } from "../rewrite/source-map.ts";
import type { Domain } from "./domains.ts";
import { usesReferences } from "./features.ts";
import { mergeModules, type PartExport } from "./merge.ts";
import { boundItems, stateItems, templateItems } from "./needed.ts";
import { optimise } from "./optimise.ts";
import { MergedParts, type InnerEdge } from "./parts.ts";
import { mergedSourceMap } from "./source-map.ts";
import { withTraps } from "./traps.ts";

export interface FuseInput {
  readonly domains: readonly Domain[];
  readonly placed: readonly PlacedProcess[];
  /** Of the whole system; adapters of fused ones lie in `parts`. */
  readonly edges: readonly Edge[];
  readonly handles?: HandleTables;
  readonly entry?: Entry;
  /** The members' modules, and the adapters between them: no part of the plan. */
  readonly parts: ModuleTable;
  readonly modules: ModuleTable;
  readonly reset: boolean;
  /** Exports stay, to be called from outside. */
  readonly called: boolean;
  /** By binaryen; without it the module is merged only. */
  readonly optimised: boolean;
}

export interface Fused {
  readonly domains: readonly FusedDomain[];
  /** Of members, in place of what was built. */
  readonly templates: ReadonlyMap<Template, Template>;
  /** Position of a process's domain. */
  readonly domainOf: ReadonlyMap<number, number>;
  readonly edges: readonly Edge[];
}

/** @throws LinkError (`config`, `not-yet`) */
export function fuseDomains(input: FuseInput): Fused {
  const templates = new Map<Template, Template>();
  const domainOf = new Map<number, number>();
  const domains = input.domains.map((domain, i) => {
    const members = input.placed.filter(({ node }) => domain.members.includes(node));
    const fused = new DomainFusion(domain.name, members, input).fuse();
    for (const member of members) domainOf.set(member.position, i);
    for (const [from, to] of fused.templates) templates.set(from, to);
    return fused.domain;
  });
  return { domains, templates, domainOf, edges: input.edges.map(settled) };
}

/** A fused edge has nothing left to bind. */
function settled(edge: Edge): Edge {
  if (edge.binding !== "fused") return edge;
  const functions = edge.functions.map(({ name, target, reason, handedOn }) => ({
    name,
    target: calleeOf(target, edge),
    reason: `inside the module of the domain; else ${reason}`,
    ...(handedOn && { handedOn }),
  }));
  return { ...edge, adapters: [], functions };
}

/** What an adapter calls in the end. */
function calleeOf(target: Source, { adapters }: Edge): Source {
  if (target.kind !== "adapter") return target;
  const { imports } = adapters[target.adapter] ?? { imports: [] };
  const called = imports.find(({ module, name }) => module === "function" && name === target.export);
  if (called === undefined) throw new TypeError(`an adapter calls nothing for ${target.export}`);
  return called.from;
}

/** What the kernel calls; nothing else in a plan names it. */
const SIGNAL_NAMES: ReadonlySet<string> = new Set(Object.values(SIGNALS));

class DomainFusion {
  readonly #name: string;
  readonly #members: readonly PlacedProcess[];
  readonly #input: FuseInput;
  readonly #edges: readonly InnerEdge[];
  readonly #parts: MergedParts;
  readonly #exports = new Map<string, PartExport>();

  constructor(name: string, members: readonly PlacedProcess[], input: FuseInput) {
    this.#name = name;
    this.#members = members;
    this.#input = input;
    const positions = new Set(members.map(({ position }) => position));
    this.#edges = input.edges.flatMap((edge, position) =>
      edge.binding === "fused" && positions.has(edge.consumer) ? [{ position, edge }] : [],
    );
    this.#parts = new MergedParts(members, this.#edges, input.parts.modules);
  }

  fuse(): { readonly domain: FusedDomain; readonly templates: ReadonlyMap<Template, Template> } {
    const exports = this.#exportedFunctions();
    for (const member of this.#members) this.#needMember(member, exports.get(member) ?? []);
    const module = this.#module();
    const templates = this.#members.map((member) => {
      const { template } = member.built;
      const instances = template.instances.map((_, i): CoreInstance => {
        return { module, imports: [], fused: prefixOf(member, i) };
      });
      return [template, { ...template, instances, exports: exports.get(member) ?? [] }] as const;
    });
    const domain = {
      name: this.#name,
      module,
      imports: this.#parts.imports,
      parts: this.#members.map((member) => this.#sizesOf(member)),
    };
    return { domain, templates: new Map(templates) };
  }

  /** Of each member, those that somebody outside of the domain can call. */
  #exportedFunctions(): Map<PlacedProcess, Template["exports"]> {
    const positions = new Set(this.#members.map(({ position }) => position));
    const bound = boundItems(this.#input.edges, this.#input.entry, positions);
    for (const { process, item } of bound) this.#need(process, item);
    for (const type of this.#input.handles?.types ?? []) {
      if ("process" in type && type.destructor) this.#need(type.process, type.destructor);
    }
    return new Map(
      this.#members.map((member) => {
        const { exports } = member.built.template;
        const kept = exports.filter(
          ({ name, func }) => SIGNAL_NAMES.has(name) || this.#exports.has(nameOf(member, func)),
        );
        return [member, this.#input.called ? exports : kept];
      }),
    );
  }

  #needMember(member: PlacedProcess, exports: Template["exports"]): void {
    const { position, built } = member;
    for (const item of templateItems(built.template, exports)) this.#need(position, item);
    for (const instance of built.template.instances.keys()) {
      const module = this.#parts.module(position, instance);
      for (const item of stateItems(instance, module, this.#input.reset)) this.#need(position, item);
    }
  }

  #need(process: number, item: CoreItem): void {
    const member = this.#members.find(({ position }) => position === process);
    if (member) this.#exports.set(nameOf(member, item), this.#parts.exportOf(process, item));
  }

  /** Position of the merged module in the plan. */
  #module(): number {
    const { modules } = this.#input;
    const name = modules.freshName(this.#name);
    const { bytes, sourceMap } = this.#optimised(this.#merged());
    const { bytes: whole, offsets } = withTraps(name, decodeModule(bytes));
    const moved = movedSourceMap(sourceMap, offsets);
    return modules.add({
      name,
      role: "guest",
      bytes: whole,
      ...(moved !== undefined && { sourceMap: moved }),
    });
  }

  #merged(): Pick<PlanModule, "bytes"> & { readonly sourceMap: string } {
    const { parts, sources } = this.#parts;
    const { bytes, offsets } = mergeModules(this.#name, parts, this.#exports);
    return { bytes, sourceMap: mergedSourceMap(parts, sources, offsets) };
  }

  #optimised(merged: { readonly bytes: Uint8Array; readonly sourceMap: string }): {
    readonly bytes: Uint8Array;
    readonly sourceMap: string;
  } {
    if (!this.#input.optimised) return merged;
    const references = this.#parts.parts.some(({ module }) => usesReferences(module));
    return optimise(this.#name, merged.bytes, merged.sourceMap, references);
  }

  #sizesOf({ position, built }: PlacedProcess): FusedDomain["parts"][number] {
    const { modules } = this.#input.parts;
    const size = (positions: readonly number[]): number =>
      [...new Set(positions)].reduce((sum, module) => sum + (modules[module]?.bytes.length ?? 0), 0);
    const own = this.#edges.filter(({ edge }) => edge.consumer === position);
    return {
      process: position,
      bytes: size(built.template.instances.map(({ module }) => module)),
      adapterBytes: size(own.flatMap(({ edge }) => edge.adapters.map(({ module }) => module))),
    };
  }
}

/** Names of the merged module's exports. */
function nameOf(member: PlacedProcess, item: CoreItem): string {
  return prefixOf(member, item.instance) + item.export;
}

function prefixOf({ node }: PlacedProcess, instance: number): string {
  return `${node.name} ${instance} `;
}
