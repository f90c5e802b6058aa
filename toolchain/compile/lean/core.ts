/**
 * The program with its bindings → a core module with names and a source map.
 *
 * AssemblyScript compiles the generated entry. Its exports get their canonical
 * names, which AssemblyScript cannot spell, and Binaryen keeps the name section
 * through optimisation, so that a trap names functions.
 */
import * as assemblyscript from "assemblyscript";
import binaryen from "assemblyscript/binaryen";
import type { Bindings } from "../../bindgen/index.ts";
import { failure } from "../diagnostic.ts";
import { checkAmbient } from "./ambient.ts";
import type { App } from "./app.ts";
import { type InterfaceIds, modulesOf } from "./contract.ts";
import { throwErrors } from "./explain.ts";
import { placeStack } from "./memory-layout.ts";
import { fileOf } from "./place.ts";
import { parseProgram } from "./program.ts";
import { ExpressionId } from "./syntax.ts";
import { bindingsFolder, finder, generatedFiles } from "./sources.ts";

export interface CoreModule {
  readonly bytes: Uint8Array;
  /** Source map version 3, as Binaryen writes it: columns are byte offsets in `bytes`. */
  readonly sourceMap: string;
}

export interface CoreInput {
  readonly app: App;
  readonly bindings: Bindings;
  readonly ids: InterfaceIds;
  readonly debug: boolean;
}

/** Name of the source map in the module; the section that carries it is taken out again. */
const MAP_URL = "atoll";

const ABORT = "~lib/atoll/abi/abort";

export function compileCore({ app, bindings, ids, debug }: CoreInput): CoreModule {
  const generated = generatedFiles(app, bindings.files);
  const places = fileOf(app.folder, generated);
  const entry = bindings.files.find(({ path }) => path === bindings.entry);
  if (entry === undefined) throw new Error(`bindings have no file ${bindings.entry}`);
  const path = `${bindingsFolder(app)}/${bindings.entry}`;
  const program = parseProgram({
    entry: { path, text: entry.text },
    find: finder(app, modulesOf(bindings), ids),
    abort: ABORT,
    debug,
  });
  throwErrors(program, places);
  const module = compile(program, app);
  throwErrors(program, places);
  const wrapped = binaryen.wrapModule(module.ref);
  try {
    checkAmbient(program, wrapped, app);
    placeStack(wrapped);
    renameExports(wrapped, bindings.exports);
    keepApart(wrapped, ABORT);
    // Binaryen may take it that no address wraps around to the first 1024 bytes: at most the end of a stack is there.
    module.setLowMemoryUnused(!debug);
    optimize(module, debug, app);
    const { binary, sourceMap } = wrapped.emitBinary(MAP_URL);
    return { bytes: binary, sourceMap: sourceMap ?? "" };
  } finally {
    wrapped.dispose();
  }
}

/**
 * Gives the calls of `abort` a place in the source map, which AssemblyScript
 * leaves out: `throw` is the commonest trap, and its line the one to show.
 */
class LocatingCompiler extends assemblyscript.Compiler {
  override makeStaticAbort(message: number, codeLocation: assemblyscript.Node): number {
    const block = super.makeStaticAbort(message, codeLocation);
    if (assemblyscript.getExpressionId(block) !== ExpressionId.Block) return block;
    for (let i = 0; i < assemblyscript.getBlockChildCount(block); i++) {
      this.addDebugLocation(assemblyscript.getBlockChildAt(block, i), codeLocation.range);
    }
    return block;
  }
}

/** Inlined, the place of an abort would be the runtime's own. */
function keepApart(module: binaryen.Module, name: string): void {
  // Settings are Binaryen's own, for all modules: those of the last one would change the result.
  binaryen.setDebugInfo(true);
  binaryen.setPassArgument("no-inline", name);
  module.runPasses(["no-inline"]);
  binaryen.setPassArgument("no-inline", null);
}

/** Type errors become diagnostics; anything thrown is a defect of AssemblyScript's. */
function compile(program: assemblyscript.Program, app: App): assemblyscript.Module {
  try {
    program.parser.finish();
    // One source for all programs, which still has its number from the last one.
    assemblyscript.Source.native.debugInfoIndex = -1;
    return new LocatingCompiler(program).compile();
  } catch (error) {
    throwErrors(program, app.fileOf);
    const said = error instanceof Error ? error.message.split("\n")[0] : String(error);
    throw failure(
      app.file,
      "AssemblyScript",
      `the compiler failed on this program: ${said}.`,
      "Take out the newest change and build again; please report the program to AssemblyScript.",
    );
  }
}

/** Binaryen throws numbers: its 125 dies of a function that calls itself twice, where it was inlined into others. */
function optimize(module: assemblyscript.Module, debug: boolean, app: App): void {
  try {
    assemblyscript.optimize(module, debug ? 0 : 3, 0, true, false);
  } catch {
    throw failure(
      app.file,
      "Binaryen",
      "the optimiser failed on this program, and does not say why.",
      "Take out the newest change and build again. A function that calls itself twice is known to do this: call it once, in a loop.",
    );
  }
}

function renameExports(module: binaryen.Module, names: Bindings["exports"]): void {
  for (const { identifier, name } of names) {
    const { value } = binaryen.getExportInfo(module.getExport(identifier));
    module.removeExport(identifier);
    module.addFunctionExport(value, name);
  }
}
