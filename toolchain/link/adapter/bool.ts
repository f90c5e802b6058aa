/**
 * Bools: whatever is not zero is true, and arrives as 1.
 *
 * Source: CanonicalABI.md, `convert_int_to_bool`.
 */
import { differ, i32, type Code } from "./code.ts";
import type { Leaf, Sink, Source } from "./place.ts";

const BOOL: Leaf = { core: "i32", load: "i32.load8_u", store: "i32.store8" };

export function copyBool(source: Source, sink: Sink): Code {
  return sink.put(BOOL, differ(source.take(BOOL), i32(0)));
}
