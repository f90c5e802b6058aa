/**
 * Records and tuples: one field after the other.
 *
 * Sources: CanonicalABI.md, `load_record`, `store_record` and their flat kin.
 */
import { all, type Code } from "./code.ts";
import type { Sink, Source } from "./place.ts";
import type { ShapeOf } from "./shape.ts";
import type { Walk } from "./walk.ts";

export function copyRecord(walk: Walk, shape: ShapeOf<"record">, source: Source, sink: Sink): Code {
  return all(...shape.parts.map((part) => walk.copy(part.shape, source.part(part), sink.part(part))));
}
