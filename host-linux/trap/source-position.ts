/** TypeScript positions of frames, through the source maps that the plan carries. */
import { TraceMap, originalPositionFor } from "@jridgewell/trace-mapping";
import type { LinkPlan } from "../../toolchain/link/plan.ts";
import type { StackFrame } from "./stack.ts";

export interface SourcePosition {
  /** As in the map: relative to the app's folder; `~lib/…` is the language's own library. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
}

export class SourcePositions {
  readonly #plan: LinkPlan;
  readonly #maps = new Map<number, TraceMap | undefined>();

  constructor(plan: LinkPlan) {
    this.#plan = plan;
  }

  /** Undefined where the module has no map, or none for this place. */
  of({ module, offset }: StackFrame): SourcePosition | undefined {
    const map = this.#map(module);
    if (map === undefined) return undefined;
    const { source, line, column } = originalPositionFor(map, { line: 1, column: offset });
    return source === null ? undefined : { file: source, line, column: column + 1 };
  }

  #map(module: number): TraceMap | undefined {
    if (this.#maps.has(module)) return this.#maps.get(module);
    const text = this.#plan.modules[module]?.sourceMap;
    const map = text === undefined ? undefined : parse(text);
    this.#maps.set(module, map);
    return map;
  }
}

/** A map only makes messages better: a broken one must not hide the trap itself. */
function parse(text: string): TraceMap | undefined {
  try {
    return new TraceMap(text);
  } catch {
    return undefined;
  }
}
