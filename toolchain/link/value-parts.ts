/**
 * Searches a value type and everything it is made of.
 */
import { partsOf, type ValueType } from "../abi/index.ts";

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
