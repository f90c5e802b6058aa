/** Global section. Core spec 3.0 §5.5.9. */
import type { ByteReader } from "../../byte-reader.ts";
import type { ByteWriter } from "../../byte-writer.ts";
import { readConstExpr } from "../const-expr.ts";
import type { Global } from "../module.ts";
import { readGlobalType, writeGlobalType } from "./extern-type.ts";

export function readGlobalSection(reader: ByteReader): Global[] {
  return reader.vec("globals", "global", 3, () => ({
    type: readGlobalType(reader),
    init: readConstExpr(reader),
  }));
}

export function writeGlobalSection(out: ByteWriter, globals: readonly Global[]): void {
  out.vec(globals, ({ type, init }) => {
    writeGlobalType(out, type);
    out.bytes(init);
  });
}
