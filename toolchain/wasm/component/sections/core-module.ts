/** Core module section: a whole module, kept as bytes. Binary.md, `core:module`. */
import type { ByteReader } from "../../byte-reader.ts";
import { kindOfBinary } from "../../preamble.ts";

/** A view of the module; only its preamble is looked at. `core/decode.ts` reads the rest. */
export function readCoreModule(reader: ByteReader): Uint8Array {
  const place = { offset: reader.offset, path: reader.path };
  const bytes = reader.take(reader.remaining, "a core module");
  if (kindOfBinary(bytes, place) === "module") return bytes;
  return reader.fail("a core module", "a component", reader.position - bytes.length);
}
