/**
 * TypeScript positions of frames, through the source maps that the plan carries.
 *
 * The compiler inlines: where a program indexes an array out of bounds, the
 * instruction that traps belongs to the language's library, and no frame is
 * left of the program's own. The line that its author knows is then the last
 * one of the program before that instruction, in the same function.
 */
import { TraceMap, decodedMappings, originalPositionFor } from "@jridgewell/trace-mapping";
import type { LinkPlan } from "../../toolchain/link/plan.ts";
import { functionStart } from "./function-start.ts";
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
  /** Where the instruction comes from. */
  readonly source: SourcePosition;
  /** Where the program is by then, when the instruction is not its own. */
  readonly program?: SourcePosition;
}

export class SourcePositions {
  readonly #plan: LinkPlan;
  readonly #maps = new Map<number, TraceMap | undefined>();

  constructor(plan: LinkPlan) {
    this.#plan = plan;
  }

  /** Undefined where the module has no map, or none for this place. */
  of({ module, offset }: StackFrame): FramePosition | undefined {
    const map = this.#map(module);
    if (map === undefined) return undefined;
    const { source: file, line, column } = originalPositionFor(map, { line: 1, column: offset });
    if (file === null) return undefined;
    const source = { file, line, column: column + 1 };
    if (isProgram(file)) return { source };
    const start = functionStart(this.#plan.modules[module]?.bytes ?? new Uint8Array(), offset);
    const program = programBefore(map, offset, start);
    return { source, ...(program !== undefined && { program }) };
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

function programBefore(map: TraceMap, offset: number, start: number): SourcePosition | undefined {
  const segments = decodedMappings(map)[0] ?? [];
  for (const segment of segments.toReversed()) {
    const [at, source, line, column] = segment;
    if (at > offset) continue;
    if (at < start) return undefined;
    const file = source === undefined ? null : map.resolvedSources[source];
    if (typeof file === "string" && isProgram(file) && line !== undefined && column !== undefined) {
      return { file, line: line + 1, column: column + 1 };
    }
  }
  return undefined;
}

/** A map only makes messages better: a broken one must not hide the trap itself. */
function parse(text: string): TraceMap | undefined {
  try {
    return new TraceMap(text);
  } catch {
    return undefined;
  }
}
