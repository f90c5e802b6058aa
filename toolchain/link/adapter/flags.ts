/**
 * Flags: bits that no label stands for are dropped.
 *
 * Source: CanonicalABI.md, `unpack_flags_from_int`.
 */
import { and, i32, type Code } from "./code.ts";
import { unsigned } from "./integer.ts";
import type { Sink, Source } from "./place.ts";
import type { ShapeOf } from "./shape.ts";

export function copyFlags(shape: ShapeOf<"flags">, source: Source, sink: Sink): Code {
  const leaf = unsigned(shape.size as 1 | 2 | 4);
  const bits = source.take(leaf);
  const full = shape.labels === (source.kind === "flat" ? 32 : 8 * shape.size);
  return sink.put(leaf, full ? bits : and(bits, i32(2 ** shape.labels - 1)));
}
