/**
 * Types: value types, functions, resources, and types of components and instances.
 *
 * Binary.md, "Type Definitions". Labels and counts are taken as they come;
 * what is forbidden beyond the grammar (an empty record, a repeated label) is
 * for validation.
 */
import { type ByteReader, hex } from "../../byte-reader.ts";
import type { ByteWriter } from "../../byte-writer.ts";
import { readValType, writeValType } from "../../core/value-types.ts";
import { type CoreFuncIndex, index, type TypeIndex } from "../../index-space.ts";
import type { Type, ValueType } from "../component.ts";
import {
  readComponentDeclaration,
  readInstanceDeclaration,
  writeComponentDeclaration,
  writeInstanceDeclaration,
} from "./declaration.ts";
import {
  primitiveOf,
  readFlag,
  readLabelValueType,
  readOptionalValueType,
  readValueType,
  writeLabelValueType,
  writeOptionalValueType,
  writePrimitive,
  writeValueType,
} from "./value-type.ts";

const CODES = {
  record: 0x72,
  variant: 0x71,
  list: 0x70,
  tuple: 0x6f,
  flags: 0x6e,
  enum: 0x6d,
  option: 0x6b,
  result: 0x6a,
  own: 0x69,
  borrow: 0x68,
  "fixed-length list": 0x67,
  stream: 0x66,
  future: 0x65,
  map: 0x63,
  "async func": 0x43,
  instance: 0x42,
  component: 0x41,
  func: 0x40,
  resource: 0x3f,
} as const;
type Code = keyof typeof CODES;
const kinds = new Map(Object.entries(CODES).map(([kind, code]) => [code as number, kind as Code]));

const READERS: Readonly<Record<Code, (reader: ByteReader) => Type>> = {
  record: (r) => ({ kind: "record", fields: r.vec("fields", "field", 2, () => readLabelValueType(r)) }),
  variant: (r) => ({ kind: "variant", cases: r.vec("cases", "case", 3, () => readCase(r)) }),
  list: (r) => ({ kind: "list", element: readValueType(r) }),
  "fixed-length list": (r) => ({ kind: "list", element: readValueType(r), length: r.u32("length") }),
  tuple: (r) => ({ kind: "tuple", types: r.vec("types", "member", 1, () => readValueType(r)) }),
  flags: (r) => ({ kind: "flags", labels: readLabels(r) }),
  enum: (r) => ({ kind: "enum", labels: readLabels(r) }),
  option: (r) => ({ kind: "option", type: readValueType(r) }),
  result: (r) => ({ kind: "result", ...optional("ok", r), ...optional("err", r) }),
  own: (r) => ({ kind: "own", resource: index<TypeIndex>(r.u32("resource type")) }),
  borrow: (r) => ({ kind: "borrow", resource: index<TypeIndex>(r.u32("resource type")) }),
  stream: (r) => ({ kind: "stream", ...optional("element", r) }),
  future: (r) => ({ kind: "future", ...optional("element", r) }),
  map: (r) => ({ kind: "map", key: readValueType(r), value: readValueType(r) }),
  func: (r) => readFuncType(r, false),
  "async func": (r) => readFuncType(r, true),
  component: (r) => ({
    kind: "component",
    declarations: r.vec("declarations", "declaration", 2, () => readComponentDeclaration(r, readType)),
  }),
  instance: (r) => ({
    kind: "instance",
    declarations: r.vec("declarations", "declaration", 2, () => readInstanceDeclaration(r, readType)),
  }),
  resource: readResource,
};

export function readType(reader: ByteReader): Type {
  const code = reader.byte("a type");
  const primitive = primitiveOf(code);
  if (primitive !== undefined) return { kind: "primitive", type: primitive };
  const kind = kinds.get(code);
  if (kind === undefined) return reader.fail("a type", `the code ${hex(code)}`, reader.position - 1);
  if (kind !== "component" && kind !== "instance") return READERS[kind](reader);
  return reader.nested(kind === "component" ? "the type of a component" : "the type of an instance", () =>
    READERS[kind](reader),
  );
}

