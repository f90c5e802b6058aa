/**
 * Values lifted out of a guest's memory.
 *
 * Source: CanonicalABI.md, "Loading". Callers have checked that the value itself
 * lies in memory; what it points to is checked here, in the specification's order.
 */
import { despecialize, type DespecializedType } from "../despecialize.ts";
import { trapIf } from "../error.ts";
import { POINTER_SIZE, flagsSize, layoutOf, recordLayout, variantLayout } from "../layout.ts";
import type { ValueType } from "../types.ts";
import { liftBorrow, liftOwn } from "./handles.ts";
import { loadString } from "./load-string.ts";
import { type GuestMemory, MAX_LIST_BYTE_LENGTH, OBJECT_SIZE } from "./memory.ts";
import { type ComponentValue, fromCase, fromFields, unpackFlags } from "./value.ts";

const SECTION = "Loading";

/** The value of the type at an aligned pointer in bounds. */
export function load(memory: GuestMemory, pointer: number, type: ValueType): ComponentValue {
  const t = despecialize(type);
  switch (t.kind) {
    case "bool":
      return memory.loadInteger(pointer, 1) !== 0;
    case "u8":
      return memory.loadInteger(pointer, 1);
    case "u16":
      return memory.loadInteger(pointer, 2);
    case "u32":
      return memory.loadInteger(pointer, 4);
    case "u64":
      return memory.view.getBigUint64(pointer, true);
    case "s8":
      return memory.view.getInt8(pointer);
    case "s16":
      return memory.view.getInt16(pointer, true);
    case "s32":
      return memory.view.getInt32(pointer, true);
    case "s64":
      return memory.view.getBigInt64(pointer, true);
    // A NaN's payload is lost here, as `canonicalize_nan32` asks: JavaScript knows one NaN.
    case "f32":
      return memory.view.getFloat32(pointer, true);
    case "f64":
      return memory.view.getFloat64(pointer, true);
    case "char":
      return toChar(memory.loadInteger(pointer, 4));
    case "string":
      return loadString(memory, ...loadPair(memory, pointer));
    case "list":
      return loadList(memory, pointer, t.element, t.length);
    case "record":
      return loadRecord(memory, pointer, type, t);
    case "variant":
      return loadVariant(memory, pointer, type, t);
    case "flags":
      return unpackFlags(memory.loadInteger(pointer, flagsSize(t.labels.length)), t.labels);
    case "own":
      return liftOwn(memory.handles, memory.loadInteger(pointer, 4), t.resource);
    case "borrow":
      return liftBorrow(memory.handles, memory.loadInteger(pointer, 4), t.resource);
  }
}

/** `convert_i32_to_char` */
export function toChar(codePoint: number): string {
  trapIf(codePoint >= 0x110000, `a char must be below 0x110000, found ${codePoint}`, SECTION);
  trapIf(
    codePoint >= 0xd800 && codePoint <= 0xdfff,
    `a char must not be a surrogate, found ${codePoint}`,
    SECTION,
  );
  return String.fromCodePoint(codePoint);
}

/** `load_list_from_range`: a list whose pointer and length the guest gave. */
export function loadListFromRange(
  memory: GuestMemory,
  pointer: number,
  length: number,
  element: ValueType,
): ComponentValue {
  const { size, align } = layoutOf(element);
  trapIf(
    length * size > MAX_LIST_BYTE_LENGTH,
    `a list must have at most ${MAX_LIST_BYTE_LENGTH} bytes, found ${length} elements of ${size}`,
    SECTION,
  );
  memory.requireRange(pointer, length * size, align, "a list", SECTION);
  memory.claim(OBJECT_SIZE + length * claimOf(element));
  return loadElements(memory, pointer, length, element);
}

/** About what an element takes in JavaScript, without what it points to. */
function claimOf(element: ValueType): number {
  switch (element.kind) {
    case "u8":
      return 1;
    case "list":
    case "map":
    case "record":
    case "tuple":
    case "variant":
    case "option":
    case "result":
    case "flags":
      return OBJECT_SIZE;
    default:
      return 8;
  }
}

/** A variant's case number, checked; `trap_if(case_index >= len(cases))`. */
export function requireCase(index: number, cases: readonly unknown[], section: string): void {
  trapIf(index >= cases.length, `a discriminant must be below ${cases.length}, found ${index}`, section);
}

/** A pointer and a length. */
function loadPair(memory: GuestMemory, pointer: number): [number, number] {
  return [memory.loadInteger(pointer, 4), memory.loadInteger(pointer + POINTER_SIZE, 4)];
}

function loadList(
  memory: GuestMemory,
  pointer: number,
  element: ValueType,
  length: number | undefined,
): ComponentValue {
  if (length !== undefined) return loadElements(memory, pointer, length, element);
  return loadListFromRange(memory, ...loadPair(memory, pointer), element);
}

function loadElements(
  memory: GuestMemory,
  pointer: number,
  length: number,
  element: ValueType,
): ComponentValue {
  if (element.kind === "u8") return memory.bytes.slice(pointer, pointer + length);
  const { size } = layoutOf(element);
  return Array.from({ length }, (_, i) => load(memory, pointer + i * size, element));
}

function loadRecord(
  memory: GuestMemory,
  pointer: number,
  type: ValueType,
  record: Extract<DespecializedType, { kind: "record" }>,
): ComponentValue {
  const { offsets } = recordLayout(record.fields.map((field) => field.type));
  const values = record.fields.map((field, i) => load(memory, pointer + (offsets[i] ?? 0), field.type));
  return fromFields(values, type, record);
}

function loadVariant(
  memory: GuestMemory,
  pointer: number,
  type: ValueType,
  variant: Extract<DespecializedType, { kind: "variant" }>,
): ComponentValue {
  const { discriminantSize, payloadOffset } = variantLayout(variant.cases);
  const index = memory.loadInteger(pointer, discriminantSize);
  requireCase(index, variant.cases, SECTION);
  const payload = variant.cases[index]?.type;
  const value = payload === undefined ? undefined : load(memory, pointer + payloadOffset, payload);
  return fromCase(index, value, type, variant);
}
