/**
 * The handles that values of a type can carry.
 *
 * The linker asks for them to know whose tables a call touches; a result must
 * not hold a borrow (Explainer.md, "Handle types").
 */
import type { FunctionType, ResourceType, ValueType } from "./types.ts";

export interface HandleType {
  readonly kind: "own" | "borrow";
  readonly resource: ResourceType;
}

/** One for each resource and kind, in the order in which they first occur. */
export function handlesIn(types: readonly ValueType[]): HandleType[] {
  const found: HandleType[] = [];
  const seen = new Set<ValueType>();
  const visit = (type: ValueType): void => {
    if (seen.has(type)) return;
    seen.add(type);
    if (type.kind === "own" || type.kind === "borrow") {
      if (!found.some((f) => f.kind === type.kind && f.resource === type.resource)) found.push(type);
    } else for (const part of partsOf(type)) visit(part);
  };
  for (const type of types) visit(type);
  return found;
}

export function handlesOfFunction({ params, result }: FunctionType): HandleType[] {
  return handlesIn([...params.map((param) => param.type), ...(result ? [result] : [])]);
}

/** The types that a type is made of. */
export function partsOf(type: ValueType): readonly ValueType[] {
  switch (type.kind) {
    case "list":
      return [type.element];
    case "map":
      return [type.key, type.value];
    case "record":
      return type.fields.map((field) => field.type);
    case "tuple":
      return type.types;
    case "variant":
      return type.cases.flatMap((c) => (c.type === undefined ? [] : [c.type]));
    case "option":
      return [type.type];
    case "result":
      return [type.ok, type.err].filter((t) => t !== undefined);
    default:
      return [];
  }
}
