/**
 * The difference of two value types in words.
 *
 * Only the first part that differs is followed, so that the cost is the depth.
 */
import { describe, type Shape, type Value } from "./types.ts";
import { sameValue } from "./value-type.ts";

/** Undefined when the types are equal. */
export function valueMismatch(actual: Value, expected: Value): string | undefined {
  if (sameValue(actual, expected)) return undefined;
  const [given, wanted] = [shapeOf(actual), shapeOf(expected)];
  if (given.kind === "primitive" && wanted.kind === "primitive") {
    return `expected primitive \`${wanted.type}\` found primitive \`${given.type}\``;
  }
  if (given.kind !== wanted.kind) {
    const name =
      wanted.kind === "primitive" && typeof expected === "object" ? "primitive" : describe(expected);
    return `expected ${name}, found ${describe(actual)}`;
  }
  return shapeMismatch(given, wanted);
}

function shapeOf(value: Value): Shape {
  return typeof value === "string" ? { kind: "primitive", type: value } : value.shape;
}

type Same<K extends Shape["kind"]> = Extract<Shape, { kind: K }>;

function shapeMismatch(given: Shape, wanted: Shape): string {
  switch (wanted.kind) {
    case "record":
      return recordMismatch(given as Same<"record">, wanted);
    case "variant":
      return variantMismatch(given as Same<"variant">, wanted);
    case "tuple":
      return tupleMismatch(given as Same<"tuple">, wanted);
    case "list": {
      const list = given as Same<"list">;
      if (list.length !== wanted.length)
        return `expected length ${wanted.length ?? "any"}, found ${list.length ?? "any"}`;
      return partMismatch("list element", list.element, wanted.element);
    }
    case "map": {
      const map = given as Same<"map">;
      return sameValue(map.key, wanted.key)
        ? partMismatch("map value", map.value, wanted.value)
        : partMismatch("map key", map.key, wanted.key);
    }
    case "flags":
    case "enum":
      return `mismatch in ${wanted.kind} elements`;
    case "option":
      return partMismatch("option", (given as Same<"option">).type, wanted.type);
    case "result":
      return resultMismatch(given as Same<"result">, wanted);
    case "own":
    case "borrow":
      return "resource types are not the same";
    case "stream":
    case "future":
      return optionalMismatch(
        `${wanted.kind} element`,
        "element",
        (given as typeof wanted).element,
        wanted.element,
      );
    case "primitive":
      return "primitive types differ";
  }
}

function partMismatch(where: string, given: Value, wanted: Value): string {
  return `type mismatch in ${where}: ${valueMismatch(given, wanted)}`;
}

function recordMismatch(given: Same<"record">, wanted: Same<"record">): string {
  if (given.fields.length !== wanted.fields.length) {
    return `expected ${wanted.fields.length} fields, found ${given.fields.length}`;
  }
  const at = wanted.fields.findIndex(({ label, type }, i) => {
    const field = given.fields[i];
    return field?.label !== label || !sameValue(field.type, type);
  });
  const [field, other] = [wanted.fields[at], given.fields[at]];
  if (field === undefined || other === undefined) return "records differ";
  if (field.label !== other.label) return `expected field name \`${field.label}\`, found \`${other.label}\``;
  return partMismatch(`record field \`${field.label}\``, other.type, field.type);
}

function variantMismatch(given: Same<"variant">, wanted: Same<"variant">): string {
  if (given.cases.length !== wanted.cases.length) {
    return `expected ${wanted.cases.length} cases, found ${given.cases.length}`;
  }
  const at = wanted.cases.findIndex(({ label, type }, i) => {
    const other = given.cases[i];
    return other?.label !== label || !sameValue(other.type, type);
  });
  const [one, other] = [wanted.cases[at], given.cases[at]];
  if (one === undefined || other === undefined) return "variants differ";
  if (one.label !== other.label) return `expected case named \`${one.label}\`, found \`${other.label}\``;
  if (other.type === undefined) return `expected case \`${one.label}\` to have a type, found none`;
  if (one.type === undefined) return `expected case \`${one.label}\` to have no type`;
  return partMismatch(`variant case \`${one.label}\``, other.type, one.type);
}

function tupleMismatch(given: Same<"tuple">, wanted: Same<"tuple">): string {
  if (given.types.length !== wanted.types.length) {
    return `expected ${wanted.types.length} types, found ${given.types.length}`;
  }
  const at = wanted.types.findIndex((type, i) => !sameValue(type, given.types[i]));
  const [one, other] = [wanted.types[at], given.types[at]];
  if (one === undefined || other === undefined) return "tuples differ";
  return partMismatch(`tuple field ${at}`, other, one);
}

function resultMismatch(given: Same<"result">, wanted: Same<"result">): string {
  return sameValue(given.ok, wanted.ok)
    ? optionalMismatch("err variant", "err type", given.err, wanted.err)
    : optionalMismatch("ok variant", "ok type", given.ok, wanted.ok);
}

function optionalMismatch(
  where: string,
  what: string,
  given: Value | undefined,
  wanted: Value | undefined,
): string {
  if (wanted === undefined) return `expected ${what} to not be present`;
  if (given === undefined) return `expected ${what}, but found none`;
  return partMismatch(where, given, wanted);
}
