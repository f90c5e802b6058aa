/** Imports. Binary.md, "Import and Export Definitions". */
import type { ByteReader } from "../../byte-reader.ts";
import type { ByteWriter } from "../../byte-writer.ts";
import type { Import } from "../component.ts";
import { readExternName, writeExternName } from "./extern-name.ts";
import { readExternType, writeExternType } from "./extern-type.ts";

export function readImport(reader: ByteReader): Import {
  return { name: readExternName(reader), type: readExternType(reader) };
}

export function writeImport(out: ByteWriter, { name, type }: Import): void {
  writeExternName(out, name);
  writeExternType(out, type);
}
