/** Function section: the type of each function that the module defines. Core spec 3.0 §5.5.6. */
import type { ByteReader } from "../../byte-reader.ts";
import type { ByteWriter } from "../../byte-writer.ts";
import { type CoreTypeIndex, index } from "../../index-space.ts";

export function readFunctionSection(reader: ByteReader): CoreTypeIndex[] {
  return reader.vec("functions", "function", 1, () => index<CoreTypeIndex>(reader.u32("type")));
}

export function writeFunctionSection(out: ByteWriter, functions: readonly CoreTypeIndex[]): void {
  out.vec(functions, (type) => out.u32(type));
}
