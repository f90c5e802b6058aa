/**
 * Definitions of a component that is made, with the index that each one gets.
 */
import type { WorldItem } from "../../abi/index.ts";
import {
  index,
  type Component,
  type component,
  type ComponentIndex,
  type InstanceIndex,
  type TypeIndex,
} from "../../wasm/index.ts";

type Definition = component.Definition extends infer D
  ? D extends unknown
    ? Omit<D, "offset">
    : never
  : never;

/** The index spaces that are counted: no core definition is ever made here. */
type Space = "component" | "instance" | "type" | "func";

export class Definitions {
  readonly #all: component.Definition[] = [];
  readonly #counts: Record<Space, number> = { component: 0, instance: 0, type: 0, func: 0 };

  finish(): Component {
    return { definitions: this.#all };
  }

  type(type: component.Type): TypeIndex {
    return index(this.#add({ kind: "type", type }, "type"));
  }

  component(component: Component): ComponentIndex {
    return index(this.#add({ kind: "component", component }, "component"));
  }

  importInstance(name: string, type: TypeIndex): InstanceIndex {
    const item = { name: plainName(name), type: { kind: "instance" as const, type } };
    return index(this.#add({ kind: "import", import: item }, "instance"));
  }

  instantiate(
    component: ComponentIndex,
    args: Extract<component.Instance, { kind: "instantiate" }>["args"],
  ): InstanceIndex {
    return index(
      this.#add({ kind: "instance", instance: { kind: "instantiate", component, args } }, "instance"),
    );
  }

  aliasInstance(instance: InstanceIndex | undefined, name: string): InstanceIndex {
    return index(this.#alias(instance, "instance", name));
  }

  aliasType(instance: InstanceIndex | undefined, name: string): TypeIndex {
    return index(this.#alias(instance, "type", name));
  }

  /** Exports what an instance exports, under the same name. */
  exportOf(instance: InstanceIndex | undefined, { kind, name }: WorldItem): void {
    const sort = ({ interface: "instance", function: "func", type: "type" } as const)[kind];
    const item = { sort, index: this.#alias(instance, sort, name) };
    this.#add({ kind: "export", export: { name: plainName(name), item } }, sort);
  }

  #alias(instance: InstanceIndex | undefined, sort: Exclude<Space, "component">, name: string): number {
    if (instance === undefined) throw new TypeError("an alias names an instance that was made before");
    return this.#add({ kind: "alias", alias: { kind: "export", sort, instance, name } }, sort);
  }

  #add(definition: Definition, space: Space): number {
    this.#all.push({ ...definition, offset: 0 });
    return this.#counts[space]++;
  }
}

/** A name without attributes. */
export function plainName(name: string): component.ExternName {
  return { name, form: 0, attributes: [] };
}
