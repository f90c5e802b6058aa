/** `app.ts` → component, in the full dialect: this file is the list of steps. */
import { basename, dirname, join } from "node:path";
import { printWorld, type World, worldOfComponent } from "../../abi/index.ts";
import { decodeComponent } from "../../wasm/index.ts";
import { failure } from "../diagnostic.ts";
import { engineOf, isWithoutWasi } from "../dialect.ts";
import { outputOf, writeChanged } from "../output.ts";
import { bundle } from "./bundle.ts";
import { checkTypes } from "./check-types.ts";
import { componentizeProgram } from "./componentize.ts";
import { declareWorld } from "./declarations.ts";
import { chooseEngine, type Engine, ENGINE_NAMES } from "./engine.ts";
import { writeEditorTypes } from "./editor-types.ts";
import { withLastWords } from "./last-words.ts";
import { requirePackages } from "./packages.ts";
import { positionsOf, withPositions } from "./positions.ts";
import { entryText, exportsOf } from "./program.ts";
import type { Surface } from "./told-world.ts";
import { BUILT_WORLD, programWorld } from "./world.ts";

export interface FullOptions {
  /** Absolute path of the app's file. */
  readonly app: string;
  /** A `.wit` file or a folder of them; `wit/` beside the app unless told. */
  readonly wit?: string;
  /** Name of the world in it. */
  readonly world?: string;
  /** Path of the component; `build/<app>.wasm` beside the app unless told. */
  readonly output?: string;
  /** The engine, whatever the world needs. */
  readonly engine?: Engine;
}

export interface FullResult {
  readonly output: string;
  readonly component: Uint8Array;
  /** The exported interfaces, as WIT. */
  readonly exported: string;
  /** Absolute paths of all files that it was made from. */
  readonly inputs: readonly string[];
  /** The engine and why, the world and where from. */
  readonly notes: readonly string[];
}

/** @throws CompileError for whatever the author can put right. */
export async function compileFull(options: FullOptions): Promise<FullResult> {
  const { app } = options;
  const output = outputOf(app, options.output);
  const types = join(dirname(app), "build/types", basename(app, ".ts"));
  const given = await programWorld(app, options, () => surfaceOf(app));
  const { world } = given;
  const { engine, reason } = chooseEngine(world, options.engine ?? engineOf(app));
  const packages = requirePackages(["esbuild", "typescript", engine], app);
  const isAlone = isWithoutWasi(app);
  const shared = { app, engine, world, isAlone, esbuild: packages.esbuild };
  await writeEditorTypes(types, engine, declareWorld(world, engine));
  const { exports: found } = await bundle(shared);
  const exports = exportsOf(app, world, found);
  await checkTypes({ app, types, engine, isAlone, exports, typescript: packages.typescript });
  const bundled = await bundle({ ...shared, entry: entryText(app, exports) });
  if (isAlone) refuseWasi(app, bundled.interfaces);
  const wit = join(types, "world.wit");
  await writeChanged(wit, await given.withImports(bundled.interfaces));
  const made = await componentizeProgram({
    app,
    map: bundled.map,
    engine,
    folder: packages[engine],
    code: withPositions(bundled.code, positionsOf(bundled.map)),
    wit,
    world: BUILT_WORLD,
    isAlone,
    without: featuresToLeaveOut(world, isAlone),
  });
  const component = await withLastWords(made);
  await writeChanged(output, component);
  return {
    output,
    component,
    exported: printWorld({ ...worldOfComponent(decodeComponent(component)), imports: [] }),
    inputs: [...new Set([app, ...bundled.inputs, ...given.inputs])],
    notes: [`${basename(app)}: ${ENGINE_NAMES[engine]} (${reason}); world: ${given.origin}`],
  };
}

function refuseWasi(app: string, interfaces: readonly string[]): void {
  const used = interfaces.filter((name) => name.startsWith("wasi:"));
  if (used.length === 0) return;
  throw failure(
    app,
    "@wasi none",
    `expected a program without WASI, found one that uses ${used.join(", ")}.`,
    "Leave that out, or the comment `@wasi none`.",
  );
}

/** Of StarlingMonkey. Its own way to answer requests is left out always: an export of the program does it. */
function featuresToLeaveOut({ imports }: World, isAlone: boolean): string[] {
  const usesHttp = imports.some(({ name }) => name.startsWith("wasi:http/"));
  const wasi = isAlone ? ["stdio", "random", "clocks"] : [];
  return ["fetch-event", ...(usesHttp ? [] : ["http"]), ...wasi];
}

/** Of a program whose world is not known yet. */
async function surfaceOf(app: string): Promise<Surface> {
  const { esbuild } = requirePackages(["esbuild"], app);
  return bundle({ app, esbuild, engine: "starlingmonkey" });
}
