/** Canonical definitions. Binary.md, "Canonical Definitions". */
import { type ByteReader, hex } from "../../byte-reader.ts";
import type { ByteWriter } from "../../byte-writer.ts";
import { type CoreFuncIndex, type FuncIndex, index, type TypeIndex } from "../../index-space.ts";
import type { Canon } from "../component.ts";
import { readBuiltin, writeBuiltin } from "./builtin.ts";
import { readCanonOptions, writeCanonOptions } from "./canon-option.ts";

const LIFT = 0x00;
const LOWER = 0x01;
const RESOURCE = { "resource.new": 0x02, "resource.drop": 0x03, "resource.rep": 0x04 } as const;
const resources = new Map(
  Object.entries(RESOURCE).map(([kind, code]) => [code, kind as keyof typeof RESOURCE]),
);
/** The sort `func` behind `lift` and `lower`. */
const FUNC = 0x00;

export function readCanon(reader: ByteReader): Canon {
  const start = reader.position;
  const code = reader.byte("a canonical definition");
  if (code === LIFT) {
    readFuncSort(reader);
    return {
      kind: "lift",
      func: index<CoreFuncIndex>(reader.u32("core function")),
      options: readCanonOptions(reader),
      type: index<TypeIndex>(reader.u32("type")),
    };
  }
  if (code === LOWER) {
    readFuncSort(reader);
    const func = index<FuncIndex>(reader.u32("function"));
    return { kind: "lower", func, options: readCanonOptions(reader) };
  }
  const kind = resources.get(code as 2 | 3 | 4);
  if (kind !== undefined) return { kind, resource: index<TypeIndex>(reader.u32("resource type")) };
  return readBuiltin(reader, code) ?? reader.fail("a canonical definition", `the code ${hex(code)}`, start);
}

function readFuncSort(reader: ByteReader): void {
  const sort = reader.byte("a sort");
  if (sort !== FUNC) reader.fail("the sort 0x00, func", hex(sort), reader.position - 1);
}

export function writeCanon(out: ByteWriter, canon: Canon): void {
  switch (canon.kind) {
    case "lift":
      out.bytes([LIFT, FUNC]);
      out.u32(canon.func);
      writeCanonOptions(out, canon.options);
      return out.u32(canon.type);
    case "lower":
      out.bytes([LOWER, FUNC]);
      out.u32(canon.func);
      return writeCanonOptions(out, canon.options);
    case "builtin":
      return writeBuiltin(out, canon);
    default:
      out.byte(RESOURCE[canon.kind]);
      out.u32(canon.resource);
  }
}
