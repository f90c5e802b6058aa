/**
 * The asynchronous and thread built-ins, as one table.
 *
 * Each has an opcode and a list of immediates; none needs code of its own.
 * Binary.md, "Canonical Definitions".
 */
import type { ByteReader } from "../../byte-reader.ts";
import type { ByteWriter } from "../../byte-writer.ts";
import { readValType, writeValType } from "../../core/value-types.ts";
import {
  type CoreMemoryIndex,
  type CoreTableIndex,
  type CoreTypeIndex,
  index,
  type TypeIndex,
} from "../../index-space.ts";
import type { BuiltinImmediates, Canon } from "../component.ts";
import { readCanonOptions, writeCanonOptions } from "./canon-option.ts";
import { readResultList, writeResultList } from "./type.ts";
import { readFlag } from "./value-type.ts";

type Immediate = keyof BuiltinImmediates;
type Builtin = Extract<Canon, { kind: "builtin" }>;

const BUILTINS: readonly (readonly [opcode: number, name: string, ...immediates: Immediate[]])[] = [
  [0x05, "task.cancel"],
  [0x06, "subtask.cancel", "async"],
  [0x09, "task.return", "result", "options"],
  [0x0a, "context.get", "coreValType", "index"],
  [0x0b, "context.set", "coreValType", "index"],
  [0x0c, "thread.yield", "cancellable"],
  [0x0d, "subtask.drop"],
  [0x0e, "stream.new", "type"],
  [0x0f, "stream.read", "type", "options"],
  [0x10, "stream.write", "type", "options"],
  [0x11, "stream.cancel-read", "type", "async"],
  [0x12, "stream.cancel-write", "type", "async"],
  [0x13, "stream.drop-readable", "type"],
  [0x14, "stream.drop-writable", "type"],
  [0x15, "future.new", "type"],
  [0x16, "future.read", "type", "options"],
  [0x17, "future.write", "type", "options"],
  [0x18, "future.cancel-read", "type", "async"],
  [0x19, "future.cancel-write", "type", "async"],
  [0x1a, "future.drop-readable", "type"],
  [0x1b, "future.drop-writable", "type"],
  [0x1c, "error-context.new", "options"],
  [0x1d, "error-context.debug-message", "options"],
  [0x1e, "error-context.drop"],
  [0x1f, "waitable-set.new"],
  [0x20, "waitable-set.wait", "cancellable", "memory"],
  [0x21, "waitable-set.poll", "cancellable", "memory"],
  [0x22, "waitable-set.drop"],
  [0x23, "waitable.join"],
  [0x24, "backpressure.inc"],
  [0x25, "backpressure.dec"],
  [0x26, "thread.index"],
  [0x27, "thread.new-indirect", "coreType", "table"],
  [0x28, "thread.resume-later"],
  [0x29, "thread.suspend", "cancellable"],
  [0x2a, "thread.suspend-then-resume", "cancellable"],
  [0x2b, "thread.yield-then-resume", "cancellable"],
  [0x2c, "thread.suspend-then-promote", "cancellable"],
  [0x2d, "thread.yield-then-promote", "cancellable"],
  [0x40, "thread.spawn-ref", "shared", "coreType"],
  [0x41, "thread.spawn-indirect", "shared", "coreType", "table"],
  [0x42, "thread.available-parallelism", "shared"],
];
const byOpcode = new Map(BUILTINS.map(([opcode, name, ...immediates]) => [opcode, { name, immediates }]));

type Reader<K extends Immediate> = (reader: ByteReader) => NonNullable<BuiltinImmediates[K]>;
const READERS: { readonly [K in Immediate]-?: Reader<K> } = {
  type: (reader) => index<TypeIndex>(reader.u32("type")),
  coreType: (reader) => index<CoreTypeIndex>(reader.u32("core type")),
  coreValType: readValType,
  index: (reader) => reader.u32("index"),
  async: (reader) => readFlag(reader, "async"),
  cancellable: (reader) => readFlag(reader, "cancellable"),
  shared: (reader) => readFlag(reader, "shared"),
  memory: (reader) => index<CoreMemoryIndex>(reader.u32("core memory")),
  table: (reader) => index<CoreTableIndex>(reader.u32("core table")),
  options: readCanonOptions,
  result: (reader) => {
    const type = readResultList(reader);
    return type === undefined ? {} : { type };
  },
};

type Writer<K extends Immediate> = (out: ByteWriter, value: NonNullable<BuiltinImmediates[K]>) => void;
const u32 = (out: ByteWriter, value: number): void => out.u32(value);
const flag = (out: ByteWriter, value: boolean): void => out.byte(value ? 1 : 0);
const WRITERS: { readonly [K in Immediate]-?: Writer<K> } = {
  type: u32,
  coreType: u32,
  coreValType: writeValType,
  index: u32,
  async: flag,
  cancellable: flag,
  shared: flag,
  memory: u32,
  table: u32,
  options: writeCanonOptions,
  result: (out, { type }) => writeResultList(out, type),
};

/** The built-in of an opcode with its immediates, or undefined when there is none. */
export function readBuiltin(reader: ByteReader, opcode: number): Builtin | undefined {
  const builtin = byOpcode.get(opcode);
  if (builtin === undefined) return undefined;
  const immediates = Object.fromEntries(builtin.immediates.map((name) => [name, READERS[name](reader)]));
  return { kind: "builtin", name: builtin.name, opcode, immediates };
}

export function writeBuiltin(out: ByteWriter, { name, opcode, immediates }: Builtin): void {
  const builtin = byOpcode.get(opcode);
  if (builtin?.name !== name) throw new RangeError(`${name} is not the built-in of opcode ${opcode}`);
  out.byte(opcode);
  for (const immediate of builtin.immediates) {
    const value = immediates[immediate];
    if (value === undefined) throw new RangeError(`${name} needs the immediate ${immediate}`);
    (WRITERS[immediate] as (out: ByteWriter, value: unknown) => void)(out, value);
  }
}
