/**
 * Imports of a composed component: interfaces of its parts, written as instance types.
 *
 * Types of values are told apart by structure, so each instance type has its own.
 * A resource is declared by the interface that owns it; the others name it by an
 * alias, and so all parts mean the same. Source: Component Model Explainer.md,
 * "Type Definitions".
 */
import type { FunctionType, Interface, ResourceType, ValueType } from "../../abi/index.ts";
import { LinkError } from "../error.ts";
import { index, type component, type InstanceIndex, type TypeIndex } from "../../wasm/index.ts";
import { plainName, type Definitions } from "./definitions.ts";

interface NamedInterface {
  readonly name: string;
  readonly interface: Interface;
}

/** Interfaces of the same name become one, with what each of them has. */
export function importedInterfaces(items: readonly NamedInterface[]): NamedInterface[] {
  return [...Map.groupBy(items, ({ name }) => name)].map(([name, same]) => ({
    name,
    interface: {
      types: firstOfEach(same.flatMap((item) => item.interface.types)),
      functions: firstOfEach(same.flatMap((item) => item.interface.functions)),
    },
  }));
}

function firstOfEach<T extends { readonly name: string }>(items: readonly T[]): T[] {
  return items.filter(({ name }, i) => items.findIndex((other) => other.name === name) === i);
}

/** Resource types of the imports, by owner and name. */
type Resources = Map<string, TypeIndex>;

export class ImportTypes {
  readonly #definitions: Definitions;
  readonly #resources: Resources = new Map();

  constructor(definitions: Definitions) {
    this.#definitions = definitions;
  }

  /** After the interfaces whose resources it names. @throws LinkError (`not-yet`) */
  importInstance(name: string, { types, functions }: Interface): InstanceIndex {
    const declarations = new Declarations(name, this.#resources);
    for (const { name: label, type } of types) {
      if (type.kind === "value") declarations.exportValue(label, type.type);
      else declarations.exportResource(label, type.resource);
    }
    for (const { name: label, type } of functions) declarations.exportFunction(label, type);
    const made = this.#definitions.type({ kind: "instance", declarations: declarations.all });
    const instance = this.#definitions.importInstance(name, made);
    for (const { name: label, type } of types) {
      if (type.kind !== "resource") continue;
      const key = keyOf(type.resource);
      if (!this.#resources.has(key)) this.#resources.set(key, this.#definitions.aliasType(instance, label));
    }
    return instance;
  }
}

/** What an instance type says, in a scope of its own. */
class Declarations {
  readonly all: component.InstanceDeclaration[] = [];
  readonly #owner: string;
  readonly #outer: Resources;
  readonly #resources: Resources = new Map();
  readonly #values = new Map<ValueType, component.ValueType>();
  #types = 0;

  constructor(owner: string, outer: Resources) {
    this.#owner = owner;
    this.#outer = outer;
  }

  exportValue(label: string, type: ValueType): void {
    const made = this.#indexed(type);
    this.#export(label, { kind: "type", bound: { kind: "eq", index: made } });
    this.#values.set(type, index<TypeIndex>(this.#types++));
  }

  exportResource(label: string, resource: ResourceType): void {
    const key = keyOf(resource);
    const known = resource.name?.owner === this.#owner ? undefined : this.#resource(resource);
    this.#export(label, {
      kind: "type",
      bound: known === undefined ? { kind: "sub resource" } : { kind: "eq", index: known },
    });
    this.#resources.set(key, index(this.#types++));
  }

  exportFunction(label: string, { async, params, result }: FunctionType): void {
    const made = this.#add({
      kind: "func",
      async,
      params: params.map((param) => ({ label: param.label, type: this.#value(param.type) })),
      ...(result && { result: this.#value(result) }),
    });
    this.#export(label, { kind: "func", type: made });
  }

  #export(name: string, type: component.ExternType): void {
    this.all.push({ kind: "export", name: plainName(name), type });
  }

  #add(type: component.Type): TypeIndex {
    this.all.push({ kind: "type", type });
    return index(this.#types++);
  }

  /** A resource that this instance exports, or one of an interface before it. */
  #resource(resource: ResourceType): TypeIndex {
    const key = keyOf(resource);
    const own = this.#resources.get(key);
    if (own !== undefined) return own;
    const outer = this.#outer.get(key);
    if (outer === undefined) throw foreign(this.#owner, resource);
    this.all.push({ kind: "alias", alias: { kind: "outer", sort: "type", count: 1, index: outer } });
    const made = index<TypeIndex>(this.#types++);
    this.#resources.set(key, made);
    return made;
  }

  #value(type: ValueType): component.ValueType {
    const known = this.#values.get(type);
    if (known !== undefined) return known;
    const made = this.#define(type);
    this.#values.set(type, made);
    return made;
  }

  #indexed(type: ValueType): TypeIndex {
    const made = this.#value(type);
    return typeof made === "string" ? this.#add({ kind: "primitive", type: made }) : made;
  }

  #define(type: ValueType): component.ValueType {
    switch (type.kind) {
      case "list":
        return this.#add({
          kind: "list",
          element: this.#value(type.element),
          ...(type.length !== undefined && { length: type.length }),
        });
      case "map":
        return this.#add({ kind: "map", key: this.#value(type.key), value: this.#value(type.value) });
      case "record":
        return this.#add({
          kind: "record",
          fields: type.fields.map(({ label, type: field }) => ({ label, type: this.#value(field) })),
        });
      case "tuple":
        return this.#add({ kind: "tuple", types: type.types.map((part) => this.#value(part)) });
      case "variant":
        return this.#add({
          kind: "variant",
          cases: type.cases.map(({ label, type: payload }) => ({
            label,
            ...(payload && { type: this.#value(payload) }),
          })),
        });
      case "enum":
      case "flags":
        return this.#add({ kind: type.kind, labels: type.labels });
      case "option":
        return this.#add({ kind: "option", type: this.#value(type.type) });
      case "result":
        return this.#add({
          kind: "result",
          ...(type.ok && { ok: this.#value(type.ok) }),
          ...(type.err && { err: this.#value(type.err) }),
        });
      case "own":
      case "borrow":
        return this.#add({ kind: type.kind, resource: this.#resource(type.resource) });
      default:
        return type.kind;
    }
  }
}

/** The resource is one of a part, or of an interface that another part imports later. */
function foreign(interfaceName: string, { name }: ResourceType): LinkError {
  return new LinkError(
    "not-yet",
    `the import "${interfaceName}" names the resource "${name?.name ?? ""}" of "${name?.owner ?? ""}", which the component is composed with: Atoll cannot link that yet`,
    "Let the interface name a resource of its own.",
  );
}

/** Parts name the same resource by different objects. */
function keyOf({ name }: ResourceType): string {
  return `${name?.owner ?? ""}#${name?.name ?? ""}`;
}
