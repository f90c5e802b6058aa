/** Start definition. Binary.md, "Start Definitions". */
import type { ByteReader } from "../../byte-reader.ts";
import type { ByteWriter } from "../../byte-writer.ts";
import { type FuncIndex, index, type ValueIndex } from "../../index-space.ts";
import type { Start } from "../component.ts";

export function readStart(reader: ByteReader): Start {
  return {
    func: index<FuncIndex>(reader.u32("function")),
    args: reader.vec("arguments", "argument", 1, () => index<ValueIndex>(reader.u32("value"))),
    results: reader.u32("count of results"),
  };
}

export function writeStart(out: ByteWriter, { func, args, results }: Start): void {
  out.u32(func);
  out.vec(args, (arg) => out.u32(arg));
  out.u32(results);
}
