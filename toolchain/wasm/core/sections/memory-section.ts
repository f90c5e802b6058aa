/** Memory section. Core spec 3.0 §5.5.8. */
import type { ByteReader } from "../../byte-reader.ts";
import type { ByteWriter } from "../../byte-writer.ts";
import type { Limits } from "../module.ts";
import { readMemoryType, writeLimits } from "./extern-type.ts";

export function readMemorySection(reader: ByteReader): Limits[] {
  return reader.vec("memories", "memory", 2, () => readMemoryType(reader));
}

export function writeMemorySection(out: ByteWriter, memories: readonly Limits[]): void {
  out.vec(memories, (memory) => writeLimits(out, memory));
}
