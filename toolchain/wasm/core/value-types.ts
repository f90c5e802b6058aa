/**
 * Value, reference and heap types: the type codes that all sections share.
 *
 * Core spec 3.0 §5.3 "Types". A nullable abstract reference is written in its
 * one-byte form; the long form of the same type is read too.
 */
import { type ByteReader, hex } from "../byte-reader.ts";
import type { ByteWriter } from "../byte-writer.ts";
import { type CoreTypeIndex, index } from "../index-space.ts";
import type { AbstractHeapType, HeapType, NumType, RefType, ValType } from "./module.ts";

const NUM_CODES: Readonly<Record<NumType, number>> = {
  i32: 0x7f,
  i64: 0x7e,
  f32: 0x7d,
  f64: 0x7c,
  v128: 0x7b,
};
const HEAP_CODES: Readonly<Record<AbstractHeapType, number>> = {
  noexn: 0x74,
  nofunc: 0x73,
  noextern: 0x72,
  none: 0x71,
  func: 0x70,
  extern: 0x6f,
  any: 0x6e,
  eq: 0x6d,
  i31: 0x6c,
  struct: 0x6b,
  array: 0x6a,
  exn: 0x69,
};
const REF_NULL = 0x63;
const REF = 0x64;

function inverse<T extends string>(codes: Readonly<Record<T, number>>): ReadonlyMap<number, T> {
  return new Map(Object.entries(codes).map(([name, code]) => [code as number, name as T]));
}
const numTypes = inverse(NUM_CODES);
const heapTypes = inverse(HEAP_CODES);
/** One object for each common type: a module names few of them, thousands of times. */
const valTypes: ReadonlyMap<number, ValType> = new Map<number, ValType>([
  ...numTypes,
  ...[...heapTypes].map(([code, heap]): [number, ValType] => [code, { nullable: true, heap }]),
]);

export function readValType(reader: ByteReader): ValType {
  const code = reader.peek();
  if (code === REF_NULL || code === REF) return readRefType(reader);
  const type = code === undefined ? undefined : valTypes.get(code);
  if (type === undefined) return refuse(reader, "a value type");
  reader.position++;
  return type;
}

export function readRefType(reader: ByteReader): RefType {
  const code = reader.peek();
  if (code === REF_NULL || code === REF) {
    reader.position++;
    return { nullable: code === REF_NULL, heap: readHeapType(reader) };
  }
  const type = code === undefined ? undefined : valTypes.get(code);
  if (type === undefined || typeof type === "string") return refuse(reader, "a reference type");
  reader.position++;
  return type;
}

export function readHeapType(reader: ByteReader): HeapType {
  const start = reader.position;
  const code = reader.s33("heap type");
  if (code >= 0) return index<CoreTypeIndex>(code);
  const heap = reader.position === start + 1 ? heapTypes.get(code & 0x7f) : undefined;
  return heap ?? reader.fail("a heap type", `the code ${hex(reader.bytes[start] ?? 0)}`, start);
}

function refuse(reader: ByteReader, expected: string): never {
  const code = reader.peek();
  return reader.fail(expected, code === undefined ? "the end of the data" : `the code ${hex(code)}`);
}

export function writeValType(out: ByteWriter, type: ValType): void {
  if (typeof type === "string") out.byte(NUM_CODES[type]);
  else writeRefType(out, type);
}

export function writeRefType(out: ByteWriter, type: RefType): void {
  if (type.nullable && typeof type.heap === "string") {
    out.byte(HEAP_CODES[type.heap]);
    return;
  }
  out.byte(type.nullable ? REF_NULL : REF);
  writeHeapType(out, type.heap);
}

export function writeHeapType(out: ByteWriter, heap: HeapType): void {
  if (typeof heap === "string") out.byte(HEAP_CODES[heap]);
  else out.s33(heap);
}
