/**
 * The contract of a program whose world is written in WIT: the program must fit.
 *
 * Functions are found by their names in camelCase, and their TypeScript types
 * are compared with those of WIT by structure: the author may use the classes
 * of the generated file or classes of their own.
 */
import { guardedName, plainName, viewName } from "../../abi/index.ts";
import type { AsInterface } from "../../bindgen/index.ts";
import { CompileError } from "../diagnostic.ts";
import type { FoundInterface, WitLibrary } from "../wit/find.ts";
import { type GivenWorld, readGiven, worldId } from "../wit/given-world.ts";
import { importsInText, viewTypesAlone } from "../wit/view-types.ts";
import { analyse, annotate } from "./analyse.ts";
import type { App } from "./app.ts";
import type { Contract, InterfaceIds } from "./contract.ts";
import { fit } from "./fit.ts";
import { asksForProcess } from "./inferred.ts";
import { placeOf } from "./place.ts";

export async function givenContract(
  app: App,
  given: GivenWorld,
  library: WitLibrary,
  imported: ReadonlyMap<string, FoundInterface>,
): Promise<Contract> {
  const { composed, world: meant } = await readGiven(given, library);
  const resolved = viewTypesAlone(meant, importsInText(given.package, given.world));
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
