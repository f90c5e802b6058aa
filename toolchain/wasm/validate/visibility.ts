/**
 * Types that imports and exports use must have a name there.
 *
 * Resources, records, variants, enums and flags need one; other types need it
 * for what they are made of. Types of instances are checked when an instance is
 * imported or exported. Explainer.md, "External Visibility of Types".
 */
import type { Context } from "./context.ts";
import type { Scope, Side } from "./scope.ts";
import type { AnyType, Entity, FuncType, InstanceType, Value, ValueNode } from "./types.ts";
import { partsOf } from "./types.ts";

type IsVisible = (type: AnyType) => boolean;

/** Whether all that an import or export uses has a name. Types that it introduces have one from now on. */
export function nameTypes(entity: Entity, side: "import" | "export", scope: Scope): boolean {
  if (scope.kind === "instance type") return true;
  scope.context.spend();
  const { visible } = scope.side(side);
  switch (entity.kind) {
    case "core module":
    case "component":
      return true;
    case "func":
      return new Names(scope.side(side), scope.context).func(entity.type);
    case "type":
      if (!new Names(scope.side(side), scope.context).type(entity.type)) return false;
      visible.add(entity.type);
      // Exports may use what is imported, imports may not use what is exported.
      if (side === "import") scope.exports.visible.add(entity.type);
      return true;
    case "instance":
      for (const part of entity.type.exports.values()) if (!nameTypes(part, side, scope)) return false;
      return true;
  }
}

class Names {
  readonly #isVisible: IsVisible;
  readonly #context: Context;
  /** Value types that are known to be named. */
  readonly #named = new Set<ValueNode>();

  constructor(side: Pick<Side, "visible"> | IsVisible, context: Context) {
    this.#isVisible = typeof side === "function" ? side : (type): boolean => side.visible.has(type);
    this.#context = context;
  }

  /** A type that is itself about to get a name. */
  type(type: AnyType): boolean {
    this.#context.spend();
    switch (type.kind) {
      case "resource":
      case "component":
        return true;
      case "value":
        return this.#parts(type);
      case "func":
        return this.func(type);
      case "instance":
        return this.#instance(type);
    }
  }

  func({ params, result }: FuncType): boolean {
    this.#context.spend(params.length);
    return params.every(({ type }) => this.#value(type)) && (result === undefined || this.#value(result));
  }

  #value(value: Value): boolean {
    if (typeof value === "string" || this.#named.has(value)) return true;
    this.#context.spend();
    const named = needsName(value) ? this.#isVisible(value) : this.#parts(value);
    if (named) this.#named.add(value);
    return named;
  }

  #parts({ shape }: ValueNode): boolean {
    if (shape.kind === "own" || shape.kind === "borrow") return this.#isVisible(shape.resource);
    return partsOf(shape).every((part) => this.#value(part));
  }

  /** An instance type that is named as a type: its own exports are names within it. */
  #instance({ exports }: InstanceType): boolean {
    const own = new Set<AnyType>();
    const inside = (): Names => new Names((type) => own.has(type) || this.#isVisible(type), this.#context);
    for (const entity of exports.values()) {
      if (entity.kind === "func" && !inside().func(entity.type)) return false;
      if ((entity.kind === "type" || entity.kind === "instance") && !inside().type(entity.type)) return false;
      this.#own(entity, own);
    }
    return true;
  }

  #own(entity: Entity, own: Set<AnyType>): void {
    this.#context.spend();
    if (entity.kind === "type") own.add(entity.type);
    if (entity.kind === "instance") for (const part of entity.type.exports.values()) this.#own(part, own);
  }
}

function needsName({ shape: { kind } }: ValueNode): boolean {
  return kind === "record" || kind === "variant" || kind === "enum" || kind === "flags";
}
