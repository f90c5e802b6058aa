/**
 * Chars: Unicode scalar values, so no surrogate and nothing beyond 0x10ffff.
 *
 * Source: CanonicalABI.md, `convert_i32_to_char`.
 */
import { all, apply, atLeast, get, i32, set, sub, type Code } from "./code.ts";
import type { Crossing } from "./crossing.ts";
import type { Leaf, Sink, Source } from "./place.ts";
import { trapIf } from "./trap.ts";

const CHAR: Leaf = { core: "i32", load: "i32.load", store: "i32.store" };

export function copyChar(crossing: Crossing, source: Source, sink: Sink): Code {
  return (body) => {
    const char = body.local("i32");
    // One comparison: the surrogates become 0 to 0x7ff, and wrap around to the top when 0x800 is taken away.
    const shifted = sub(apply("i32.xor", get(char), i32(0xd800)), i32(0x800));
    all(
      set(char, source.take(CHAR)),
      trapIf(crossing.module, atLeast(shifted, i32(0x10_f800)), "char is not a Unicode scalar value"),
      sink.put(CHAR, get(char)),
    )(body);
  };
}
