/** Which resources types mention: for outer aliases, and for what instances make anew. */
import type { Context } from "./context.ts";
import { type AnyType, type Entity, partsOf, type Resource, type Value } from "./types.ts";

/** Whether a type mentions a resource that it does not bind itself. Binary.md, "Alias Definitions". */
export function hasFreeResource(type: AnyType, context: Context): boolean {
  const walk = new Walk(context);
  walk.type(type);
  return [...walk.mentioned].some((resource) => !walk.bound.has(resource));
}

/** All resources that entities mention. */
export function resourcesIn(entities: Iterable<Entity>, context: Context): ReadonlySet<Resource> {
  const walk = new Walk(context);
  for (const entity of entities) walk.entity(entity);
  return walk.mentioned;
}

class Walk {
  readonly mentioned = new Set<Resource>();
  /** Bound by a component or instance type on the way; these occur nowhere else. */
  readonly bound = new Set<Resource>();
  readonly #seen = new Set<AnyType>();
  readonly #context: Context;

  constructor(context: Context) {
    this.#context = context;
  }

  entity(entity: Entity): void {
    if (entity.kind !== "core module") this.type(entity.type);
  }

  type(type: AnyType): void {
    if (this.#seen.has(type)) return;
    this.#seen.add(type);
    this.#context.spend();
    switch (type.kind) {
      case "resource":
        this.mentioned.add(type.resource);
        return;
      case "value":
        if (type.shape.kind === "own" || type.shape.kind === "borrow") return this.type(type.shape.resource);
        return this.#values(partsOf(type.shape));
      case "func":
        this.#values(type.params.map(({ type }) => type));
        return type.result === undefined ? undefined : this.#values([type.result]);
      case "component":
        for (const resource of type.imported) this.bound.add(resource);
        for (const entity of type.imports.values()) this.entity(entity);
        return this.#exports(type);
      case "instance":
        return this.#exports(type);
    }
  }

  #values(values: readonly Value[]): void {
    this.#context.spend(values.length);
    for (const value of values) if (typeof value === "object") this.type(value);
  }

  #exports(type: { exports: ReadonlyMap<string, Entity>; abstract: readonly Resource[] }): void {
    for (const resource of type.abstract) this.bound.add(resource);
    for (const entity of type.exports.values()) this.entity(entity);
  }
}
