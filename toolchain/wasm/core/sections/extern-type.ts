/** Types of imports: functions, tables, memories, globals, tags. Core spec 3.0 §5.3. */
import { type ByteReader, hex } from "../../byte-reader.ts";
import type { ByteWriter } from "../../byte-writer.ts";
import { type CoreTypeIndex, index } from "../../index-space.ts";
import type { ExternKind, ExternType, GlobalType, Limits, TableType } from "../module.ts";
import { readRefType, readValType, writeRefType, writeValType } from "../value-types.ts";
import { readMutable } from "./type-section.ts";

/** In the order of their codes, which imports and exports share. */
export const EXTERN_KINDS: readonly ExternKind[] = ["func", "table", "memory", "global", "tag"];

const HAS_MAX = 1;
const SHARED = 2;
const INDEX64 = 4;
const PAGE_SIZE = 8;

export function readExternKind(reader: ByteReader): ExternKind {
  const code = reader.byte("a kind of import or export");
  const kind = EXTERN_KINDS[code];
  return (
    kind ??
    reader.fail("0x00 func, 0x01 table, 0x02 memory, 0x03 global or 0x04 tag", hex(code), reader.position - 1)
  );
}

export function readExternType(reader: ByteReader): ExternType {
  const kind = readExternKind(reader);
  switch (kind) {
    case "func":
      return { kind, type: index<CoreTypeIndex>(reader.u32("type")) };
    case "table":
      return { kind, type: readTableType(reader) };
    case "memory":
      return { kind, type: readMemoryType(reader) };
    case "global":
      return { kind, type: readGlobalType(reader) };
    default:
      return { kind, type: readTagType(reader) };
  }
}

export function readTagType(reader: ByteReader): CoreTypeIndex {
  const attribute = reader.byte("attribute of a tag");
  if (attribute !== 0) reader.fail("the attribute 0x00, exception", hex(attribute), reader.position - 1);
  return index<CoreTypeIndex>(reader.u32("type"));
}

export function readTableType(reader: ByteReader): TableType {
  return { element: readRefType(reader), limits: readLimits(reader, HAS_MAX | INDEX64) };
}

export function readMemoryType(reader: ByteReader): Limits {
  return readLimits(reader, HAS_MAX | SHARED | INDEX64 | PAGE_SIZE);
}

function readLimits(reader: ByteReader, allowed: number): Limits {
  const flags = reader.byte("flags of limits");
  if ((flags & ~allowed) !== 0)
    reader.fail(`flags of limits within ${hex(allowed)}`, hex(flags), reader.position - 1);
  const index64 = (flags & INDEX64) !== 0;
  const read = (what: string): bigint => (index64 ? reader.u64(what) : BigInt(reader.u32(what)));
  return {
    min: read("minimum"),
    ...(flags & HAS_MAX && { max: read("maximum") }),
    ...(flags & SHARED && { shared: true }),
    ...(index64 && { index64 }),
    ...(flags & PAGE_SIZE && { pageSizeLog2: reader.u32("page size") }),
  };
}

export function readGlobalType(reader: ByteReader): GlobalType {
  return { type: readValType(reader), mutable: readMutable(reader) };
}

export function writeExternType(out: ByteWriter, type: ExternType): void {
  out.byte(EXTERN_KINDS.indexOf(type.kind));
  switch (type.kind) {
    case "func":
      return out.u32(type.type);
    case "table":
      return writeTableType(out, type.type);
    case "memory":
      return writeLimits(out, type.type);
    case "global":
      return writeGlobalType(out, type.type);
    case "tag":
      return writeTagType(out, type.type);
  }
}

export function writeTagType(out: ByteWriter, type: CoreTypeIndex): void {
  out.byte(0);
  out.u32(type);
}

export function writeTableType(out: ByteWriter, { element, limits }: TableType): void {
  writeRefType(out, element);
  writeLimits(out, limits);
}

export function writeLimits(out: ByteWriter, { min, max, shared, index64, pageSizeLog2 }: Limits): void {
  out.byte(
    (max === undefined ? 0 : HAS_MAX) |
      (shared ? SHARED : 0) |
      (index64 ? INDEX64 : 0) |
      (pageSizeLog2 === undefined ? 0 : PAGE_SIZE),
  );
  const write = (value: bigint): void => (index64 ? out.u64(value) : out.u32(Number(value)));
  write(min);
  if (max !== undefined) write(max);
  if (pageSizeLog2 !== undefined) out.u32(pageSizeLog2);
}

export function writeGlobalType(out: ByteWriter, { type, mutable }: GlobalType): void {
  writeValType(out, type);
  out.byte(mutable ? 1 : 0);
}
