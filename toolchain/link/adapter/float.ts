/**
 * Floats keep their bits, those of a NaN too.
 *
 * The specification lets a NaN come out with any payload (CanonicalABI.md,
 * `canonicalize_nan32`, `maybe_scramble_nan32`); keeping it is deterministic, and
 * lets lists of floats cross by one copy.
 */
import type { Code } from "./code.ts";
import type { Leaf, Sink, Source } from "./place.ts";

const FLOATS: Readonly<Record<"f32" | "f64", Leaf>> = {
  f32: { core: "f32", load: "f32.load", store: "f32.store" },
  f64: { core: "f64", load: "f64.load", store: "f64.store" },
};

export function copyFloat(kind: "f32" | "f64", source: Source, sink: Sink): Code {
  return sink.put(FLOATS[kind], source.take(FLOATS[kind]));
}
