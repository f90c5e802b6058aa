/** Custom section: a name and bytes. Binary.md, `core:custom`. */
import type { ByteReader } from "../../byte-reader.ts";
import type { ByteWriter } from "../../byte-writer.ts";

export function readCustom(reader: ByteReader): { name: string; bytes: Uint8Array } {
  const name = reader.name("name of the section");
  return { name, bytes: reader.take(reader.remaining, "content") };
}

export function writeCustom(out: ByteWriter, name: string, bytes: Uint8Array): void {
  out.name(name);
  out.bytes(bytes);
}
