/** `app.ts` → component, in the lean dialect: this file is the list of steps. */
import { join, resolve } from "node:path";
import type { Bindings } from "../bindgen/index.ts";
import { makeComponent } from "./component.ts";
import { failure } from "./diagnostic.ts";
import { forEditors, writeEditorConfig } from "./editor.ts";
import { bindingsOf } from "./lean/analyse.ts";
import { type App, readApp } from "./lean/app.ts";
import type { Contract } from "./lean/contract.ts";
import { compileCore } from "./lean/core.ts";
import { givenContract } from "./lean/given.ts";
import { importedInterfaces, inferContract } from "./lean/inferred.ts";
import { bindingsFolder } from "./lean/sources.ts";
import { outputOf, writeChanged } from "./output.ts";
import { relativeSourceMap } from "./source-map.ts";
import { type SiblingWit, WitLibrary } from "./wit/find.ts";
import { type GivenWorld, givenWorld, worldId } from "./wit/given-world.ts";
import { loadGivenWit, loadWit } from "./wit/packages.ts";

export interface LeanOptions {
  /** Path of the app's file. */
  readonly app: string;
  /** A `.wit` file, a folder of them or a component: the world to fit, or interfaces to import. */
  readonly wit?: string;
  /** Name of the world in `wit`. */
  readonly world?: string;
  /** Id of the exported interface, where the world is inferred; over the file's pragma. */
  readonly interface?: string;
  /** Path of the component; `build/<app>.wasm` beside the app unless told. */
  readonly output?: string;
  /** Compile without optimisation. */
  readonly debug?: boolean;
  /** Interfaces of apps that were built before. */
  readonly siblings?: readonly SiblingWit[];
}

export interface CompileResult {
  /** Absolute path of the app. */
  readonly app: string;
  /** Absolute path of the component. */
  readonly output: string;
  readonly component: Uint8Array;
  /** Absolute path of the folder with the generated bindings and `world.wit`. */
  readonly bindings: string;
  /** The world with all its packages, as WIT. */
  readonly wit: string;
  /** The exported interfaces, as WIT, for the apps that import them. */
  readonly exported: string;
  /** Absolute paths of all files that the result was made from, generated ones left out. */
  readonly inputs: readonly string[];
  /** Absolute paths of the apps in `siblings` whose interfaces were looked at. */
  readonly siblings: readonly string[];
  /** Worth telling, though nothing is wrong. */
  readonly notes: readonly string[];
}

/** @throws CompileError for whatever the author can put right. */
export async function compileLean(options: LeanOptions): Promise<CompileResult> {
  const app = readApp(options.app);
  const output = outputOf(app.file, options.output);
  const library = libraryOf(app, output, options);
  const given = givenWorldOf(app, options);
  const imported = importedInterfaces(app, library, given && worldId(given));
  const contract =
    given === undefined
      ? await inferContract(app, library, imported, options.interface)
      : await givenContract(app, given, library, imported);
  const bindings = forEditors(bindingsOf(app, contract));
  const folder = await writeBindings(app, bindings, contract);
  const core = compileCore({ app, bindings, ids: contract.ids, debug: options.debug ?? false });
  const sourceMap = relativeSourceMap(core.sourceMap, sourceNames(app, bindings));
  const component = await makeComponent({
    core: core.bytes,
    sourceMap,
    wit: contract.wit,
    origin: options.wit ?? app.file,
  });
  await writeChanged(output, component);
  const { files, siblings } = library.inputs;
  return {
    app: app.file,
    output,
    component,
    bindings: folder,
    wit: contract.wit.text,
    exported: contract.exported,
    inputs: [...[...app.sources.values()].map(({ path }) => resolve(app.folder, path)), ...files],
    siblings,
    notes: contract.notes,
  };
}

function libraryOf(app: App, output: string, { wit, siblings = [] }: LeanOptions): WitLibrary {
  return new WitLibrary({
    folder: app.folder,
    siblings,
    output,
    ...(wit === undefined ? {} : { wit: resolve(wit) }),
  });
}

/** The world that the app has to fit; undefined if it follows from the app. */
function givenWorldOf(app: App, { wit, world, interface: exported }: LeanOptions): GivenWorld | undefined {
  if (wit === undefined && world !== undefined) {
    throw failure(app.file, "--world", "a world is chosen from WIT.", "Give the WIT with --wit.");
  }
  if (wit === undefined) return undefined;
  const isComponent = wit.endsWith(".wasm");
  const loaded = isComponent ? loadWit(resolve(wit)) : loadGivenWit(resolve(wit));
  return isComponent || exported !== undefined ? undefined : givenWorld(loaded, wit, world);
}

async function writeBindings(app: App, bindings: Bindings, contract: Contract): Promise<string> {
  const folder = join(app.folder, bindingsFolder(app));
  for (const { path, text } of bindings.files) await writeChanged(join(folder, path), text);
  await writeChanged(join(folder, "world.wit"), contract.wit.text);
  await writeEditorConfig(app.folder, app.base, bindings.files, app.libraries);
  return folder;
}

/** Generated files by where they lie, AssemblyScript's and Atoll's libraries as they are imported. */
function sourceNames(app: App, bindings: Bindings): (source: string) => string {
  const generated = new Map(
    bindings.files.map(({ path, module }) => [`~lib/${module}.ts`, `${bindingsFolder(app)}/${path}`]),
  );
  return (source) => generated.get(source) ?? source;
}
