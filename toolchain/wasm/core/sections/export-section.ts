/** Export section. Core spec 3.0 §5.5.10. */
import type { ByteReader } from "../../byte-reader.ts";
import type { ByteWriter } from "../../byte-writer.ts";
import type { Export } from "../module.ts";
import { EXTERN_KINDS, readExternKind } from "./extern-type.ts";

export function readExportSection(reader: ByteReader): Export[] {
  return reader.vec("exports", "export", 3, () => {
    const name = reader.name("name of the export");
    const kind = readExternKind(reader);
    // The kind that was read says which space the index is of.
    return { name, kind, index: reader.u32(`index of a ${kind}`) } as Export;
  });
}

export function writeExportSection(out: ByteWriter, exports: readonly Export[]): void {
  out.vec(exports, ({ name, kind, index }) => {
    out.name(name);
    out.byte(EXTERN_KINDS.indexOf(kind));
    out.u32(index);
  });
}
