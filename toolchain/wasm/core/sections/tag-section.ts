/** Tag section. Core spec 3.0 §5.5.17. */
import type { ByteReader } from "../../byte-reader.ts";
import type { ByteWriter } from "../../byte-writer.ts";
import type { CoreTypeIndex } from "../../index-space.ts";
import { readTagType, writeTagType } from "./extern-type.ts";

export function readTagSection(reader: ByteReader): CoreTypeIndex[] {
  return reader.vec("tags", "tag", 2, () => readTagType(reader));
}

export function writeTagSection(out: ByteWriter, tags: readonly CoreTypeIndex[]): void {
  out.vec(tags, (type) => writeTagType(out, type));
}
