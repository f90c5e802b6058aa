/**
 * Whether a JavaScript value fits a component type, before anything is lowered.
 *
 * Values come from a command line or from a host's function, so a misfit is a
 * mistake to be explained, with its place, and never a trap. What passes here
 * can be lowered without looking again.
 */
import { ValueError } from "../error.ts";
import { layoutOf } from "../layout.ts";
import type { Case, Field, ValueType } from "../types.ts";
import { MAX_LIST_BYTE_LENGTH, MAX_STRING_BYTE_LENGTH } from "./memory.ts";

/**
 * @param path Where the value stands, such as `args[0]`; leads the message.
 * @throws ValueError
 */
export function checkValue(value: unknown, type: ValueType, path: string): void {
  switch (type.kind) {
    case "bool":
      return require(typeof value === "boolean", path, "bool", value);
    case "s8":
    case "u8":
    case "s16":
    case "u16":
    case "s32":
    case "u32":
      return checkInteger(value, type.kind, path);
    case "s64":
    case "u64":
      return checkBigInteger(value, type.kind, path);
    case "f32":
    case "f64":
      return require(typeof value === "number", path, type.kind, value);
    case "char":
      return require(isScalar(value), path, "char", value);
    case "string":
      return checkString(value, path);
    case "list":
      return checkList(value, type.element, type.length, path);
    case "map":
      return checkList(value, { kind: "tuple", types: [type.key, type.value] }, undefined, path);
    case "record":
      return checkRecord(value, type.fields, path);
    case "tuple":
      return checkTuple(value, type.types, path);
    case "variant":
      return checkVariant(value, type.cases, "variant", path);
    case "option":
      return checkVariant(value, [{ label: "none" }, { label: "some", type: type.type }], "option", path);
    case "result":
      return checkVariant(value, [caseOf("ok", type.ok), caseOf("error", type.err)], "result", path);
    case "enum":
      return require(typeof value === "string" && type.labels.includes(value), path, oneOf(
        type.labels,
      ), value);
    case "flags":
      return checkFlags(value, type.labels, path);
    case "own":
    case "borrow":
      return checkInteger(value, "u32", path);
  }
}

const RANGES = {
  s8: [-(2 ** 7), 2 ** 7 - 1],
  u8: [0, 2 ** 8 - 1],
  s16: [-(2 ** 15), 2 ** 15 - 1],
  u16: [0, 2 ** 16 - 1],
  s32: [-(2 ** 31), 2 ** 31 - 1],
  u32: [0, 2 ** 32 - 1],
} as const;

function checkInteger(value: unknown, kind: keyof typeof RANGES, path: string): void {
  const [min, max] = RANGES[kind];
  const fits = typeof value === "number" && Number.isInteger(value) && value >= min && value <= max;
  require(fits, path, `${kind} (${min} to ${max})`, value);
}

function checkBigInteger(value: unknown, kind: "s64" | "u64", path: string): void {
  const fits =
    typeof value === "bigint" &&
    value === (kind === "s64" ? BigInt.asIntN(64, value) : BigInt.asUintN(64, value));
  require(fits, path, `${kind} as a bigint`, value);
}

function isScalar(value: unknown): boolean {
  return typeof value === "string" && value.isWellFormed() && value !== "" && Array.from(value).length === 1;
}

function checkString(value: unknown, path: string): void {
  require(typeof value === "string", path, "string", value);
  const text = value as string;
  if (!text.isWellFormed()) throw new ValueError(path, "string", "a string with an unpaired surrogate");
  if (2 * text.length > MAX_STRING_BYTE_LENGTH) {
    throw new ValueError(
      path,
      `string of at most ${MAX_STRING_BYTE_LENGTH} bytes`,
      `${text.length} code units`,
    );
  }
}

function checkList(value: unknown, element: ValueType, length: number | undefined, path: string): void {
  require(isArrayLike(value), path, length === undefined ? "list" : `list of ${length}`, value);
  const list = value as ArrayLike<unknown>;
  if (length !== undefined && list.length !== length) {
    throw new ValueError(path, `list of ${length}`, `${list.length} elements`);
  }
  if (length === undefined && list.length * layoutOf(element).size > MAX_LIST_BYTE_LENGTH) {
    throw new ValueError(path, `list of at most ${MAX_LIST_BYTE_LENGTH} bytes`, `${list.length} elements`);
  }
  if (element.kind === "u8" && value instanceof Uint8Array) return;
  for (let i = 0; i < list.length; i++) checkValue(list[i], element, `${path}[${i}]`);
}

function checkTuple(value: unknown, types: readonly ValueType[], path: string): void {
  require(isArrayLike(value), path, `tuple of ${types.length}`, value);
  const items = value as ArrayLike<unknown>;
  if (items.length !== types.length) {
    throw new ValueError(path, `tuple of ${types.length}`, `${items.length} items`);
  }
  for (const [i, type] of types.entries()) checkValue(items[i], type, `${path}[${i}]`);
}

function checkRecord(value: unknown, fields: readonly Field[], path: string): void {
  const record = checkObject(
    value,
    fields.map((field) => field.label),
    "record",
    "field",
    path,
  );
  for (const { label, type } of fields) {
    if (!Object.hasOwn(record, label)) throw new ValueError(`${path}.${label}`, type.kind, "nothing");
    checkValue(record[label], type, `${path}.${label}`);
  }
}

function checkFlags(value: unknown, labels: readonly string[], path: string): void {
  const flags = checkObject(value, labels, "flags", "label", path);
  for (const [label, set] of Object.entries(flags)) {
    require(typeof set === "boolean", `${path}.${label}`, "true or false", set);
  }
}

function checkVariant(value: unknown, cases: readonly Case[], kind: string, path: string): void {
  const { case: label, value: payload } = checkObject(value, ["case", "value"], kind, "property", path);
  const found = cases.find((c) => c.label === label);
  if (found === undefined) {
    throw new ValueError(`${path}.case`, oneOf(cases.map((c) => c.label)), show(label));
  }
  if (found.type !== undefined) return checkValue(payload, found.type, `${path}.value`);
  require(payload === undefined, `${path}.value`, `nothing, for case ${found.label}`, payload);
}

function checkObject(
  value: unknown,
  labels: readonly string[],
  kind: string,
  part: string,
  path: string,
): Readonly<Record<string, unknown>> {
  require(typeof value === "object" && value !== null && !isArrayLike(value), path, kind, value);
  const stranger = Object.keys(value as object).find((key) => !labels.includes(key));
  if (stranger !== undefined) {
    throw new ValueError(
      path,
      `${kind} of ${labels.join(", ")}`,
      `the unknown ${part} ${JSON.stringify(stranger)}`,
    );
  }
  return value as Readonly<Record<string, unknown>>;
}

function isArrayLike(value: unknown): boolean {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}

function caseOf(label: string, type: ValueType | undefined): Case {
  return type === undefined ? { label } : { label, type };
}

function require(fits: boolean, path: string, expected: string, value: unknown): void {
  if (!fits) throw new ValueError(path, expected, show(value));
}

function oneOf(labels: readonly string[]): string {
  return labels.length > 12 ? `one of ${labels.length} labels` : `one of ${labels.join(", ")}`;
}

/** A value as a few words. */
function show(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "bigint") return `${value}n`;
  if (isArrayLike(value)) return `a list of ${(value as ArrayLike<unknown>).length}`;
  if (typeof value === "object" && value !== null) return "an object";
  if (typeof value === "function" || typeof value === "symbol") return `a ${typeof value}`;
  if (typeof value !== "string") return `${value as number | boolean | null}`;
  return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
}
