/**
 * Searches a value type and everything it is made of.
 */
import type { ValueType } from "../abi/index.ts";

/** The first type, from outside in, for which `matches` holds. A type that occurs many times is looked at once. */
export function findType(
  types: readonly ValueType[],
  matches: (type: ValueType) => boolean,
): ValueType | undefined {
  const seen = new Set<ValueType>(types);
  for (const type of seen) {
    if (matches(type)) return type;
    for (const part of partsOf(type)) seen.add(part);
  }
  return undefined;
}

function partsOf(type: ValueType): readonly ValueType[] {
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
      return type.cases.flatMap((c) => (c.type ? [c.type] : []));
    case "option":
      return [type.type];
    case "result":
      return [type.ok, type.err].flatMap((t) => (t ? [t] : []));
    default:
      return [];
  }
}
