/**
 * The contract of a program whose world is written in WIT: the program must fit.
 *
 * Functions are found by their names in camelCase, and their TypeScript types
 * are compared with those of WIT by structure: the author may use the classes
 * of the generated file or classes of their own.
 */
import { guardedName, plainName, viewName } from "../../abi/index.ts";
import type { AsInterface } from "../../bindgen/index.ts";
import { CompileError, failure } from "../diagnostic.ts";
import { compose, type ComposedWit } from "../wit/compose.ts";
import type { FoundInterface, WitLibrary } from "../wit/find.ts";
import { addViews } from "../wit/views.ts";
import type { LoadedWit } from "../wit/packages.ts";
import { parseWorld } from "../wit/parse.ts";
import { importsInText, viewTypesAlone } from "../wit/view-types.ts";
import { interfaceId, type WitPackage } from "../wit/scan.ts";
import { analyse, annotate } from "./analyse.ts";
import type { App } from "./app.ts";
import type { Contract, InterfaceIds } from "./contract.ts";
import { fit } from "./fit.ts";
import { asksForProcess } from "./inferred.ts";
import { placeOf } from "./place.ts";

export interface GivenWorld {
  readonly package: WitPackage;
  readonly world: string;
  /** The path given with --wit. */
  readonly path: string;
  readonly from: LoadedWit;
}

/**
 * The world that `--wit` asks the program to fit; undefined if the WIT only has
 * interfaces to import, so that the world is inferred.
 */
export function givenWorld(wit: LoadedWit, path: string, name: string | undefined): GivenWorld | undefined {
  const candidates = wit.packages.flatMap((one) =>
    one.worlds.map((world) => ({ package: one, world, path, from: wit })),
  );
  const isNamed = wit.files.some(({ text }) => /(^|\n)\s*package\s/.test(text));
  if (!isNamed && candidates.length > 0) {
    const hint = "Write one as the first line, such as `package my:app;`.";
    throw failure(path, "WIT", "it does not say which package it is.", hint);
  }
  const main = candidates.filter((candidate) => candidate.package === wit.packages[0]);
  const list = candidates.map((candidate) => `${candidate.package.id} ${candidate.world}`).join(", ");
  if (name !== undefined) {
    const short = name.replace(/^.*\//, "").replace(/@.*/, "");
    const found = [...main, ...candidates].find((candidate) => candidate.world === short);
    if (found !== undefined) return found;
    throw failure(
      path,
      "world",
      `there is no world \`${name}\`.`,
      list === "" ? "It has no worlds." : `Its worlds are: ${list}.`,
    );
  }
  if (main.length > 1) {
    throw failure(
      path,
      "world",
      `it has ${main.length} worlds.`,
      `Choose one with --world: ${main.map(({ world }) => world).join(", ")}.`,
    );
  }
  return main[0];
}

/** What the program imports the world's own functions and types by. */
export function worldId(given: GivenWorld): string {
  return interfaceId(given.package.id, given.world);
}

export async function givenContract(
  app: App,
  given: GivenWorld,
  library: WitLibrary,
  imported: ReadonlyMap<string, FoundInterface>,
): Promise<Contract> {
  await addViews(given.package, library, given.path);
  const composed = withOrigin(compose(given.package, library), given.from);
  const resolved = viewTypesAlone(
    await parseWorld(composed, given.world, given.path),
    importsInText(given.package, given.world),
  );
  const world = annotate(app, resolved);
  const ids = idsIn([...world.imports, ...world.exports], app, given, imported);
  refuseExports(app, given, world.exports);
  const owner = world.exports[0]?.name ?? `${given.package.id}/${given.world}`;
  const analysed = analyse({ app, world, docs: composed.docs, ids, owner });
  const { exports, left } = fit(app, analysed, world.exports);
  return {
    world: { imports: world.imports, exports },
    wit: { text: composed.text, world: given.world },
    exported: composed.text,
    docs: composed.docs,
    ids,
    notes: left.map((name) => `\`${name}\` is exported by ${app.base}.ts but not by the world: left out.`),
  };
}

/** The documentation and the places of the given WIT itself, beside those of what it mentions. */
function withOrigin(composed: ComposedWit, { docs, files }: LoadedWit): ComposedWit {
  return { ...composed, docs: new Map([...composed.docs, ...docs]), files: [...files, ...composed.files] };
}

/**
 * What the program's imports mean: they must be in the world, whose exported
 * interfaces have types to import too. A world may have the guarded view alone.
 */
function idsIn(
  known: readonly AsInterface[],
  app: App,
  given: GivenWorld,
  imported: ReadonlyMap<string, FoundInterface>,
): InterfaceIds {
  const names = new Set(known.flatMap(({ name, module }) => [name, module]));
  const ids = new Map<string, string>();
  const wrong = app.imports.filter(({ specifier }) => {
    const from = imported.get(specifier);
    const id = from?.id ?? worldId(given);
    const found = (
      from !== undefined && asksForProcess(specifier, from)
        ? [viewName("process", id)]
        : [plainName(specifier) === undefined ? id : guardedName(id), id, guardedName(id)]
    ).find((name) => names.has(name));
    if (found !== undefined) ids.set(specifier, found);
    return found === undefined;
  });
  if (wrong.length === 0) return ids;
  const diagnostics = wrong.map(({ specifier, range }) =>
    Object.assign(placeOf(range, app.fileOf), {
      construct: "import",
      message: `the world \`${given.world}\` does not import \`${specifier}\`.`,
      hint: `Add \`import ${specifier};\` to the world in ${given.path}.`,
    }),
  );
  throw new CompileError(diagnostics);
}

/** What a program says of its exports, the world has to say as well. */
function refuseExports(app: App, given: GivenWorld, exported: readonly AsInterface[]): void {
  const names = new Set(
    exported.flatMap(({ name }) => (name === undefined ? [] : [name, name.replace(/@.*/, "")])),
  );
  const wrong = app.pragmas.exports.filter(({ specifier }) => !names.has(specifier));
  if (wrong.length === 0) return;
  const diagnostics = wrong.map(({ specifier, range }) =>
    Object.assign(placeOf(range, app.fileOf), {
      construct: "export",
      message: `the world \`${given.world}\` does not export \`${specifier}\`.`,
      hint: `Add \`export ${specifier};\` to the world in ${given.path}.`,
    }),
  );
  throw new CompileError(diagnostics);
}
