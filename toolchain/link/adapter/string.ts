/**
 * Strings: a function for each pair of encodings, chosen here.
 *
 * Between equal encodings the bytes are copied and checked on the way; a string
 * in `latin1+utf16` says by a tag in its length which of the two it is in.
 * Source: CanonicalABI.md, `store_string_into_range`.
 */
import type { CoreFuncIndex } from "../../wasm/index.ts";
import { all, call, get, op, set, type Body, type Code } from "./code.ts";
import type { Crossing } from "./crossing.ts";
import { chargeString } from "./fuel.ts";
import { LENGTH, POINTER, type Sink, type Source } from "./place.ts";
import { fromTagged } from "./string/from-tagged.ts";
import { sameEncoding } from "./string/same-encoding.ts";
import { toTagged } from "./string/to-tagged.ts";
import { toUtf16 } from "./string/to-utf16.ts";
import { toUtf8 } from "./string/to-utf8.ts";

export function copyString(crossing: Crossing, source: Source, sink: Sink): Code {
  return (body) => {
    const pointer = body.local("i32");
    const length = body.local("i32");
    all(
      source.take(POINTER),
      source.part(LENGTH).take(POINTER),
      transcode(crossing, body),
      set(length),
      set(pointer),
      sink.put(POINTER, get(pointer)),
      sink.part(LENGTH).put(POINTER, get(length)),
    )(body);
  };
}

/** Takes pointer and length from the stack, and leaves the new ones there. The length is charged once it is checked. */
function transcode(crossing: Crossing, body: Body): Code {
  const transcoded = call(transcoder(crossing));
  if (crossing.fuel === undefined) return transcoded;
  const given = body.local("i32");
  return all(op("local.tee", [given.index]), transcoded, chargeString(crossing, given));
}

/** `(pointer, tagged code units) -> (pointer, tagged code units)` */
function transcoder(crossing: Crossing): CoreFuncIndex {
  const [from, to] = [crossing.from.encoding, crossing.to.encoding];
  if (from === "latin1+utf16") return fromTagged(crossing);
  if (from === to) return sameEncoding(crossing, from);
  if (to === "utf8") return toUtf8(crossing, "utf16");
  if (to === "utf16") return toUtf16(crossing, "utf8");
  return toTagged(crossing, from);
}
