/**
 * Pass: which memories and tables of a component grow, whichever module makes them.
 *
 * A module may grow a memory that another defines, as programs made of several
 * libraries do. A quota bounds what grows, and a reset keeps its size; both need
 * to know it of the component as a whole.
 */
import { readInstructions, type CoreModule } from "../../wasm/index.ts";
import type { Graph, InstanceNode } from "../evaluate/graph.ts";

type Kind = "memory" | "table";

/** A memory or table of a core instance: one that its module defines, by index. */
export interface Sized {
  readonly node: InstanceNode;
  readonly index: number;
}

export class Growth {
  readonly #grown = new Map<InstanceNode, Record<Kind, Set<number>>>();
  readonly #shared = new Map<InstanceNode, Record<Kind, Set<number>>>();

  constructor(graph: Graph) {
    const growing = new Map<CoreModule, readonly { readonly kind: Kind; readonly index: number }[]>();
    for (const node of graph.instances) {
      const { module } = node.module;
      const sites = growing.get(module) ?? growthIn(module);
      growing.set(module, sites);
      for (const { kind, index } of sites) {
        add(this.#grown, kind, ownerOf(node, kind, index));
      }
    }
    for (const node of graph.instances) {
      for (const kind of ["memory", "table"] as const) {
        for (const owner of this.#imported(node, kind).values()) add(this.#shared, kind, owner);
      }
    }
  }

  /** Those that the instance's module defines, and that grow. */
  of(node: InstanceNode, kind: Kind): ReadonlySet<number> {
    return this.#grown.get(node)?.[kind] ?? new Set();
  }

  /** Of the instance's memories and tables that grow: those that several modules know. */
  shared(
    node: InstanceNode,
    kind: Kind,
  ): { readonly own: readonly number[]; readonly imported: ReadonlyMap<number, Sized> } {
    const own = [...(this.#shared.get(node)?.[kind] ?? [])].sort((a, b) => a - b);
    return { own, imported: this.#imported(node, kind) };
  }

  #imported(node: InstanceNode, kind: Kind): ReadonlyMap<number, Sized> {
    const found = new Map<number, Sized>();
    for (let index = 0; index < importsOf(node, kind).length; index++) {
      const owner = ownerOf(node, kind, index);
      if (this.of(owner.node, kind).has(owner.index)) found.set(index, owner);
    }
    return found;
  }
}

function add(all: Map<InstanceNode, Record<Kind, Set<number>>>, kind: Kind, { node, index }: Sized): void {
  const found = all.get(node) ?? { memory: new Set(), table: new Set() };
  all.set(node, found);
  found[kind].add(index);
}

function growthIn(module: CoreModule): { kind: Kind; index: number }[] {
  const found = new Map<string, { kind: Kind; index: number }>();
  for (const { code } of module.code) {
    for (const cursor of readInstructions(code)) {
      const { mnemonic } = cursor;
      if (mnemonic !== "memory.grow" && mnemonic !== "table.grow") continue;
      const kind = mnemonic === "memory.grow" ? "memory" : "table";
      const index = cursor.operand(0).value;
      found.set(`${kind} ${index}`, { kind, index });
    }
  }
  return [...found.values()];
}

/** Positions of the imports of a kind; they are the first indices. */
function importsOf({ module: { module } }: InstanceNode, kind: Kind): number[] {
  return module.imports.flatMap(({ type }, position) => (type.kind === kind ? [position] : []));
}

/** Where a memory or table is defined that an instance knows by index. */
function ownerOf(node: InstanceNode, kind: Kind, index: number): Sized {
  let at: Sized = { node, index };
  for (;;) {
    const position = importsOf(at.node, kind)[at.index];
    const value = position === undefined ? undefined : at.node.imports[position];
    const from = value?.kind === "export" ? value : undefined;
    const e = from?.instance.module.exports.get(from.name);
    if (from === undefined || e === undefined) return at;
    at = { node: from.instance, index: e.index };
  }
}
