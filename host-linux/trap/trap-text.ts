/**
 * A trap for people:
 *
 *      process index trapped at ranking.ts:41:12: divided by zero
 *          ranking.ts:41:12   rank (in ~lib/array.ts:114)
 *          index.ts:17:3      search
 *        called by query through search:index/api@0.1.0
 *          query.ts:20:5      run
 */
import { readableName } from "./rust-name.ts";
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
  const frames = framesOf(first);
  const frame = frames.find(inProgram) ?? frames[0];
  return `${processName(first)} trapped${frame === undefined ? "" : ` at ${placeOf(frame)}`}: it ${reason}`;
}

function inProgram({ source, program }: TrapFrame): boolean {
  return program !== undefined || (source !== undefined && !NOT_PROGRAM.test(source.file));
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
  const frames = framesOf(segment);
  const shown = frames.slice(0, SHOWN);
  const width = Math.max(...shown.map((frame) => placeOf(frame).length));
  const lines = shown.map((frame) => `    ${placeOf(frame).padEnd(width)}  ${functionOf(frame)}`.trimEnd());
  const rest = frames.length - shown.length;
  if (rest > 0) lines.push(`    … and ${rest} more`);
  const caller = all[position + 1];
  if (caller !== undefined) {
    const through = segment.through === undefined ? "" : ` through ${segment.through}`;
    lines.push(`  called by ${either(caller.processes)}${through}`);
  }
  return lines;
}

/** The language's library, and generated bindings. */
const NOT_PROGRAM = /^~lib\/|(^|\/)build\/bindings\//;

/** Where a guest's own words come from: they are in the first line already. */
function isAbort({ source, function: name = "" }: TrapFrame): boolean {
  return /\/(abort|exitWith)$/.test(name) && source?.file.startsWith("~lib/") === true;
}

/** Without what a failed check goes through before it traps, of which nobody learns anything. */
function framesOf({ frames }: TrapSegment): readonly TrapFrame[] {
  const panic = frames.findLastIndex(({ function: name = "" }) => PANIC.test(readableName(name)));
  const kept = frames.slice(panic + 1).filter((frame) => !isAbort(frame));
  return kept.length === 0 ? frames : kept;
}

/** Rust's library: from a panic to the trap. */
const PANIC =
  /(^|::)rust_begin_unwind$|^core::(panicking|option::(unwrap|expect)_failed|result::unwrap_failed)(::|$)/;

/** The program's line where there is one. */
function placeOf({ source, program = source, module, offset }: TrapFrame): string {
  return program === undefined
    ? `${module}, byte 0x${offset.toString(16)}`
    : `${program.file}:${program.line}:${program.column}`;
}

/** The function, without the path before it, and what was inlined into it. */
function functionOf({ function: name = "", source, program }: TrapFrame): string {
  const short = readableName(name).replace(/^[^<]*\//, "");
  if (source === undefined || program === undefined) return short;
  return `${short} (in ${source.file}:${source.line})`;
}

function either(names: readonly string[]): string {
  return names.join(" or ");
}