function optional<K extends string>(key: K, reader: ByteReader): { [P in K]?: ValueType } {
  const type = readOptionalValueType(reader);
  return type === undefined ? {} : ({ [key]: type } as { [P in K]?: ValueType });
}

function readLabels(reader: ByteReader): string[] {
  return reader.vec("labels", "label", 1, () => reader.name("label"));
}

function readCase(reader: ByteReader): Extract<Type, { kind: "variant" }>["cases"][number] {
  const label = reader.name("label");
  const type = optional("type", reader);
  const last = reader.byte("end of a case");
  if (last !== 0) reader.fail("0x00 at the end of a case", hex(last), reader.position - 1);
  return { label, ...type };
}

function readFuncType(reader: ByteReader, async: boolean): Type {
  const params = reader.vec("parameters", "parameter", 2, () => readLabelValueType(reader));
  const result = readResultList(reader);
  return { kind: "func", async, params, ...(result !== undefined && { result }) };
}

/** `resultlist`; undefined for no result. */
export function readResultList(reader: ByteReader): ValueType | undefined {
  if (!readFlag(reader, "form of the result")) return readValueType(reader);
  const none = reader.byte("count of results");
  if (none !== 0) reader.fail("0x00, no result", hex(none), reader.position - 1);
  return undefined;
}

function readResource(reader: ByteReader): Type {
  const rep = readValType(reader);
  if (!readFlag(reader, "presence of a destructor")) return { kind: "resource", rep };
  return { kind: "resource", rep, destructor: index<CoreFuncIndex>(reader.u32("core function")) };
}

export function writeType(out: ByteWriter, type: Type): void {
  if (type.kind === "primitive") writePrimitive(out, type.type);
  else {
    out.byte(CODES[codeOf(type)]);
    writeContent(out, type);
  }
}

function codeOf(type: Exclude<Type, { kind: "primitive" }>): Code {
  if (type.kind === "list" && type.length !== undefined) return "fixed-length list";
  return type.kind === "func" && type.async ? "async func" : type.kind;
}

function writeContent(out: ByteWriter, type: Exclude<Type, { kind: "primitive" }>): void {
  switch (type.kind) {
    case "record":
      return out.vec(type.fields, (field) => writeLabelValueType(out, field));
    case "variant":
      return out.vec(type.cases, ({ label, type }) => {
        out.name(label);
        writeOptionalValueType(out, type);
        out.byte(0);
      });
    case "list":
      writeValueType(out, type.element);
      if (type.length !== undefined) out.u32(type.length);
      return;
    case "tuple":
      return out.vec(type.types, (member) => writeValueType(out, member));
    case "flags":
    case "enum":
      return out.vec(type.labels, (label) => out.name(label));
    case "option":
      return writeValueType(out, type.type);
    case "result":
      writeOptionalValueType(out, type.ok);
      return writeOptionalValueType(out, type.err);
    case "own":
    case "borrow":
      return out.u32(type.resource);
    case "stream":
    case "future":
      return writeOptionalValueType(out, type.element);
    case "map":
      writeValueType(out, type.key);
      return writeValueType(out, type.value);
    case "func":
      out.vec(type.params, (param) => writeLabelValueType(out, param));
      return writeResultList(out, type.result);
    case "component":
      return out.vec(type.declarations, (item) => writeComponentDeclaration(out, item, writeType));
    case "instance":
      return out.vec(type.declarations, (item) => writeInstanceDeclaration(out, item, writeType));
    case "resource":
      writeValType(out, type.rep);
      out.byte(type.destructor === undefined ? 0 : 1);
      if (type.destructor !== undefined) out.u32(type.destructor);
  }
}

export function writeResultList(out: ByteWriter, result: ValueType | undefined): void {
  if (result === undefined) {
    out.bytes([1, 0]);
    return;
  }
  out.byte(0);
  writeValueType(out, result);
}
