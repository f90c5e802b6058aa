/**
 * The contract of a program whose world is written in WIT: the program must fit.
 *
 * Functions are found by their names in camelCase, and their TypeScript types
 * are compared with those of WIT by structure: the author may use the classes
 * of the generated file or classes of their own.
 */
import type { DeclaredElement, FunctionPrototype } from "assemblyscript";
import { guardedName, plainName, printFunction, viewName } from "../../abi/index.ts";
import type { AsFunction, AsInterface } from "../../bindgen/index.ts";
import { CompileError, type Diagnostic, failure } from "../diagnostic.ts";
import { compose, type ComposedWit } from "../wit/compose.ts";
import type { FoundInterface, WitLibrary } from "../wit/find.ts";
import { addViews } from "../wit/views.ts";
import type { LoadedWit } from "../wit/packages.ts";
import { parseWorld } from "../wit/parse.ts";
import { importsInText, viewTypesAlone } from "../wit/view-types.ts";
import { interfaceId, type WitPackage } from "../wit/scan.ts";
import { analyse, type Analysed, annotate } from "./analyse.ts";
import type { App } from "./app.ts";
import type { Contract, InterfaceIds } from "./contract.ts";
import { exportsOf, readFunction } from "./infer.ts";
import { asksForProcess } from "./inferred.ts";
import { placeOf } from "./place.ts";
import { ResourceFit } from "./given-resource.ts";
import { mismatchOf, sourceOf, withLengths } from "./signature.ts";
import { ElementKind } from "./syntax.ts";

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
  const owner = world.exports[0]?.name ?? `${given.package.id}/${given.world}`;
  const analysed = analyse({ app, world, docs: composed.docs, ids, owner });
  const { exports, notes } = fit(app, analysed, world.exports);
  return {
    world: { imports: world.imports, exports },
    wit: { text: composed.text, world: given.world },
    exported: composed.text,
    docs: composed.docs,
    ids,
    notes,
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

/** The exports of the world with the types that the program gives them. */
function fit(
  app: App,
  { reader, file }: Analysed,
  wanted: readonly AsInterface[],
): { exports: AsInterface[]; notes: string[] } {
  const found = exportsOf(file);
  const problems: Diagnostic[] = [...ambiguities(app, wanted)];
  const check = (
    item: AsInterface,
    expected: AsFunction,
    read: AsFunction,
    at: DeclaredElement,
  ): AsFunction => {
    const fitted = withLengths(expected, read);
    const mismatch = mismatchOf(expected, fitted, qualified(item, expected), sourceOf(at));
    if (mismatch !== undefined) {
      problems.push(Object.assign(placeOf(at.declaration.name.range, app.fileOf), mismatch));
    }
    return fitted;
  };
  const classes = new ResourceFit({ app, reader, found, problems, check });
  for (const item of wanted) classes.register(item);
  const exports = wanted.map((item) => ({
    ...item,
    resources: item.resources.map((resource) => classes.fit(item, resource)),
    functions: item.functions.map((expected) => {
      const element = found.get(expected.identifier);
      if (element?.kind !== ElementKind.FunctionPrototype) {
        problems.push(missingFunction(app, item, expected));
        return expected;
      }
      const read = readFunction(reader, expected.identifier, element as FunctionPrototype);
      return check(item, expected, read.function, element);
    }),
  }));
  if (problems.length > 0) throw new CompileError(problems);
  const used = new Set(wanted.flatMap((item) => item.functions.map((one) => one.identifier)));
  const extra = [...found].filter(
    ([name, element]) => element.kind === ElementKind.FunctionPrototype && !used.has(name),
  );
  return {
    exports,
    notes: extra.map(([name]) => `\`${name}\` is exported by ${app.base}.ts but not by the world: left out.`),
  };
}

function* ambiguities(app: App, wanted: readonly AsInterface[]): Generator<Diagnostic> {
  const owners = new Map<string, string>();
  for (const { name = "the world", functions, resources } of wanted) {
    const classes = resources.filter(({ implementation }) => implementation !== undefined);
    for (const { identifier } of [...functions, ...classes]) {
      const other = owners.get(identifier);
      owners.set(identifier, name);
      if (other === undefined) continue;
      yield {
        file: app.file,
        construct: "world",
        message: `\`${identifier}\` is exported for ${other} and for ${name}, and an app has one export of a name.`,
        hint: "Write one app for each of the interfaces, or rename one of the two in WIT.",
      };
    }
  }
}

function missingFunction(app: App, item: AsInterface, expected: AsFunction): Diagnostic {
  return {
    file: app.file,
    construct: "missing function",
    message: `the world exports \`${qualified(item, expected)}\`, but ${app.base}.ts exports no function \`${expected.identifier}\`.`,
    hint: `WIT: ${expected.name}: ${printFunction({ async: false, ...expected })}\nWrite \`export function ${expected.identifier}(${expected.params.map(({ identifier }) => identifier).join(", ")})\` with these types.`,
  };
}

function qualified(item: AsInterface, expected: AsFunction): string {
  return item.name === undefined ? expected.name : `${item.name}#${expected.name}`;
}
