/**
 * What the copier of one kind of type is given: the crossing, and a way down.
 */
import type { Code } from "./code.ts";
import type { Crossing } from "./crossing.ts";
import type { Sink, Source } from "./place.ts";
import type { Shape } from "./shape.ts";

export interface Walk {
  readonly crossing: Crossing;
  /** Lifts a value of the shape from the source and lowers it into the sink. */
  copy(shape: Shape, source: Source, sink: Sink): Code;
}
