/**
 * TypeScript positions of frames, through the source maps that the plan carries.
 *
 * The compiler inlines: where a program indexes an array out of bounds, the
 * instruction that traps belongs to the language's library, and no frame is
 * left of the program's own. The line that its author knows is then the last
 * one of the program before that instruction, in the same function; or the
 * first one, for what an engine does before a function's first instruction.
 */
import { TraceMap, decodedMappings, originalPositionFor } from "@jridgewell/trace-mapping";
import type { LinkPlan } from "../../toolchain/link/plan.ts";
import { functionRange, type ByteRange } from "./function-range.ts";
import type { StackFrame } from "./stack.ts";

export interface SourcePosition {
  /** As in the map: relative to the app's folder; `~lib/…` is the language's own library. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
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

  /** Empty where the module has no map, or none for this place. */
  of({ module, offset }: StackFrame): FramePosition {
    const map = this.#map(module);
    if (map === undefined) return {};
    const { source: file, line, column } = originalPositionFor(map, { line: 1, column: offset });
    const source = file === null ? undefined : { file, line, column: column + 1 };
    const range = functionRange(this.#plan.modules[module]?.bytes ?? new Uint8Array(), offset);
    // The map may have nothing for the function's first bytes: what it says there is about the one before.
    const [first] = segmentsIn(map, range);
    const known = source !== undefined && first !== undefined && first[0] <= offset;
    if (known && isProgram(source.file)) return { source };
    const program = programNear(map, range, offset);
    return { ...(known && { source }), ...(program !== undefined && { program }) };
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
function isProgram(file: string): boolean {
  return !file.startsWith("~lib/") && !/(^|\/)build\/bindings\//.test(file);
}

type Segment = NonNullable<ReturnType<typeof decodedMappings>[0]>[number];

function segmentsIn(map: TraceMap, { start, end }: ByteRange): Segment[] {
  return (decodedMappings(map)[0] ?? []).filter(([at]) => at >= start && at < end);
}

function programNear(map: TraceMap, range: ByteRange, offset: number): SourcePosition | undefined {
  const positions = segmentsIn(map, range).flatMap((segment) => {
    const position = programPosition(map, segment);
    return position === undefined ? [] : [{ at: segment[0], position }];
  });
  return (positions.findLast(({ at }) => at <= offset) ?? positions[0])?.position;
}

function programPosition(map: TraceMap, [, source, line, column]: Segment): SourcePosition | undefined {
  const file = source === undefined ? null : map.resolvedSources[source];
  if (typeof file !== "string" || !isProgram(file) || line === undefined || column === undefined)
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
