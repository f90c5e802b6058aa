/**
 * What is wrong with a program: place, construct, and what to write instead.
 *
 * Every error of `toolchain/compile` has this form, whether it was found by
 * AssemblyScript, by the WIT parser or here, so that the command line prints
 * them alike and an editor can read them as JSON.
 */
import { isAbsolute, relative } from "node:path";

export interface Diagnostic {
  /** Absolute path; a bare file name if the text never was a file. */
  readonly file: string;
  /** From 1; absent when the whole file is meant. */
  readonly line?: number;
  /** From 1, in UTF-16 units. */
  readonly column?: number;
  /** What the author wrote there, in words: `closure`, `optional parameter`. */
  readonly construct: string;
  /** What is wrong with it: expected and found. */
  readonly message: string;
  /** What to do today. */
  readonly hint: string;
  /** The source line, for the caret. */
  readonly source?: string;
  /** Length of the construct on its line, for the caret. */
  readonly length?: number;
}

/** Thrown for everything that the author of a program can put right. */
export class CompileError extends Error {
  override readonly name = "CompileError";
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map((diagnostic) => formatDiagnostic(diagnostic, process.cwd())).join("\n\n"));
    this.diagnostics = diagnostics;
  }
}

/** An error that has no place in a source: a missing file, an unknown world. */
export function failure(file: string, construct: string, message: string, hint: string): CompileError {
  return new CompileError([{ file, construct, message, hint }]);
}

/** `file:line:col`, the message, the line with a caret, the hint. Paths are relative to `from`. */
export function formatDiagnostic(diagnostic: Diagnostic, from: string): string {
  const { line, column, source, message, construct, hint } = diagnostic;
  const place = [shortPath(diagnostic.file, from), line, column]
    .filter((part) => part !== undefined)
    .join(":");
  const lines = [`${place}: ${construct}: ${message}`];
  if (source !== undefined && line !== undefined)
    lines.push(...excerpt(source, line, column ?? 1, diagnostic.length ?? 1));
  if (hint !== "")
    lines.push(...hint.split("\n").map((text, i) => (i === 0 ? `  help: ${text}` : `        ${text}`)));
  return lines.join("\n");
}

function shortPath(file: string, from: string): string {
  if (!isAbsolute(file)) return file;
  const short = relative(from, file);
  return short.startsWith("..") ? file : short;
}

/** A line longer than this is shown in part: some files are no text at all. */
const WIDEST = 160;

function excerpt(source: string, line: number, column: number, length: number): string[] {
  const start = column > WIDEST ? column - WIDEST / 2 : 1;
  const text = source
    .slice(start - 1, start - 1 + WIDEST)
    .trimEnd()
    .replaceAll(CONTROL, "\uFFFD");
  const margin = String(line).length;
  const before = text.slice(0, column - start).replaceAll(/[^\t]/g, " ");
  const carets = "^".repeat(Math.max(1, Math.min(length, text.length - (column - start))));
  return [`  ${line} | ${text}`, `  ${" ".repeat(margin)} | ${before}${carets}`];
}

/** What a terminal would obey instead of showing. */
// oxlint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0008\u000A-\u001F\u007F-\u009F]/g;
