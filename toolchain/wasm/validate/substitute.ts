/**
 * Types with resources replaced: what instantiation does to the types of a component.
 *
 * Types are replaced once each and shared again, so that the cost is that of
 * the distinct types. Resources that a type binds itself are never keys.
 * Explainer.md, "Type Checking" (substitution by `instantiate`).
 */
import type { Context } from "./context.ts";
import {
  type AnyType,
  type ComponentType,
  depthAround,
  type Entity,
  type FuncType,
  type InstanceType,
  partsOf,
  type Resource,
  type ResourceType,
  type Shape,
  type Value,
  type ValueNode,
} from "./types.ts";
import { makeFunc, makeValue } from "./value-type.ts";

export class Substitution {
  readonly resources: Map<Resource, Resource>;
  readonly #context: Context;
  readonly #types = new Map<AnyType, AnyType>();

  constructor(context: Context, resources: Map<Resource, Resource> = new Map()) {
    this.#context = context;
    this.resources = resources;
  }

  /** Lets one object stand for another from now on, wherever it is used. */
  rename(from: AnyType, to: AnyType): void {
    this.#types.set(from, to);
  }

  entity(entity: Entity): Entity {
    if (entity.kind === "core module") return entity;
    return { kind: entity.kind, type: this.type(entity.type) } as Entity;
  }

  entities(entities: ReadonlyMap<string, Entity>): Map<string, Entity> {
    this.#context.spend(entities.size);
    return new Map([...entities].map(([name, entity]) => [name, this.entity(entity)]));
  }

  type(type: AnyType): AnyType {
    const known = this.#types.get(type);
    if (known !== undefined) return known;
    this.#context.spend();
    const replaced = this.#replace(type);
    this.#types.set(type, replaced);
    return replaced;
  }

  #replace(type: AnyType): AnyType {
    switch (type.kind) {
      case "resource":
        return this.#resource(type);
      case "value":
        return this.#value(type);
      case "func":
        return this.#func(type);
      case "instance":
        return this.#instance(type);
      case "component":
        return this.#component(type);
    }
  }

  #resource(type: ResourceType): ResourceType {
    const resource = this.resources.get(type.resource);
    return resource === undefined ? type : { kind: "resource", resource };
  }

  #value(type: ValueNode): ValueNode {
    const { shape } = type;
    if (shape.kind === "own" || shape.kind === "borrow") {
      const resource = this.type(shape.resource) as ResourceType;
      return resource === shape.resource ? type : makeValue({ kind: shape.kind, resource }, this.#context);
    }
    const parts = partsOf(shape);
    this.#context.spend(parts.length);
    if (parts.every((part) => this.#part(part) === part)) return type;
    return makeValue(this.#shape(shape), this.#context);
  }

  #part<V extends Value | undefined>(value: V): V {
    return typeof value === "object" ? (this.type(value) as V) : value;
  }

  #shape(shape: Shape): Shape {
    switch (shape.kind) {
      case "record":
        return {
          kind: "record",
          fields: shape.fields.map(({ label, type }) => ({ label, type: this.#part(type) })),
        };
      case "variant":
        return {
          kind: "variant",
          cases: shape.cases.map(({ label, type }) => ({ label, type: this.#part(type) })),
        };
      case "list":
        return { kind: "list", element: this.#part(shape.element), length: shape.length };
      case "map":
        return { kind: "map", key: this.#part(shape.key), value: this.#part(shape.value) };
      case "tuple":
        return { kind: "tuple", types: shape.types.map((type) => this.#part(type)) };
      case "option":
        return { kind: "option", type: this.#part(shape.type) };
      case "result":
        return { kind: "result", ok: this.#part(shape.ok), err: this.#part(shape.err) };
      case "stream":
      case "future":
        return { kind: shape.kind, element: this.#part(shape.element) };
      default:
        return shape;
    }
  }

  #func(type: FuncType): FuncType {
    this.#context.spend(type.params.length);
    const params = type.params.map(({ label, type }) => ({ label, type: this.#part(type) }));
    const result = this.#part(type.result);
    if (result === type.result && params.every(({ type: now }, i) => now === type.params[i]?.type))
      return type;
    return makeFunc({ async: type.async, params, result }, this.#context);
  }

  #instance({ exports, abstract, depth }: InstanceType): InstanceType {
    return { kind: "instance", exports: this.entities(exports), abstract, depth };
  }

  #component(type: ComponentType): ComponentType {
    return { ...type, imports: this.entities(type.imports), exports: this.entities(type.exports) };
  }
}

/** Another object for the same type. */
export function renamed<T extends AnyType>(type: T): T {
  return { ...type };
}

/** The instance that an instance type gives: its abstract resources replaced, each type with a name of its own. */
export function instanceOf(
  type: InstanceType,
  fresh: (abstract: Resource) => Resource,
  context: Context,
): InstanceType {
  const substitution = new Substitution(context);
  for (const abstract of type.abstract) substitution.resources.set(abstract, fresh(abstract));
  context.spend(type.abstract.length);
  return renameExports(type, substitution, context);
}

function renameExports(type: InstanceType, substitution: Substitution, context: Context): InstanceType {
  const exports = new Map<string, Entity>();
  for (const [name, entity] of type.exports) {
    context.spend();
    exports.set(name, renameExport(entity, substitution, context));
  }
  return { kind: "instance", exports, abstract: [], depth: depthAround(exports) };
}

function renameExport(entity: Entity, substitution: Substitution, context: Context): Entity {
  if (entity.kind === "instance") {
    return { kind: "instance", type: renameExports(entity.type, substitution, context) };
  }
  if (entity.kind !== "type") return substitution.entity(entity);
  const type = renamed(substitution.type(entity.type));
  substitution.rename(entity.type, type);
  return { kind: "type", type };
}
