/** Value types: a primitive or an index. Binary.md, `valtype`. */
import { type ByteReader, hex } from "../../byte-reader.ts";
import type { ByteWriter } from "../../byte-writer.ts";
import { index, type TypeIndex } from "../../index-space.ts";
import type { LabelValueType, PrimitiveType, ValueType } from "../component.ts";

const CODES: Readonly<Record<PrimitiveType, number>> = {
  bool: 0x7f,
  s8: 0x7e,
  u8: 0x7d,
  s16: 0x7c,
  u16: 0x7b,
  s32: 0x7a,
  u32: 0x79,
  s64: 0x78,
  u64: 0x77,
  f32: 0x76,
  f64: 0x75,
  char: 0x74,
  string: 0x73,
  "error-context": 0x64,
};
const primitives = new Map(Object.entries(CODES).map(([type, code]) => [code, type as PrimitiveType]));

/** The primitive that a type code stands for. */
export function primitiveOf(code: number): PrimitiveType | undefined {
  return primitives.get(code);
}

export function readValueType(reader: ByteReader): ValueType {
  const start = reader.position;
  const first = reader.peek();
  const primitive = first === undefined ? undefined : primitives.get(first);
  if (primitive !== undefined) {
    reader.position++;
    return primitive;
  }
  const type = reader.s33("value type");
  if (type < 0) reader.fail("a primitive value type or a type index", `the code ${hex(first ?? 0)}`, start);
  return index<TypeIndex>(type);
}

/** `<valtype>?` */
export function readOptionalValueType(reader: ByteReader): ValueType | undefined {
  return readFlag(reader, "presence of a type") ? readValueType(reader) : undefined;
}

/** 0x00 or 0x01, as optional immediates and boolean ones have it. */
export function readFlag(reader: ByteReader, what: string): boolean {
  const code = reader.byte(what);
  if (code > 1) reader.fail(`${what}, 0x00 or 0x01`, hex(code), reader.position - 1);
  return code === 1;
}

export function readLabelValueType(reader: ByteReader): LabelValueType {
  return { label: reader.name("label"), type: readValueType(reader) };
}

export function writePrimitive(out: ByteWriter, type: PrimitiveType): void {
  out.byte(CODES[type]);
}

export function writeValueType(out: ByteWriter, type: ValueType): void {
  if (typeof type === "string") writePrimitive(out, type);
  else out.s33(type);
}

export function writeOptionalValueType(out: ByteWriter, type: ValueType | undefined): void {
  out.byte(type === undefined ? 0 : 1);
  if (type !== undefined) writeValueType(out, type);
}

export function writeLabelValueType(out: ByteWriter, { label, type }: LabelValueType): void {
  out.name(label);
  writeValueType(out, type);
}
