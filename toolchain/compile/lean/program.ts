/**
 * Parses and checks a lean program with AssemblyScript's own front end.
 *
 * The compiler's API is driven directly instead of its command line: a program
 * is read twice in a build (first to infer its world, then with its bindings),
 * errors stay data, and nothing can end the process.
 */
import * as assemblyscript from "assemblyscript";
import { libraryFiles } from "assemblyscript/asc";
import { COLLECTOR, withPinnedBlocks } from "../../bindgen/index.ts";
import { HEAP, setLayout, withHeapInSteps, withStackBelowData } from "./memory-layout.ts";
import { NUMBER_TEXT, withRightExponents } from "./number-text.ts";

/** One text that AssemblyScript reads, by the path that it knows it under. */
export interface SourceText {
  /** Normalised, with `.ts`: `app.ts`, `lib/words.ts`, `~lib/search:index/api@0.1.0.ts`. */
  readonly path: string;
  readonly text: string;
}

export interface ProgramInput {
  readonly entry: SourceText;
  /** Finds the text of an import that is not AssemblyScript's own; `path` has no extension. */
  readonly find: (path: string) => SourceText | undefined;
  /** Internal name of the function that `throw` calls; empty where nothing is compiled. */
  readonly abort: string;
  /** Compile for no optimisation. */
  readonly debug: boolean;
}

const LIBRARY = "~lib/";
const RUNTIME = "rt/index-incremental";

/** Parses the entry and all that it imports. Syntax errors are in `diagnostics` of the result. */
export function parseProgram(input: ProgramInput): assemblyscript.Program {
  const program = assemblyscript.newProgram(compilerOptions(input));
  for (const name of Object.keys(libraryFiles)) {
    if (!name.includes("/"))
      parse(program, { path: `${LIBRARY}${name}.ts`, text: library(name) ?? "" }, false);
  }
  parse(program, { path: `${LIBRARY}${RUNTIME}.ts`, text: library(RUNTIME) ?? "" }, true);
  parse(program, input.entry, true);
  for (;;) {
    const path = assemblyscript.nextFile(program);
    if (path === null) return program;
    const found = path.startsWith(LIBRARY) ? standardFile(path.slice(LIBRARY.length)) : undefined;
    const source = found ?? input.find(path);
    assemblyscript.parse(program, source?.text ?? null, source?.path ?? `${path}.ts`, false);
  }
}

/** Declares every element, so that names can be looked up. Only after a parse without errors. */
export function initialise(program: assemblyscript.Program): void {
  assemblyscript.initializeProgram(program);
}

function compilerOptions(input: ProgramInput): assemblyscript.Options {
  const options = assemblyscript.newOptions();
  assemblyscript.setTarget(options, assemblyscript.Target.Wasm32);
  assemblyscript.setRuntime(options, assemblyscript.Runtime.Incremental);
  setLayout(options);
  assemblyscript.setExportStart(options, "_initialize");
  assemblyscript.setExportMemory(options, true);
  assemblyscript.setDebugInfo(options, true);
  assemblyscript.setSourceMap(options, true);
  // AssemblyScript's own `abort` is an import, which WIT does not know.
  assemblyscript.addGlobalAlias(options, "abort", input.abort);
  assemblyscript.setOptimizeLevelHints(options, input.debug ? 0 : 3, 0);
  return options;
}

function parse(program: assemblyscript.Program, source: SourceText, isEntry: boolean): void {
  assemblyscript.parse(program, source.text, source.path, isEntry);
}

function standardFile(name: string): SourceText | undefined {
  for (const candidate of [name, `${name}/index`]) {
    const text = library(candidate);
    if (text !== undefined) return { path: `${LIBRARY}${candidate}.ts`, text };
  }
  return undefined;
}

function library(name: string): string | undefined {
  const text = Object.hasOwn(libraryFiles, name) ? (libraryFiles as Record<string, string>)[name] : undefined;
  if (text === undefined) return undefined;
  if (name === COLLECTOR) return withStackBelowData(withPinnedBlocks(text));
  if (name === NUMBER_TEXT) return withRightExponents(text);
  return name === HEAP ? withHeapInSteps(text) : text;
}
