/**
 * A trap for people:
 *
 *      process index trapped at ranking.ts:41:12: divided by zero
 *          ranking.ts:41:12   ranking/rank
 *          index.ts:17:3      index/search
 *        called by query through search:index/api@0.1.0
 *          query.ts:20:5      query/run
 */
import type { TrapFrame, TrapReport, TrapSegment } from "./trap.ts";

/** Frames of one process that are shown before the rest is counted. */
const SHOWN = 8;

/** Lines without colours, the first a whole message by itself. */
export function trapText(report: TrapReport): string {
  return [headline(report), ...report.segments.flatMap(segmentLines)].join("\n");
}

function headline({ between, reason, segments, through }: TrapReport): string {
  if (between !== undefined) {
    const ends = `${either(between.consumers)} and ${either(between.providers)}`;
    return `a value between ${ends}${through === undefined ? "" : ` (${through})`} was refused: ${reason}`;
  }
  const [first] = segments;
  if (first === undefined) return `a process ${reason}`;
  const frame =
    first.frames.find(({ source }) => source !== undefined && !isLibrary(source.file)) ?? first.frames[0];
  return `${processName(first)} trapped${frame === undefined ? "" : ` at ${placeOf(frame)}`}: it ${reason}`;
}

/** `process index`, and which component it is made from when that has another name. */
function processName({ processes, components }: TrapSegment): string {
  const name = either(processes);
  const component = either(components);
  return component === "" || component === name
    ? `process ${name}`
    : `process ${name} (component ${component})`;
}

function segmentLines(segment: TrapSegment, position: number, all: readonly TrapSegment[]): string[] {
  const shown = segment.frames.slice(0, SHOWN);
  const width = Math.max(...shown.map((frame) => placeOf(frame).length));
  const lines = shown.map((frame) =>
    `    ${placeOf(frame).padEnd(width)}  ${frame.function ?? ""}`.trimEnd(),
  );
  const rest = segment.frames.length - shown.length;
  if (rest > 0) lines.push(`    … and ${rest} more`);
  const caller = all[position + 1];
  if (caller !== undefined) {
    const through = segment.through === undefined ? "" : ` through ${segment.through}`;
    lines.push(`  called by ${either(caller.processes)}${through}`);
  }
  return lines;
}

function placeOf({ source, module, offset }: TrapFrame): string {
  return source === undefined
    ? `${module}, byte 0x${offset.toString(16)}`
    : `${source.file}:${source.line}:${source.column}`;
}

function isLibrary(file: string): boolean {
  return file.startsWith("~lib/");
}

function either(names: readonly string[]): string {
  return names.join(" or ");
}
