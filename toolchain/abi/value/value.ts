/**
 * Component values as JavaScript values.
 *
 * | type | JavaScript |
 * |---|---|
 * | bool | boolean |
 * | s8…u32, f32, f64 | number |
 * | s64, u64 | bigint |
 * | char, string | string |
 * | list | Array; list of u8: Uint8Array (any array-like is taken) |
 * | map | Array of [key, value] |
 * | record | object by label |
 * | tuple | Array |
 * | variant, option, result | `{ case, value? }`: none, some; ok, error |
 * | enum | label |
 * | flags | object of booleans by label |
 * | own, borrow | the resource's rep, a number |
 *
 * This file is the one place that knows how the specialised types differ in
 * JavaScript although they are the same in memory.
 */
import type { DespecializedType } from "../despecialize.ts";
import type { ValueType } from "../types.ts";

export type ComponentValue =
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | readonly ComponentValue[]
  | RecordValue
  | VariantValue;

export interface RecordValue {
  readonly [label: string]: ComponentValue;
}

export interface VariantValue {
  readonly case: string;
  readonly value?: ComponentValue;
}

type RecordType = Extract<DespecializedType, { kind: "record" }>;
type VariantType = Extract<DespecializedType, { kind: "variant" }>;

/** The values of the fields of a record or tuple, in order; a tuple's labels are its positions. */
export function fieldsOf(value: ComponentValue, record: RecordType): ComponentValue[] {
  const source = value as RecordValue;
  return record.fields.map((field) => source[field.label] as ComponentValue);
}

/** A record, or a tuple, from the values of its fields. */
export function fromFields(values: ComponentValue[], type: ValueType, record: RecordType): ComponentValue {
  if (type.kind === "tuple") return values;
  return Object.fromEntries(record.fields.map((field, i) => [field.label, values[i] as ComponentValue]));
}

/** Which case a variant, option, result or enum is, with its payload. */
export function caseOf(
  value: ComponentValue,
  type: ValueType,
  variant: VariantType,
): { index: number; payload: ComponentValue | undefined } {
  const { case: label, value: payload } = type.kind === "enum" ? { case: value } : (value as VariantValue);
  return { index: variant.cases.findIndex((c) => c.label === label), payload };
}

/** A variant, option, result or enum from a case in range and its payload. */
export function fromCase(
  index: number,
  payload: ComponentValue | undefined,
  type: ValueType,
  variant: VariantType,
): ComponentValue {
  const label = variant.cases[index]?.label ?? "";
  if (type.kind === "enum") return label;
  return payload === undefined ? { case: label } : { case: label, value: payload };
}

/** Flags as a number, the first label in the lowest bit; `pack_flags_into_int`. */
export function packFlags(value: ComponentValue, labels: readonly string[]): number {
  const flags = value as Readonly<Record<string, boolean>>;
  let bits = 0;
  for (const [i, label] of labels.entries()) if (flags[label] === true) bits |= 1 << i;
  return bits >>> 0;
}

/** `unpack_flags_from_int`: bits without a label are passed over. */
export function unpackFlags(bits: number, labels: readonly string[]): ComponentValue {
  return Object.fromEntries(labels.map((label, i) => [label, ((bits >>> i) & 1) === 1]));
}
