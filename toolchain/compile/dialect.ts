/** Which dialect a program is written in: `lean` unless the program, or whoever builds it, says `full`. */
import { readFileSync } from "node:fs";
import { CompileError } from "./diagnostic.ts";
import { type Engine, ENGINES } from "./full/engine.ts";

export type Dialect = "lean" | "full";

const DIALECTS: readonly Dialect[] = ["lean", "full"];

export interface DialectOptions {
  /** Of all programs. */
  readonly dialect?: Dialect;
  /** Of some, by absolute path. */
  readonly dialects?: ReadonlyMap<string, Dialect>;
}

const LEADING_COMMENTS = /^(?:\s|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*/;

/**
 * @param file Absolute path of a program that is there.
 * @throws CompileError for a dialect that does not exist.
 */
export function dialectOf(file: string, { dialect, dialects }: DialectOptions): Dialect {
  const hint =
    "Write: // @dialect full, for TypeScript in a JavaScript engine; lean is the other one, and need not be said.";
  return dialect ?? dialects?.get(file) ?? pragma(file, "dialect", DIALECTS, hint) ?? "lean";
}

/** `// @wasi none`: the program does without. @throws CompileError for anything else. */
export function isWithoutWasi(file: string): boolean {
  const hint = "Write: // @wasi none, for a program that has no clock, no console and nothing else of WASI.";
  return pragma(file, "wasi", ["none"], hint) !== undefined;
}

/** `// @engine starlingmonkey`, of the full dialect. @throws CompileError for an engine that does not exist. */
export function engineOf(file: string): Engine | undefined {
  const hint = "Write: // @engine starlingmonkey, or nothing, and Atoll chooses by what the world needs.";
  return pragma(file, "engine", ENGINES, hint);
}

/** `// @export ns:pkg/iface`, also `// @wit`: interfaces that the program says it exports. */
export function exportedInterfaces(file: string): string[] {
  const comments = LEADING_COMMENTS.exec(readFileSync(file, "utf8"))?.[0] ?? "";
  const written = /^\s*(?:\/\/|\*|\/\*+)\s*@(?:export|wit)\s+(\S+)/gm;
  return [...comments.matchAll(written)].map(([, name = ""]) => name);
}

/** What is said in the comments at the top: `// @NAME VALUE`. */
function pragma<V extends string>(
  file: string,
  name: string,
  values: readonly V[],
  hint: string,
): V | undefined {
  const text = readFileSync(file, "utf8");
  const written = new RegExp(String.raw`^\s*(?:\/\/|\*|\/\*+)\s*@${name}\s+(\S+)`, "m");
  const found = written.exec(LEADING_COMMENTS.exec(text)?.[0] ?? "");
  const value = found?.[1] ?? "";
  const known = values.find((one) => one === value);
  if (found === null || known !== undefined) return known;
  const line = text.slice(0, found.index + found[0].length).split("\n").length;
  const source = text.split("\n")[line - 1] ?? "";
  const place = { file, line, column: source.lastIndexOf(value) + 1, source, length: value.length };
  const message = `expected ${values.join(" or ")}, found \`${value}\`.`;
  throw new CompileError([{ ...place, construct: `@${name}`, message, hint }]);
}
