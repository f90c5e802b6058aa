/**
 * The contract of a program without WIT: its exported functions are its world.
 *
 * Steps: find the interfaces that it imports; generate their bindings, whose
 * types its signatures may mention; read the signatures; write the world down
 * as WIT and let the component tools check it.
 */
import type { AsFunction, AsType, AsWorld } from "../../bindgen/index.ts";
import { CompileError, failure } from "../diagnostic.ts";
import { compose } from "../wit/compose.ts";
import type { WitLibrary } from "../wit/find.ts";
import { parseWorld } from "../wit/parse.ts";
import { identifiers, printInterface } from "../wit/print.ts";
import type { WitPackage } from "../wit/scan.ts";
import { analyse, annotate } from "./analyse.ts";
import { type App, exportedInterface } from "./app.ts";
import type { Contract, InterfaceIds } from "./contract.ts";
import { programDocs } from "./docs.ts";
import { checkDistinct } from "./distinct.ts";
import { inferFunctions } from "./infer.ts";
import { type Place, placeOf } from "./place.ts";
import { specifierOf } from "./sources.ts";

const NO_WORLD: AsWorld = { imports: [], exports: [] };

export async function inferContract(
  app: App,
  library: WitLibrary,
  ids: InterfaceIds,
  flag?: string,
): Promise<Contract> {
  const owner = exportedInterface(app, flag);
  const imported = await importedWorld(app, library, ids, owner);
  const reading = readProgram(app, imported, ids, owner);
  const wit = printInterface({ id: owner, ...reading });
  const main = worldPackage(owner, ids, wit);
  const composed = compose(main, library);
  await parseWorld(composed, WORLD, app.file);
  const module = specifierOf(app, `${app.base}.ts`);
  return {
    world: {
      imports: imported.world.imports,
      exports: [{ name: owner, module, types: [], resources: [], functions: reading.functions }],
    },
    wit: { text: composed.text, world: WORLD },
    exported: `package ${identifiers(main.id)};\n\n${wit}`,
    docs: new Map([...composed.docs, ...imported.docs, ...reading.docs]),
    notes: [],
  };
}

/** The world's name says nothing in a finished component. */
const WORLD = "app-world";

/**
 * `import` without version → the id that the library has; an error names the places that were searched.
 * @param world id of the world, where it is given: its own functions are imported by it.
 */
export function interfaceIds(app: App, library: WitLibrary, world?: string): Map<string, string> {
  const ids = new Map<string, string>();
  for (const { specifier, range } of app.imports) {
    if (world !== undefined && (specifier === world || specifier === world.split("@")[0])) {
      ids.set(specifier, world);
      continue;
    }
    const found = library.find(specifier);
    if (found === undefined) throw notFound(app, library, specifier, placeOf(range, app.fileOf));
    ids.set(specifier, found.id);
  }
  return ids;
}

function notFound(app: App, library: WitLibrary, specifier: string, place: Place): CompileError {
  const known = library.known();
  const [wanted] = specifier.split("@");
  const near = known.flatMap(({ interfaces }) => interfaces).filter((id) => id.split("@")[0] === wanted);
  const looked = known.map(
    ({ place, interfaces }) => `${place} (${interfaces.length === 0 ? "nothing" : interfaces.join(", ")})`,
  );
  const hint =
    near.length > 0
      ? `There is ${near.join(", ")}: import that version.`
      : `Looked in ${looked.join("; ")}.\nBuild the app that exports it in the same command or before, or put its WIT into wit/ beside ${app.base}.ts.`;
  return new CompileError([
    { ...place, construct: "import", message: `the interface \`${specifier}\` was not found.`, hint },
  ]);
}

interface ImportedWorld {
  readonly world: AsWorld;
  readonly docs: ReadonlyMap<string, string>;
}

async function importedWorld(
  app: App,
  library: WitLibrary,
  ids: InterfaceIds,
  owner: string,
): Promise<ImportedWorld> {
  if (ids.size === 0) return { world: NO_WORLD, docs: new Map() };
  const composed = compose(worldPackage(owner, ids, undefined), library);
  const world = await parseWorld(composed, WORLD, app.file);
  return { world: annotate(app, world), docs: composed.docs };
}

/** The package of the exported interface, with the world; the interface is left out to see the imports alone. */
function worldPackage(owner: string, ids: InterfaceIds, wit: string | undefined): WitPackage {
  const [path = "", version] = owner.split("@");
  const [name = "", projection = ""] = path.split("/");
  const imports = [...new Set(ids.values())].map((id) => `  import ${identifiers(id)};\n`).join("");
  const world = `world ${WORLD} {\n${imports}${wit === undefined ? "" : `  export ${identifiers(owner)};\n`}}\n`;
  return {
    id: version === undefined ? name : `${name}@${version}`,
    body: `${wit ?? ""}\n${world}`,
    interfaces: [projection],
    worlds: [WORLD],
  };
}

interface Reading {
  readonly functions: readonly AsFunction[];
  readonly types: readonly AsType[];
  readonly docs: ReadonlyMap<string, string>;
}

function readProgram(app: App, imported: ImportedWorld, ids: InterfaceIds, owner: string): Reading {
  const { reader, file } = analyse({ app, world: imported.world, docs: imported.docs, ids, owner });
  const exported = inferFunctions(reader, file);
  if (exported.length === 0) {
    const hint = "Write `export` before the functions that other apps, or `atoll run`, call.";
    throw failure(app.file, "app without exports", "it exports no function, so nothing can call it.", hint);
  }
  for (const { function: one, element } of exported) {
    if (!reader.named.has(one.name)) continue;
    reader.refuse(
      element.declaration.name.range,
      "name",
      `\`${one.name}\` is both a function and a type in WIT.`,
      "Rename one of them.",
    );
  }
  checkDistinct(reader, [
    ...exported.map((one) => ({ label: one.function.name, range: one.element.declaration.name.range })),
    ...[...reader.named].map(([label, { element }]) => ({ label, range: element.declaration.name.range })),
  ]);
  return {
    functions: exported.map((one) => one.function),
    types: [...reader.named.values()].map(({ type }) => type),
    docs: programDocs(owner, exported, reader.named),
  };
}
