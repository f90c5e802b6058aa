/**
 * What an index of a component stands for while it is evaluated, sort by sort.
 */
import type { Component, component } from "../../wasm/index.ts";
import { LinkError } from "../error.ts";
import type {
  CoreValue,
  ExportedItem,
  FunctionNode,
  InstanceNode,
  ModuleNode,
  ResourceNode,
} from "./graph.ts";

export interface Values {
  readonly "core func": CoreValue;
  readonly "core table": CoreValue;
  readonly "core memory": CoreValue;
  readonly "core global": CoreValue;
  readonly "core tag": CoreValue;
  /** Types are resolved in `toolchain/abi`; here they only keep their place. */
  readonly "core type": null;
  readonly "core module": ModuleNode;
  readonly "core instance": CoreInstanceValue;
  readonly func: FunctionNode;
  readonly value: null;
  /** Only resources matter here; an import's types are all taken for such until one is used as one. */
  readonly type: ResourceNode | null;
  readonly component: ComponentValue;
  readonly instance: InstanceValue;
}

export type Item = {
  readonly [S in component.Sort]: { readonly sort: S; readonly value: Values[S] };
}[component.Sort];

/** A core instance: a real one, or a bundle of items under new names. */
export type CoreInstanceValue =
  | { readonly kind: "instance"; readonly node: InstanceNode }
  | { readonly kind: "bundle"; readonly items: ReadonlyMap<string, Item> };

/** A component that can be instantiated, with the scope that its outer aliases mean. */
interface ComponentValue {
  readonly component: Component;
  readonly scope: Scope;
}

/** An instance: what an import stands for, or named items. */
export type InstanceValue =
  | { readonly kind: "import"; readonly name: string }
  | { readonly kind: "items"; readonly items: ReadonlyMap<string, Item> };

/** The index spaces of one component while its definitions are walked. */
export class Scope {
  readonly parent: Scope | undefined;
  /** Number of the component instance; see `CanonOptions.instance`. */
  readonly instance: number;
  readonly #spaces = new Map<component.Sort, Item[]>();
  readonly #exporting: (value: CoreValue, scope: Scope) => ExportedItem;
  /** Where we are, for messages: `byte 0x12 of query.wasm`. */
  at = "";

  /** `exporting` finds the core instance that exports a value, or makes one. */
  constructor(instance: number, exporting: (value: CoreValue, scope: Scope) => ExportedItem, parent?: Scope) {
    this.instance = instance;
    this.parent = parent;
    this.#exporting = exporting;
  }

  add(item: Item): void {
    const space = this.#spaces.get(item.sort);
    if (space) space.push(item);
    else this.#spaces.set(item.sort, [item]);
  }

  item(sort: component.Sort, index: number): Item {
    const item = this.#spaces.get(sort)?.[index];
    if (item === undefined) {
      throw this.malformed(
        `expected a ${sort} below ${this.#spaces.get(sort)?.length ?? 0}, found index ${index}`,
      );
    }
    return item;
  }

  get<S extends component.Sort>(sort: S, index: number): Values[S] {
    return this.item(sort, index).value as Values[S];
  }

  /** A core item as the export of a core instance, which is how a plan names it. */
  exported(sort: "core func" | "core memory", index: number): ExportedItem {
    return this.#exporting(this.get(sort, index), this);
  }

  malformed(problem: string): LinkError {
    return new LinkError("component", `${this.at}: ${problem}`);
  }

  notYet(feature: string, hint?: string): LinkError {
    return new LinkError("not-yet", `${this.at}: ${feature}: Atoll cannot link that yet`, hint);
  }
}
