/** Data section and data count section. Core spec 3.0 §5.5.14, §5.5.16. */
import type { ByteReader } from "../../byte-reader.ts";
import type { ByteWriter } from "../../byte-writer.ts";
import { readConstExpr } from "../const-expr.ts";
import type { DataSegment, SegmentMode } from "../module.ts";

export function readDataCountSection(reader: ByteReader): number {
  return reader.u32("count of data segments");
}

export function readDataSection(reader: ByteReader): DataSegment[] {
  return reader.vec("data segments", "data segment", 2, () => {
    const mode = readMode(reader);
    const size = reader.u32("size of the data");
    return { mode, bytes: reader.take(size, "data") };
  });
}

function readMode(reader: ByteReader): SegmentMode {
  const start = reader.position;
  const flags = reader.u32("flags of a data segment");
  if (flags > 2) reader.fail("flags of a data segment, 0 to 2", String(flags), start);
  if (flags === 1) return { kind: "passive" };
  const into = flags === 2 ? reader.u32("memory") : 0;
  return { kind: "active", into, offset: readConstExpr(reader) };
}

export function writeDataSection(out: ByteWriter, data: readonly DataSegment[]): void {
  out.vec(data, ({ mode, bytes }) => {
    writeMode(out, mode);
    out.sized(bytes);
  });
}

function writeMode(out: ByteWriter, mode: SegmentMode): void {
  switch (mode.kind) {
    case "passive":
      return out.u32(1);
    case "declarative":
      throw new RangeError("a data segment cannot be declarative");
    case "active":
      out.u32(mode.into === 0 ? 0 : 2);
      if (mode.into !== 0) out.u32(mode.into);
      out.bytes(mode.offset);
  }
}
