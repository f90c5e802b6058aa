/**
 * Component types as core function types: which values travel in parameters.
 *
 * A function's parameters and result are spread over core values while they are
 * few, and spilled to memory behind one pointer when they are many. Source:
 * CanonicalABI.md, "Flattening".
 */
import { despecialize } from "./despecialize.ts";
import { AbiError } from "./error.ts";
import type { Case, FunctionType, ValueType } from "./types.ts";

export type CoreType = "i32" | "i64" | "f32" | "f64";

interface CoreFunctionType {
  readonly params: readonly CoreType[];
  readonly results: readonly CoreType[];
}

/** A core function type, with how it came about. */
export interface FlatFunctionType extends CoreFunctionType {
  /** All parameters lie in memory as one tuple; the first core parameter points to it. */
  readonly paramsSpilled: boolean;
  /**
   * The result lies in memory. `lift`: the core result points to it. `lower`:
   * the caller passes in the last core parameter where it shall be written.
   */
  readonly resultSpilled: boolean;
}

export const MAX_FLAT_PARAMS = 16;
export const MAX_FLAT_RESULTS = 1;

/** Nothing that is used flat has more; stops fixed-length lists from filling our own memory. */
const MAX_FLAT = 1000;

/**
 * The core signature of a synchronous function.
 *
 * `lift`: of the core function that implements it. `lower`: of the core function
 * that an importer calls.
 */
export function flattenFunction(type: FunctionType, context: "lift" | "lower"): FlatFunctionType {
  const types = type.params.map((param) => param.type);
  const paramsSpilled = flatCountOf(types) > MAX_FLAT_PARAMS;
  const resultSpilled = type.result !== undefined && flatCount(type.result) > MAX_FLAT_RESULTS;
  const params: CoreType[] = paramsSpilled ? ["i32"] : types.flatMap(flattenType);
  let results: CoreType[] = [];
  if (resultSpilled && context === "lower") params.push("i32");
  else if (resultSpilled) results = ["i32"];
  else if (type.result !== undefined) results = flattenType(type.result);
  return { params, results, paramsSpilled, resultSpilled };
}

/** How many core values a type flattens to, without making them. */
export function flatCount(type: ValueType): number {
  let count = known.get(type);
  if (count === undefined) {
    count = compute(type);
    known.set(type, count);
  }
  return count;
}

const known = new WeakMap<ValueType, number>();

/** Of several types after each other. */
export function flatCountOf(types: readonly ValueType[]): number {
  return types.reduce((sum, type) => sum + flatCount(type), 0);
}

function compute(type: ValueType): number {
  const t = despecialize(type);
  switch (t.kind) {
    case "string":
      return 2;
    case "list":
      return t.length === undefined ? 2 : t.length * flatCount(t.element);
    case "record":
      return flatCountOf(t.fields.map((field) => field.type));
    case "variant":
      return 1 + t.cases.reduce((most, c) => Math.max(most, c.type === undefined ? 0 : flatCount(c.type)), 0);
    default:
      return 1;
  }
}

/**
 * The core values that one value of the type is spread over.
 *
 * @throws AbiError for more than 1000 of them: such a type is always spilled.
 */
export function flattenType(type: ValueType): CoreType[] {
  if (flatCount(type) > MAX_FLAT) {
    throw new AbiError("", `a ${type.kind} of ${flatCount(type)} core values is never passed flat`);
  }
  const t = despecialize(type);
  switch (t.kind) {
    case "s64":
    case "u64":
      return ["i64"];
    case "f32":
    case "f64":
      return [t.kind];
    case "string":
      return ["i32", "i32"];
    case "list":
      if (t.length === undefined) return ["i32", "i32"];
      return Array.from({ length: t.length }, () => flattenType(t.element)).flat();
    case "record":
      return t.fields.flatMap((field) => flattenType(field.type));
    case "variant":
      return ["i32", ...flattenPayload(t.cases)];
    default:
      return ["i32"];
  }
}

/** The core values after a variant's discriminant, wide enough for each of the cases. */
export function flattenPayload(cases: readonly Case[]): CoreType[] {
  const joined: CoreType[] = [];
  for (const { type } of cases) {
    if (type === undefined) continue;
    for (const [i, flat] of flattenType(type).entries()) {
      const other = joined[i];
      joined[i] = other === undefined ? flat : join(other, flat);
    }
  }
  return joined;
}

/** The narrowest core type that holds the bits of both. */
function join(a: CoreType, b: CoreType): CoreType {
  if (a === b) return a;
  const narrow = (a === "i32" && b === "f32") || (a === "f32" && b === "i32");
  return narrow ? "i32" : "i64";
}
