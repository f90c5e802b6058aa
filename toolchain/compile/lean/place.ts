/** Places in AssemblyScript's syntax tree → places in the author's files. */
import type { Range } from "assemblyscript";
import { resolve } from "node:path";
import { CompileError, type Diagnostic } from "../diagnostic.ts";

/** Path that AssemblyScript knows a source by → absolute path; undefined for its own library. */
export type FileOf = (normalizedPath: string) => string | undefined;

/** Sources of the app, by its folder, and generated files, by the path that they were given. */
export function fileOf(folder: string, generated: ReadonlyMap<string, string>): FileOf {
  return (path) => generated.get(path) ?? (path.startsWith("~lib/") ? undefined : resolve(folder, path));
}

export type Place = Required<Pick<Diagnostic, "file" | "line" | "column" | "source" | "length">>;

export function placeOf(range: Range, fileOf: FileOf): Place {
  const { source } = range;
  const line = source.lineAt(range.start);
  const column = source.columnAt();
  const text = source.text.slice(range.start - column + 1).split(/\r?\n/, 1)[0] ?? "";
  return {
    file: fileOf(source.normalizedPath) ?? source.normalizedPath,
    line,
    column,
    source: text,
    length: Math.max(1, range.end - range.start),
  };
}

/** An error at one node of the program. */
export function errorAt(
  range: Range,
  fileOf: FileOf,
  construct: string,
  message: string,
  hint: string,
): CompileError {
  return new CompileError([{ ...placeOf(range, fileOf), construct, message, hint }]);
}
