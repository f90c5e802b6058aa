/** Table section. Core spec 3.0 §5.5.7. */
import { type ByteReader, hex } from "../../byte-reader.ts";
import type { ByteWriter } from "../../byte-writer.ts";
import { readConstExpr } from "../const-expr.ts";
import type { Table } from "../module.ts";
import { readTableType, writeTableType } from "./extern-type.ts";

/** Stands where a reference type would, when an initial value follows. */
const WITH_INIT = 0x40;

export function readTableSection(reader: ByteReader): Table[] {
  return reader.vec("tables", "table", 3, () => readTable(reader));
}

function readTable(reader: ByteReader): Table {
  if (reader.peek() !== WITH_INIT) return { type: readTableType(reader) };
  reader.position++;
  const reserved = reader.byte("reserved byte");
  if (reserved !== 0) reader.fail("the reserved byte 0x00", hex(reserved), reader.position - 1);
  return { type: readTableType(reader), init: readConstExpr(reader) };
}

export function writeTableSection(out: ByteWriter, tables: readonly Table[]): void {
  out.vec(tables, ({ type, init }) => {
    if (init !== undefined) out.bytes([WITH_INIT, 0]);
    writeTableType(out, type);
    if (init !== undefined) out.bytes(init);
  });
}
