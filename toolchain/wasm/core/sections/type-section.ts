/** Type section: recursion groups. Core spec 3.0 §5.5.4, §5.3. */
import { type ByteReader, hex } from "../../byte-reader.ts";
import type { ByteWriter } from "../../byte-writer.ts";
import { type CoreTypeIndex, index } from "../../index-space.ts";
import type { CompositeType, FieldType, RecType, SubType, ValType } from "../module.ts";
import { readValType, writeValType } from "../value-types.ts";

const REC = 0x4e;
const SUB_FINAL = 0x4f;
const SUB = 0x50;
const ARRAY = 0x5e;
const STRUCT = 0x5f;
const FUNC = 0x60;
const I8 = 0x78;
const I16 = 0x77;

export function readTypeSection(reader: ByteReader): RecType[] {
  return reader.vec("types", "type", 2, () => readRecType(reader));
}

export function readRecType(reader: ByteReader): RecType {
  if (reader.peek() !== REC) return [readSubType(reader)];
  reader.position++;
  return reader.vec("types of the group", "member", 2, () => readSubType(reader));
}

export function readSubType(reader: ByteReader): SubType {
  const code = reader.peek();
  if (code !== SUB && code !== SUB_FINAL) {
    return { final: true, supertypes: [], composite: readCompositeType(reader) };
  }
  reader.position++;
  const supertypes = reader.vec("supertypes", "supertype", 1, () => index<CoreTypeIndex>(reader.u32("type")));
  return { final: code === SUB_FINAL, supertypes, composite: readCompositeType(reader) };
}

function readCompositeType(reader: ByteReader): CompositeType {
  const code = reader.byte("a composite type");
  switch (code) {
    case FUNC:
      return {
        kind: "func",
        params: reader.vec("parameters", "parameter", 1, () => readValType(reader)),
        results: reader.vec("results", "result", 1, () => readValType(reader)),
      };
    case STRUCT:
      return { kind: "struct", fields: reader.vec("fields", "field", 2, () => readFieldType(reader)) };
    case ARRAY:
      return { kind: "array", field: readFieldType(reader) };
    default:
      return reader.fail(
        "a composite type: 0x60 func, 0x5f struct or 0x5e array",
        hex(code),
        reader.position - 1,
      );
  }
}

function readFieldType(reader: ByteReader): FieldType {
  return { storage: readStorageType(reader), mutable: readMutable(reader) };
}

function readStorageType(reader: ByteReader): ValType | "i8" | "i16" {
  const code = reader.peek();
  if (code !== I8 && code !== I16) return readValType(reader);
  reader.position++;
  return code === I8 ? "i8" : "i16";
}

export function readMutable(reader: ByteReader): boolean {
  const code = reader.byte("mutability");
  if (code > 1) reader.fail("mutability, 0 or 1", hex(code), reader.position - 1);
  return code === 1;
}

export function writeTypeSection(out: ByteWriter, types: readonly RecType[]): void {
  out.vec(types, (type) => writeRecType(out, type));
}

export function writeRecType(out: ByteWriter, type: RecType): void {
  const [first] = type;
  if (type.length === 1 && first !== undefined) {
    writeSubType(out, first);
    return;
  }
  writeRecGroup(out, type);
}

/** The explicit form, which a group of one type does not need in a core module. */
export function writeRecGroup(out: ByteWriter, type: RecType): void {
  out.byte(REC);
  out.vec(type, (member) => writeSubType(out, member));
}

export function writeSubType(out: ByteWriter, type: SubType): void {
  if (!type.final || type.supertypes.length > 0) {
    out.byte(type.final ? SUB_FINAL : SUB);
    out.vec(type.supertypes, (supertype) => out.u32(supertype));
  }
  writeCompositeType(out, type.composite);
}

function writeCompositeType(out: ByteWriter, type: CompositeType): void {
  switch (type.kind) {
    case "func":
      out.byte(FUNC);
      out.vec(type.params, (param) => writeValType(out, param));
      out.vec(type.results, (result) => writeValType(out, result));
      return;
    case "struct":
      out.byte(STRUCT);
      out.vec(type.fields, (field) => writeFieldType(out, field));
      return;
    case "array":
      out.byte(ARRAY);
      writeFieldType(out, type.field);
  }
}

function writeFieldType(out: ByteWriter, { storage, mutable }: FieldType): void {
  if (storage === "i8") out.byte(I8);
  else if (storage === "i16") out.byte(I16);
  else writeValType(out, storage);
  out.byte(mutable ? 1 : 0);
}
