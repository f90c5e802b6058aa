/**
 * A source map, small enough to go along with a program: for each line of the
 * bundle the sources and lines that its parts came from.
 *
 * The whole map of a bundle is larger than the bundle. Stacks need lines, not
 * columns, so only the places where the line changes are kept; `runtime/guard.js`
 * reads them when an exception ends the program.
 */
import { decodedMappings, originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";

export interface Positions {
  /** Lines of the bundle by `;`, in each `column:source:line` by `,`: the column from 0, base 36. */
  readonly lines: string;
  /** Names of the sources by `|`. */
  readonly sources: string;
}

/** Of the runtime that is bundled along: frames of it are nobody's concern. */
const RUNTIME = /(^|\/)toolchain\/compile\/full\/runtime\/|^atoll-entry\.js$/;

/** @param map Source map, version 3, JSON. */
export function positionsOf(map: string): Positions {
  const trace = new TraceMap(map);
  const lines = decodedMappings(trace).map((segments) => {
    let [source, line] = [-1, -1];
    const kept: string[] = [];
    for (const segment of segments) {
      if (segment.length === 1 || (segment[1] === source && segment[2] === line)) continue;
      [source, line] = [segment[1], segment[2]];
      if (isRuntime(trace.sources[source])) continue;
      kept.push([segment[0], source, line + 1].map((value) => value.toString(36)).join(":"));
    }
    return kept.join(",");
  });
  return { lines: lines.join(";"), sources: trace.sources.map((name) => sourceName(name)).join("|") };
}

/** Puts them where `runtime/guard.js` looks for them. */
export function withPositions(code: string, { lines, sources }: Positions): string {
  return code.replace("@ATOLL_POSITIONS@", () => lines).replace("@ATOLL_SOURCES@", () => sources);
}

/** A text of an engine with the positions of a bundle in it, in lines of the sources. */
export function inSources(text: string, map: string, file: RegExp): string {
  const trace = new TraceMap(map);
  return text.replaceAll(file, (whole, line: string, column: string) => {
    const found = originalPositionFor(trace, { line: Number(line), column: Number(column) - 1 });
    return found.source === null ? whole : `${sourceName(found.source)}:${found.line}`;
  });
}

function isRuntime(source: string | null | undefined): boolean {
  return RUNTIME.test(source ?? "");
}

/** Of a package, the path from its name on. */
function sourceName(source: string | null): string {
  return (source ?? "").replace(/^.*node_modules\//, "").replaceAll(/["\\|]/g, "_");
}
