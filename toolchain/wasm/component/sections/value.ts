/** Values: a type, and bytes that the type says how to read. Binary.md, "Value Definitions". */
import type { ByteReader } from "../../byte-reader.ts";
import type { ByteWriter } from "../../byte-writer.ts";
import type { ValueType } from "../component.ts";
import { readValueType, writeValueType } from "./value-type.ts";

export function readValue(reader: ByteReader): { type: ValueType; bytes: Uint8Array } {
  const type = readValueType(reader);
  const size = reader.u32("size of the value");
  return { type, bytes: reader.take(size, "the value") };
}

export function writeValue(out: ByteWriter, type: ValueType, bytes: Uint8Array): void {
  writeValueType(out, type);
  out.sized(bytes);
}
