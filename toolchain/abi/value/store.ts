/**
 * Values lowered into a guest's memory.
 *
 * Source: CanonicalABI.md, "Storing". Values have passed `checkValue`; what the
 * guest's `realloc` returns is checked where it is called.
 */
import { despecialize, type DespecializedType } from "../despecialize.ts";
import { POINTER_SIZE, flagsSize, layoutOf, recordLayout, variantLayout } from "../layout.ts";
import type { ValueType } from "../types.ts";
import { lowerBorrow, lowerOwn } from "./handles.ts";
import type { GuestMemory } from "./memory.ts";
import { storeString } from "./store-string.ts";
import { type ComponentValue, caseOf, fieldsOf, packFlags } from "./value.ts";

/** Writes the value at an aligned pointer in bounds. */
export function store(memory: GuestMemory, value: ComponentValue, type: ValueType, pointer: number): void {
  const t = despecialize(type);
  switch (t.kind) {
    case "bool":
      return memory.storeInteger(pointer, 1, value === true ? 1 : 0);
    case "u8":
    case "s8":
      return memory.storeInteger(pointer, 1, value as number);
    case "u16":
    case "s16":
      return memory.storeInteger(pointer, 2, value as number);
    case "u32":
    case "s32":
      return memory.storeInteger(pointer, 4, value as number);
    case "u64":
    case "s64":
      return memory.view.setBigInt64(pointer, value as bigint, true);
    case "f32":
      return memory.storeInteger(pointer, 4, bitsOfF32(value as number));
    case "f64":
      return memory.view.setBigUint64(pointer, bitsOfF64(value as number), true);
    case "char":
      return memory.storeInteger(pointer, 4, codePointOf(value));
    case "string":
      return storePair(memory, storeString(memory, value as string), pointer);
    case "list":
      return storeList(memory, value as ArrayLike<ComponentValue>, t.element, t.length, pointer);
    case "record":
      return storeRecord(memory, value, t, pointer);
    case "variant":
      return storeVariant(memory, value, type, t, pointer);
    case "flags":
      return memory.storeInteger(pointer, flagsSize(t.labels.length), packFlags(value, t.labels));
    case "own":
      return memory.storeInteger(pointer, 4, lowerOwn(memory.handles, value as number, t.resource));
    case "borrow":
      return memory.storeInteger(pointer, 4, lowerBorrow(memory.handles, value as number, t.resource));
  }
}

/** `store_list_into_range`: a list in memory of its own. */
export function storeListIntoRange(
  memory: GuestMemory,
  list: ArrayLike<ComponentValue>,
  element: ValueType,
): [pointer: number, length: number] {
  const { size, align } = layoutOf(element);
  const pointer = memory.allocate(align, list.length * size, "a list");
  storeElements(memory, list, element, pointer);
  return [pointer, list.length];
}

/** `char_to_i32` */
export function codePointOf(value: ComponentValue): number {
  return (value as string).codePointAt(0) ?? 0;
}

const scratch = new DataView(new ArrayBuffer(8));
const NAN_32 = 0x7fc00000;
const NAN_64 = 0x7ff8000000000000n;

/** `encode_float_as_i32`, deterministic: every NaN is the canonical one. */
export function bitsOfF32(value: number): number {
  if (Number.isNaN(value)) return NAN_32;
  scratch.setFloat32(0, value);
  return scratch.getUint32(0);
}

/** `encode_float_as_i64` */
export function bitsOfF64(value: number): bigint {
  if (Number.isNaN(value)) return NAN_64;
  scratch.setFloat64(0, value);
  return scratch.getBigUint64(0);
}

function storePair(memory: GuestMemory, [first, second]: [number, number], pointer: number): void {
  memory.storeInteger(pointer, 4, first);
  memory.storeInteger(pointer + POINTER_SIZE, 4, second);
}

function storeList(
  memory: GuestMemory,
  list: ArrayLike<ComponentValue>,
  element: ValueType,
  length: number | undefined,
  pointer: number,
): void {
  if (length !== undefined) storeElements(memory, list, element, pointer);
  else storePair(memory, storeListIntoRange(memory, list, element), pointer);
}

function storeElements(
  memory: GuestMemory,
  list: ArrayLike<ComponentValue>,
  element: ValueType,
  pointer: number,
): void {
  if (element.kind === "u8") return memory.bytes.set(list as ArrayLike<number>, pointer);
  const { size } = layoutOf(element);
  for (let i = 0; i < list.length; i++) {
    store(memory, list[i] as ComponentValue, element, pointer + i * size);
  }
}

function storeRecord(
  memory: GuestMemory,
  value: ComponentValue,
  record: Extract<DespecializedType, { kind: "record" }>,
  pointer: number,
): void {
  const values = fieldsOf(value, record);
  const { offsets } = recordLayout(record.fields.map((field) => field.type));
  for (const [i, { type }] of record.fields.entries()) {
    store(memory, values[i] as ComponentValue, type, pointer + (offsets[i] ?? 0));
  }
}

function storeVariant(
  memory: GuestMemory,
  value: ComponentValue,
  type: ValueType,
  variant: Extract<DespecializedType, { kind: "variant" }>,
  pointer: number,
): void {
  const { index, payload } = caseOf(value, type, variant);
  const { discriminantSize, payloadOffset } = variantLayout(variant.cases);
  memory.storeInteger(pointer, discriminantSize, index);
  const payloadType = variant.cases[index]?.type;
  if (payloadType !== undefined) {
    store(memory, payload as ComponentValue, payloadType, pointer + payloadOffset);
  }
}
