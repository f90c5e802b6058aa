/**
 * Declarations inside the types of components and instances.
 *
 * Types and declarations hold each other; the functions for types are handed
 * in, so that the two files do not import each other. Binary.md, `instancedecl`,
 * `componentdecl`.
 */
import { type ByteReader, hex } from "../../byte-reader.ts";
import type { ByteWriter } from "../../byte-writer.ts";
import type { ComponentDeclaration, InstanceDeclaration, Type } from "../component.ts";
import { readAlias, writeAlias } from "./alias.ts";
import { readCoreType, writeCoreType } from "./core-type.ts";
import { readExternName, writeExternName } from "./extern-name.ts";
import { readExternType, writeExternType } from "./extern-type.ts";

const CORE_TYPE = 0x00;
const TYPE = 0x01;
const ALIAS = 0x02;
const IMPORT = 0x03;
const EXPORT = 0x04;

type ReadType = (reader: ByteReader) => Type;
type WriteType = (out: ByteWriter, type: Type) => void;

export function readComponentDeclaration(reader: ByteReader, readType: ReadType): ComponentDeclaration {
  if (reader.peek() !== IMPORT) return readInstanceDeclaration(reader, readType);
  reader.position++;
  return { kind: "import", name: readExternName(reader), type: readExternType(reader) };
}

export function readInstanceDeclaration(reader: ByteReader, readType: ReadType): InstanceDeclaration {
  const code = reader.byte("a declaration");
  switch (code) {
    case CORE_TYPE:
      return { kind: "core type", type: readCoreType(reader) };
    case TYPE:
      return { kind: "type", type: readType(reader) };
    case ALIAS:
      return { kind: "alias", alias: readAlias(reader) };
    case EXPORT:
      return { kind: "export", name: readExternName(reader), type: readExternType(reader) };
    default: {
      const expected = "a declaration: 0x00 core type, 0x01 type, 0x02 alias, 0x04 export";
      return reader.fail(`${expected}, or in a component type 0x03 import`, hex(code), reader.position - 1);
    }
  }
}

export function writeComponentDeclaration(
  out: ByteWriter,
  declaration: ComponentDeclaration,
  writeType: WriteType,
): void {
  if (declaration.kind !== "import") {
    writeInstanceDeclaration(out, declaration, writeType);
    return;
  }
  out.byte(IMPORT);
  writeExternName(out, declaration.name);
  writeExternType(out, declaration.type);
}

export function writeInstanceDeclaration(
  out: ByteWriter,
  declaration: InstanceDeclaration,
  writeType: WriteType,
): void {
  switch (declaration.kind) {
    case "core type":
      out.byte(CORE_TYPE);
      return writeCoreType(out, declaration.type);
    case "type":
      out.byte(TYPE);
      return writeType(out, declaration.type);
    case "alias":
      out.byte(ALIAS);
      return writeAlias(out, declaration.alias);
    case "export":
      out.byte(EXPORT);
      writeExternName(out, declaration.name);
      return writeExternType(out, declaration.type);
  }
}
