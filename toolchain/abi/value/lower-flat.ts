/**
 * Values lowered to core values.
 *
 * Source: CanonicalABI.md, "Flat Lowering". Values have passed `checkValue`.
 */
import { despecialize, type DespecializedType } from "../despecialize.ts";
import { type CoreType, flattenPayload, flattenType } from "../flatten.ts";
import type { ValueType } from "../types.ts";
import type { CoreValue } from "./flat.ts";
import { lowerBorrow, lowerOwn } from "./handles.ts";
import type { GuestMemory } from "./memory.ts";
import { bitsOfF32, bitsOfF64, codePointOf, storeListIntoRange } from "./store.ts";
import { storeString } from "./store-string.ts";
import { type ComponentValue, caseOf, fieldsOf, packFlags } from "./value.ts";

export function lowerFlat(memory: GuestMemory, value: ComponentValue, type: ValueType): CoreValue[] {
  const t = despecialize(type);
  switch (t.kind) {
    case "bool":
      return [value === true ? 1 : 0];
    case "u8":
    case "u16":
    case "u32":
    case "s8":
    case "s16":
    case "s32":
    case "f64":
      return [value as number];
    case "f32":
      return [Math.fround(value as number)];
    case "u64":
    case "s64":
      return [value as bigint];
    case "char":
      return [codePointOf(value)];
    case "string":
      return storeString(memory, value as string);
    case "list":
      return lowerList(memory, value as ArrayLike<ComponentValue>, t.element, t.length);
    case "record":
      return fieldsOf(value, t).flatMap((item, i) => lowerFlat(memory, item, fieldType(t, i)));
    case "variant":
      return lowerVariant(memory, value, type, t);
    case "flags":
      return [packFlags(value, t.labels)];
    case "own":
      return [lowerOwn(memory.handles, value as number, t.resource)];
    case "borrow":
      return [lowerBorrow(memory.handles, value as number, t.resource)];
  }
}

function fieldType(record: Extract<DespecializedType, { kind: "record" }>, index: number): ValueType {
  return (record.fields[index] as { type: ValueType }).type;
}

function lowerList(
  memory: GuestMemory,
  list: ArrayLike<ComponentValue>,
  element: ValueType,
  length: number | undefined,
): CoreValue[] {
  if (length === undefined) return storeListIntoRange(memory, list, element);
  return Array.from(list).flatMap((item) => lowerFlat(memory, item, element));
}

function lowerVariant(
  memory: GuestMemory,
  value: ComponentValue,
  type: ValueType,
  variant: Extract<DespecializedType, { kind: "variant" }>,
): CoreValue[] {
  const { index, payload } = caseOf(value, type, variant);
  const joined = flattenPayload(variant.cases);
  const payloadType = variant.cases[index]?.type;
  if (payloadType === undefined) return [index, ...joined.map(zero)];
  const have = flattenType(payloadType);
  const flat = lowerFlat(memory, payload as ComponentValue, payloadType);
  return [index, ...joined.map((want, i) => widen(flat[i], have[i], want))];
}

function zero(type: CoreType): CoreValue {
  return type === "i64" ? 0n : 0;
}

/** A case's core value in the slot it shares with other cases. */
function widen(value: CoreValue | undefined, have: CoreType | undefined, want: CoreType): CoreValue {
  if (value === undefined || have === undefined) return zero(want);
  if (have === want) return value;
  const bits = have === "f64" ? bitsOfF64(Number(value)) : have === "f32" ? bitsOfF32(Number(value)) : value;
  return want === "i64" ? BigInt.asUintN(64, typeof bits === "bigint" ? bits : BigInt(bits >>> 0)) : bits;
}
