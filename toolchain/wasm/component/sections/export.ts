/** Exports. Binary.md, "Import and Export Definitions". */
import type { ByteReader } from "../../byte-reader.ts";
import type { ByteWriter } from "../../byte-writer.ts";
import type { Export } from "../component.ts";
import { readExternName, writeExternName } from "./extern-name.ts";
import { readExternType, writeExternType } from "./extern-type.ts";
import { readSortIndex, writeSortIndex } from "./sort.ts";
import { readFlag } from "./value-type.ts";

export function readExport(reader: ByteReader): Export {
  const name = readExternName(reader);
  const item = readSortIndex(reader);
  return { name, item, ...(readFlag(reader, "presence of a type") && { type: readExternType(reader) }) };
}

export function writeExport(out: ByteWriter, { name, item, type }: Export): void {
  writeExternName(out, name);
  writeSortIndex(out, item);
  out.byte(type === undefined ? 0 : 1);
  if (type !== undefined) writeExternType(out, type);
}
