/** Types of imports and exports. Binary.md, `externtype`. */
import { type ByteReader, hex } from "../../byte-reader.ts";
import type { ByteWriter } from "../../byte-writer.ts";
import { type CoreTypeIndex, index, type TypeIndex, type ValueIndex } from "../../index-space.ts";
import type { ExternType, TypeBound, ValueBound } from "../component.ts";
import { readFlag, readValueType, writeValueType } from "./value-type.ts";

const CORE_MODULE = [0x00, 0x11] as const;
const CODES = { func: 0x01, value: 0x02, type: 0x03, component: 0x04, instance: 0x05 } as const;

export function readExternType(reader: ByteReader): ExternType {
  const code = reader.byte("an extern type");
  switch (code) {
    case CORE_MODULE[0]: {
      const sort = reader.byte("a core sort");
      if (sort !== CORE_MODULE[1]) reader.fail("the sort 0x11, core module", hex(sort), reader.position - 1);
      return { kind: "core module", type: index<CoreTypeIndex>(reader.u32("core type")) };
    }
    case CODES.func:
      return { kind: "func", type: index<TypeIndex>(reader.u32("type")) };
    case CODES.value:
      return { kind: "value", bound: readValueBound(reader) };
    case CODES.type:
      return { kind: "type", bound: readTypeBound(reader) };
    case CODES.component:
      return { kind: "component", type: index<TypeIndex>(reader.u32("type")) };
    case CODES.instance:
      return { kind: "instance", type: index<TypeIndex>(reader.u32("type")) };
    default:
      return reader.fail("an extern type, 0x00 to 0x05", hex(code), reader.position - 1);
  }
}

function readValueBound(reader: ByteReader): ValueBound {
  if (readFlag(reader, "bound of a value")) return { kind: "type", type: readValueType(reader) };
  return { kind: "eq", index: index<ValueIndex>(reader.u32("value")) };
}

function readTypeBound(reader: ByteReader): TypeBound {
  if (readFlag(reader, "bound of a type")) return { kind: "sub resource" };
  return { kind: "eq", index: index<TypeIndex>(reader.u32("type")) };
}

export function writeExternType(out: ByteWriter, type: ExternType): void {
  if (type.kind === "core module") out.bytes(CORE_MODULE);
  else out.byte(CODES[type.kind]);
  if (type.kind === "value") writeValueBound(out, type.bound);
  else if (type.kind === "type") writeTypeBound(out, type.bound);
  else out.u32(type.type);
}

function writeValueBound(out: ByteWriter, bound: ValueBound): void {
  out.byte(bound.kind === "eq" ? 0 : 1);
  if (bound.kind === "eq") out.u32(bound.index);
  else writeValueType(out, bound.type);
}

function writeTypeBound(out: ByteWriter, bound: TypeBound): void {
  out.byte(bound.kind === "eq" ? 0 : 1);
  if (bound.kind === "eq") out.u32(bound.index);
}
