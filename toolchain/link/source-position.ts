/**
 * TypeScript positions of frames, through the source maps that the plan carries.
 *
 * The compiler inlines: where a program indexes an array out of bounds, the
 * instruction that traps belongs to the language's library, and no frame is
 * left of the program's own. The line that its author knows is then the last
 * one of the program before that instruction, in the same function; or the
 * first one, for what an engine does before a function's first instruction.
 */
import { TraceMap, decodedMappings } from "@jridgewell/trace-mapping";
import { NO_SOURCE, type LinkPlan } from "./plan.ts";
import { functionRange, type ByteRange } from "./function-range.ts";

export interface SourcePosition {
  /** As in the map: relative to the app's folder; `~lib/…` is the language's own library. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
}

/** A place in the code of a module. */
export interface CodePlace {
  /** Position in `LinkPlan.modules`. */
  readonly module: number;
  /** Byte offset in the module. */
  readonly offset: number;
  /** In a fused or merged module: the function that the code was written in, as names there have it. */
  readonly written?: string;
}

export interface FramePosition {
  /** Where the instruction comes from, if the map says so. */
  readonly source?: SourcePosition;
  /** Where the program is by then, when the instruction is not its own. */
  readonly program?: SourcePosition;
}

export class SourcePositions {
  readonly #plan: LinkPlan;
  readonly #maps = new Map<number, TraceMap | undefined>();

  constructor(plan: LinkPlan) {
    this.#plan = plan;
  }

  /** Name of the function that the instruction was written in, where the map says so. */
  nameAt({ module, offset }: CodePlace): string | undefined {
    const map = this.#map(module);
    const range = map && this.#range(module, offset);
    const segment = map && range && segmentsIn(map, range).findLast(([at]) => at <= offset);
    return segment && nameOf(map, segment);
  }

  /** Empty where the module has no map, or none for this place. */
  of({ module, offset, written }: CodePlace): FramePosition {
    const map = this.#map(module);
    if (map === undefined) return {};
    const all = segmentsIn(map, this.#range(module, offset));
    const own = written === undefined ? all : all.filter((segment) => nameOf(map, segment) === written);
    // The map may have nothing for the function's first bytes: what it says there is about the one before.
    const before = own.findLast(([at]) => at <= offset);
    // What was put in line stands in the place of a call that has no position of its own any more.
    const segment = before ?? (written === undefined ? undefined : own[0]);
    const source = segment && positionOf(map, segment);
    if (source !== undefined && isProgram(source.file)) return { source };
    const program = programNear(map, own, offset);
    return { ...(source !== undefined && { source }), ...(program !== undefined && { program }) };
  }

  #range(module: number, offset: number): ByteRange {
    return functionRange(this.#plan.modules[module]?.bytes ?? new Uint8Array(), offset);
  }

  #map(module: number): TraceMap | undefined {
    if (this.#maps.has(module)) return this.#maps.get(module);
    const text = this.#plan.modules[module]?.sourceMap;
    const map = text === undefined ? undefined : parse(text);
    this.#maps.set(module, map);
    return map;
  }
}

/** Written by the program's author: not the language's library, not generated bindings. */
export function isProgram(file: string): boolean {
  return !file.startsWith("~lib/") && !/(^|\/)build\/bindings\//.test(file);
}

type Segment = NonNullable<ReturnType<typeof decodedMappings>[0]>[number];

function segmentsIn(map: TraceMap, { start, end }: ByteRange): Segment[] {
  const all = decodedMappings(map)[0] ?? [];
  return all.slice(firstFrom(all, start), firstFrom(all, end));
}

/** They are in the order of their offsets. */
function firstFrom(segments: readonly Segment[], offset: number): number {
  let [low, high] = [0, segments.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((segments[middle]?.[0] ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

function programNear(
  map: TraceMap,
  segments: readonly Segment[],
  offset: number,
): SourcePosition | undefined {
  const positions = segments.flatMap((segment) => {
    const position = positionOf(map, segment);
    return position !== undefined && isProgram(position.file) ? [{ at: segment[0], position }] : [];
  });
  return (positions.findLast(({ at }) => at <= offset) ?? positions[0])?.position;
}

function nameOf(map: TraceMap, segment: Segment): string | undefined {
  return segment.length === 5 ? map.names[segment[4]] : undefined;
}

function positionOf(map: TraceMap, [, source, line, column]: Segment): SourcePosition | undefined {
  const file = source === undefined ? null : map.resolvedSources[source];
  if (typeof file !== "string" || file === NO_SOURCE || line === undefined || column === undefined)
    return undefined;
  return { file, line: line + 1, column: column + 1 };
}

/** A map only makes messages better: a broken one must not hide the trap itself. */
function parse(text: string): TraceMap | undefined {
  try {
    return new TraceMap(text);
  } catch {
    return undefined;
  }
}
