/**
 * Core types: recursion groups, and types of core modules.
 *
 * A non-final subtype is written behind 0x00, since 0x50 alone begins a module
 * type here. Binary.md, `core:type`.
 */
import { type ByteReader, hex } from "../../byte-reader.ts";
import type { ByteWriter } from "../../byte-writer.ts";
import { readExternType, writeExternType } from "../../core/sections/extern-type.ts";
import { readImport, writeImport } from "../../core/sections/import-section.ts";
import {
  readRecType,
  readSubType,
  writeRecGroup,
  writeRecType,
  writeSubType,
} from "../../core/sections/type-section.ts";
import { type CoreTypeIndex, index } from "../../index-space.ts";
import type { CoreModuleDeclaration, CoreType } from "../component.ts";

const SUB_PREFIX = 0x00;
const MODULE = 0x50;
const IMPORT = 0x00;
const TYPE = 0x01;
const ALIAS = 0x02;
const EXPORT = 0x03;
/** `0x10 0x01`: an outer alias of a type, the only alias there is. */
const TYPE_SORT = 0x10;
const OUTER = 0x01;

export function readCoreType(reader: ByteReader): CoreType {
  const code = reader.peek();
  if (code === SUB_PREFIX) {
    reader.position++;
    if (reader.peek() !== MODULE) reader.fail("a subtype that is not final, 0x50", found(reader));
    return { kind: "sub", type: readSubType(reader) };
  }
  if (code !== MODULE) return { kind: "rec", types: readRecType(reader) };
  reader.position++;
  return reader.nested("a core module type", () => ({
    kind: "module",
    declarations: reader.vec("declarations", "declaration", 2, () => readDeclaration(reader)),
  }));
}

function found(reader: ByteReader): string {
  const code = reader.peek();
  return code === undefined ? "the end of the data" : hex(code);
}

function readDeclaration(reader: ByteReader): CoreModuleDeclaration {
  const code = reader.byte("a declaration of a core module type");
  switch (code) {
    case IMPORT:
      return { kind: "import", ...readImport(reader) };
    case TYPE:
      return { kind: "type", type: readCoreType(reader) };
    case ALIAS:
      expectByte(reader, TYPE_SORT, "the sort 0x10, core type");
      expectByte(reader, OUTER, "the target 0x01, outer");
      return {
        kind: "alias",
        count: reader.u32("count of scopes"),
        index: index<CoreTypeIndex>(reader.u32("type")),
      };
    case EXPORT:
      return { kind: "export", name: reader.name("name of the export"), type: readExternType(reader) };
    default:
      return reader.fail("0x00 import, 0x01 type, 0x02 alias or 0x03 export", hex(code), reader.position - 1);
  }
}

function expectByte(reader: ByteReader, expected: number, what: string): void {
  const code = reader.byte(what);
  if (code !== expected) reader.fail(what, hex(code), reader.position - 1);
}

export function writeCoreType(out: ByteWriter, type: CoreType): void {
  switch (type.kind) {
    case "rec":
      // The short form of a group of one begins with 0x50 when the member is not final.
      if (type.types.length === 1 && type.types[0]?.final === false) writeRecGroup(out, type.types);
      else writeRecType(out, type.types);
      return;
    case "sub":
      if (type.type.final) throw new RangeError("a core type of the kind sub is a subtype that is not final");
      out.byte(SUB_PREFIX);
      return writeSubType(out, type.type);
    case "module":
      out.byte(MODULE);
      out.vec(type.declarations, (declaration) => writeDeclaration(out, declaration));
  }
}

function writeDeclaration(out: ByteWriter, declaration: CoreModuleDeclaration): void {
  switch (declaration.kind) {
    case "import":
      out.byte(IMPORT);
      return writeImport(out, declaration);
    case "type":
      out.byte(TYPE);
      return writeCoreType(out, declaration.type);
    case "alias":
      out.bytes([ALIAS, TYPE_SORT, OUTER]);
      out.u32(declaration.count);
      return out.u32(declaration.index);
    case "export":
      out.byte(EXPORT);
      out.name(declaration.name);
      return writeExternType(out, declaration.type);
  }
}
