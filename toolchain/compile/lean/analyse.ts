/** The program with every name declared, so that its signatures can be read. */
import type { File } from "assemblyscript";
import { AbiError, type World } from "../../abi/index.ts";
import {
  annotateWorld,
  type AsType,
  type AsWorld,
  type Bindings,
  FAULT_CLASS,
  FAULT_TYPE,
  generateBindings,
} from "../../bindgen/index.ts";
import { type CompileError, failure } from "../diagnostic.ts";
import type { App } from "./app.ts";
import { type Contract, type InterfaceIds, modulesOf } from "./contract.ts";
import { throwErrors } from "./explain.ts";
import { fileOf } from "./place.ts";
import { initialise, parseProgram } from "./program.ts";
import { finder, generatedFiles, specifierOf } from "./sources.ts";
import { TypeReader } from "./type-reader.ts";

export interface AnalyseInput {
  readonly app: App;
  /** The interfaces that the program can import, as its bindings will be. */
  readonly world: AsWorld;
  readonly docs: ReadonlyMap<string, string>;
  readonly ids: InterfaceIds;
  /** Id of the interface that the program's own types belong to. */
  readonly owner: string;
}

export interface Analysed {
  readonly reader: TypeReader;
  /** The app's file, whose exports are the component's. */
  readonly file: File;
}

export function analyse({ app, world, docs, ids, owner }: AnalyseInput): Analysed {
  // Exported functions are what is to be found out; only types are needed here.
  const exports = world.exports.map((item) => ({ ...item, functions: [] }));
  const bindings = generateBindings({ world: { imports: world.imports, exports }, docs });
  const places = fileOf(app.folder, generatedFiles(app, bindings.files));
  const entry = app.sources.get(app.base);
  if (entry === undefined) throw new Error(`${app.file} was not read`);
  const program = parseProgram({
    entry,
    find: finder(app, modulesOf(bindings), ids),
    abort: "",
    debug: false,
  });
  throwErrors(program, places);
  initialise(program);
  throwErrors(program, places);
  const file = program.filesByName.get(app.base);
  if (file === undefined) throw new Error(`AssemblyScript did not read ${entry.path}`);
  const types = typesByPath(world);
  const reader = new TypeReader({
    program,
    fileOf: places,
    owner,
    specifier: (path) => specifierOf(app, path),
    generated: (path, name) => types.get(`${path}/${name}`),
  });
  return { reader, file };
}

/** `annotateWorld`, with what it refuses told as an error of the app. */
export function annotate(app: App, world: World): AsWorld {
  try {
    return annotateWorld(world, specifierOf(app, `${app.base}.ts`));
  } catch (error) {
    if (error instanceof AbiError) throw unsupported(app, error);
    throw error;
  }
}

/** `generateBindings`, with what it refuses told as an error of the app. */
export function bindingsOf(app: App, contract: Pick<Contract, "world" | "docs">): Bindings {
  try {
    return generateBindings(contract);
  } catch (error) {
    if (error instanceof AbiError) throw unsupported(app, error);
    throw error;
  }
}

function unsupported(app: App, error: AbiError): CompileError {
  return failure(
    app.file,
    "WIT",
    `${error.message.replace(/\.$/, "")}.`,
    "Change the WIT as it says, or use another interface.",
  );
}

function typesByPath(world: AsWorld): Map<string, AsType> {
  const types = new Map([[`~lib/${FAULT_CLASS.module}/${FAULT_CLASS.name}`, FAULT_TYPE]]);
  for (const { name, module, types: declared, resources } of [...world.imports, ...world.exports]) {
    const path = `~lib/${name ?? module}`;
    for (const { identifier, type } of declared) types.set(`${path}/${identifier}`, type);
    for (const { identifier, resource, from, implementation } of resources) {
      if (from !== undefined || implementation !== undefined) continue;
      types.set(`${path}/${identifier}`, { kind: "own", resource, as: { module, name: identifier } });
    }
  }
  return types;
}
