/** Sorts: which index space an index is of. Binary.md, "Instance Definitions". */
import { type ByteReader, hex } from "../../byte-reader.ts";
import type { ByteWriter } from "../../byte-writer.ts";
import type { CoreSort, Sort, SortIndex } from "../component.ts";

const CORE = 0x00;
const CORE_CODES: Readonly<Record<CoreSort, number>> = {
  "core func": 0x00,
  "core table": 0x01,
  "core memory": 0x02,
  "core global": 0x03,
  "core tag": 0x04,
  "core type": 0x10,
  "core module": 0x11,
  "core instance": 0x12,
};
const CODES: Readonly<Record<Exclude<Sort, CoreSort>, number>> = {
  func: 0x01,
  value: 0x02,
  type: 0x03,
  component: 0x04,
  instance: 0x05,
};
const coreSorts = new Map(Object.entries(CORE_CODES).map(([sort, code]) => [code, sort as CoreSort]));
const sorts = new Map(Object.entries(CODES).map(([sort, code]) => [code, sort as Sort]));

export function isCoreSort(sort: Sort): sort is CoreSort {
  return sort in CORE_CODES;
}

function readCoreSort(reader: ByteReader): CoreSort {
  const code = reader.byte("a core sort");
  return coreSorts.get(code) ?? reader.fail("a core sort", `the code ${hex(code)}`, reader.position - 1);
}

export function readSort(reader: ByteReader): Sort {
  const code = reader.byte("a sort");
  if (code === CORE) return readCoreSort(reader);
  return sorts.get(code) ?? reader.fail("a sort", `the code ${hex(code)}`, reader.position - 1);
}

export function readCoreSortIndex(reader: ByteReader): SortIndex<CoreSort> {
  const sort = readCoreSort(reader);
  return { sort, index: reader.u32(`index of a ${sort}`) };
}

export function readSortIndex(reader: ByteReader): SortIndex {
  const sort = readSort(reader);
  return { sort, index: reader.u32(`index of a ${sort}`) };
}

function writeCoreSort(out: ByteWriter, sort: CoreSort): void {
  out.byte(CORE_CODES[sort]);
}

export function writeSort(out: ByteWriter, sort: Sort): void {
  if (isCoreSort(sort)) {
    out.byte(CORE);
    writeCoreSort(out, sort);
  } else out.byte(CODES[sort]);
}

export function writeCoreSortIndex(out: ByteWriter, item: SortIndex<CoreSort>): void {
  writeCoreSort(out, item.sort);
  out.u32(item.index);
}

export function writeSortIndex(out: ByteWriter, item: SortIndex): void {
  writeSort(out, item.sort);
  out.u32(item.index);
}
