/**
 * The contract of a program without WIT: its exported functions are its world.
 *
 * Steps: find the interfaces that it imports; generate their bindings, whose
 * types its signatures may mention; read the signatures; write the world down
 * as WIT and let the component tools check it.
 */
import type { AsFunction, AsInterface, AsResource, AsType, AsWorld } from "../../bindgen/index.ts";
import { guardedName, spawnedName, viewName, viewOf } from "../../abi/index.ts";
import { CompileError, failure } from "../diagnostic.ts";
import { compose } from "../wit/compose.ts";
import type { FoundInterface, WitLibrary } from "../wit/find.ts";
import { addView, addViews } from "../wit/views.ts";
import { parseWorld } from "../wit/parse.ts";
import { viewTypesAlone } from "../wit/view-types.ts";
import { identifiers, printInterface } from "../wit/print.ts";
import type { WitPackage } from "../wit/scan.ts";
import { analyse, annotate } from "./analyse.ts";
import { type App, exportedInterface } from "./app.ts";
import type { Contract, InterfaceIds } from "./contract.ts";
import { programDocs } from "./docs.ts";
import { checkDistinct } from "./distinct.ts";
import { fit } from "./fit.ts";
import { inferFunctions, inferResources } from "./infer.ts";
import { errorAt, type Place, placeOf } from "./place.ts";
import { specifierOf } from "./sources.ts";

const NO_WORLD: AsWorld = { imports: [], exports: [] };

export async function inferContract(
  app: App,
  library: WitLibrary,
  found: ReadonlyMap<string, FoundInterface>,
  flag?: string,
): Promise<Contract> {
  const owner = exportedInterface(app, flag);
  const others = otherExports(app, library, owner);
  refuseOwn(app, owner, found, () => true);
  // Handles of its own process are of an interface that somebody else has written.
  for (const id of others) refuseOwn(app, id, found, (specifier) => viewOf(specifier)?.kind !== "process");
  const ids = await viewIds(app, library, found);
  const known = await knownWorld(app, library, { ids, owner, others });
  const reading = readProgram(app, known, ids, owner);
  const wit = reading.isEmpty ? undefined : printInterface({ id: owner, ...reading });
  const main = worldPackage({ ids, owner, others }, wit);
  await addViews(main, library, app.file);
  const composed = compose(main, library);
  await parseWorld(composed, WORLD, app.file);
  const module = specifierOf(app, `${app.base}.ts`);
  const { resources, functions } = reading;
  const own = wit === undefined ? [] : [{ name: owner, module, types: [], resources, functions }];
  return {
    world: { imports: known.world.imports, exports: [...reading.others, ...own] },
    wit: { text: composed.text, world: WORLD },
    exported: `package ${identifiers(main.id)};\n\n${wit ?? ""}`,
    docs: new Map([...composed.docs, ...known.docs, ...reading.docs]),
    ids,
    notes: [],
  };
}

/** The world's name says nothing in a finished component. */
const WORLD = "app-world";

/**
 * The interfaces that a program imports, by what it writes; an error names the places that were searched.
 * @param world id of the world, where it is given: its own functions are imported by it.
 */
export function importedInterfaces(
  app: App,
  library: WitLibrary,
  world?: string,
): Map<string, FoundInterface> {
  const all = new Map<string, FoundInterface>();
  for (const { specifier, range } of app.imports) {
    if (world !== undefined && (specifier === world || specifier === world.split("@")[0])) continue;
    const view = viewOf(specifier);
    const found = library.find(specifier) ?? (view === undefined ? undefined : library.find(view.of));
    if (found === undefined) throw notFound(app, library, specifier, "import", placeOf(range, app.fileOf));
    all.set(specifier, found);
  }
  return all;
}

/** The interfaces of others that a program says it exports: complete ids. */
function otherExports(app: App, library: WitLibrary, owner: string): string[] {
  const all = app.pragmas.exports.map(({ specifier, range }) => {
    const found = library.find(specifier);
    if (found === undefined) throw notFound(app, library, specifier, "export", placeOf(range, app.fileOf));
    if (plainId(found.id) !== plainId(owner)) return found.id;
    const message = `\`${specifier}\` is what the program's own functions are exported as.`;
    throw errorAt(range, app.fileOf, "export", message, "Leave out the line, or the one with @wit.");
  });
  return [...new Set(all)];
}

/** Without version, and of the plain interface. */
function plainId(id: string): string {
  return (viewOf(id)?.of ?? id).replace(/@.*/, "");
}

/** The types of an interface that is both would be the program's and not the program's. */
function refuseOwn(
  app: App,
  owner: string,
  all: ReadonlyMap<string, FoundInterface>,
  isMeant: (specifier: string) => boolean,
): void {
  const own = app.imports.find(
    ({ specifier }) => isMeant(specifier) && plainId(all.get(specifier)?.id ?? "") === plainId(owner),
  );
  if (own === undefined) return;
  const [name = ""] = owner.split("@");
  const view = viewName(viewOf(own.specifier)?.kind ?? "guarded", name);
  const hint = `Write the world in WIT, with \`import ${view};\` and \`export ${name};\`, and build with --wit.`;
  throw new CompileError([
    {
      ...placeOf(own.range, app.fileOf),
      construct: "import",
      message: `the app exports \`${name}\` itself, so what it exports cannot be told from what it imports.`,
      hint,
    },
  ]);
}

/**
 * Between apps a call is guarded: an import means the guarded view, if the
 * interface has anything to call. What the host provides does not die alone,
 * and a process view has the faults in it.
 */
async function viewIds(
  app: App,
  library: WitLibrary,
  all: ReadonlyMap<string, FoundInterface>,
): Promise<Map<string, string>> {
  const ids = new Map<string, string>();
  const driven = drivenBy(app, all);
  for (const [specifier, found] of all) {
    if (asksForProcess(specifier, found)) {
      ids.set(specifier, viewName("process", found.id));
      continue;
    }
    const plain = found.id.replace(/^.*\/|@.*$/g, "");
    const calls =
      !isView(found) &&
      !isPartOfProcess(found.id) &&
      !driven.has(plainId(found.id)) &&
      (await hasCalls(found, plain, library, app));
    ids.set(specifier, calls ? guardedName(found.id) : found.id);
  }
  return ids;
}

/** What a driver calls in its own process, which has no life of its own: without version. */
function drivenBy(app: App, imported: ReadonlyMap<string, FoundInterface>): Set<string> {
  const ids = new Set([...imported.values()].map(({ id }) => plainId(id)));
  return new Set(
    app.pragmas.drives.map(({ specifier, range }) => {
      if (ids.has(plainId(specifier))) return plainId(specifier);
      const message = `the app drives \`${specifier}\`, and imports nothing of it.`;
      throw errorAt(range, app.fileOf, "drives", message, `Import what it calls, from "${specifier}".`);
    }),
  );
}

/** A process view that nobody has written: what was found is the interface that it is derived from. */
export function asksForProcess(specifier: string, { id }: FoundInterface): boolean {
  return spawnedName(specifier)?.replace(/@.*/, "") === id.replace(/@.*/, "");
}

/** One that somebody has written down. A name alone makes no process view. */
function isView({ id, package: { interfaces } }: FoundInterface): boolean {
  const view = viewOf(id);
  const plain = view?.of.replace(/^.*\/|@.*$/g, "") ?? "";
  return view?.kind === "guarded" || (view !== undefined && interfaces.includes(plain));
}

/** What a host gives, or what is composed with the program, does not die alone. */
function isPartOfProcess(id: string): boolean {
  return id.startsWith("atoll:") || id.startsWith("wasi:");
}

async function hasCalls(
  found: FoundInterface,
  plain: string,
  library: WitLibrary,
  app: App,
): Promise<boolean> {
  const { functions, types } = await addView("guarded", found, plain, library, app.file);
  return functions.length > 0 || types.some(({ type }) => type.kind === "resource");
}

function notFound(
  app: App,
  library: WitLibrary,
  specifier: string,
  construct: "import" | "export",
  place: Place,
): CompileError {
  const known = library.known();
  const [wanted] = specifier.split("@");
  const near = known.flatMap(({ interfaces }) => interfaces).filter((id) => id.split("@")[0] === wanted);
  const looked = known.map(
    ({ place, summary, interfaces }) =>
      `${place} (${summary ?? (interfaces.length === 0 ? "nothing" : interfaces.join(", "))})`,
  );
  const hint =
    near.length > 0
      ? `There is ${near.join(", ")}: ${construct} that version.`
      : `Looked in ${looked.join("; ")}.\nBuild the app that exports it in the same command or before, or put its WIT into wit/ beside ${app.base}.ts.`;
  return new CompileError([
    { ...place, construct, message: `the interface \`${specifier}\` was not found.`, hint },
  ]);
}

/** What a program's world is made of, but for the interface that is inferred. */
interface WorldParts {
  readonly ids: InterfaceIds;
  /** Id of the interface that is inferred. */
  readonly owner: string;
  /** Ids of the others that are exported. */
  readonly others: readonly string[];
}

interface KnownWorld {
  readonly world: AsWorld;
  readonly docs: ReadonlyMap<string, string>;
}

/** The world without the interface that is inferred. */
async function knownWorld(app: App, library: WitLibrary, parts: WorldParts): Promise<KnownWorld> {
  if (parts.ids.size + parts.others.length === 0) return { world: NO_WORLD, docs: new Map() };
  const main = worldPackage(parts, undefined);
  await addViews(main, library, app.file);
  const composed = compose(main, library);
  const asked = new Set(parts.ids.values());
  const world = viewTypesAlone(await parseWorld(composed, WORLD, app.file), (id) => asked.has(id));
  return { world: annotate(app, world), docs: composed.docs };
}

/** The package of the inferred interface, with the world. */
function worldPackage({ ids, owner, others }: WorldParts, wit: string | undefined): WitPackage {
  const [path = "", version] = owner.split("@");
  const [name = "", projection = ""] = path.split("/");
  const exported = wit === undefined ? others : [...others, owner];
  const lines = [
    ...[...new Set(ids.values())].map((id) => `  import ${identifiers(id)};\n`),
    ...exported.map((id) => `  export ${identifiers(id)};\n`),
  ];
  return {
    id: version === undefined ? name : `${name}@${version}`,
    body: `${wit ?? ""}\nworld ${WORLD} {\n${lines.join("")}}\n`,
    interfaces: [projection],
    worlds: [WORLD],
  };
}

interface Reading {
  /** The exported interfaces that others have written. */
  readonly others: readonly AsInterface[];
  /** Nothing is left to infer an interface from. */
  readonly isEmpty: boolean;
  readonly resources: readonly AsResource[];
  readonly functions: readonly AsFunction[];
  readonly types: readonly AsType[];
  readonly docs: ReadonlyMap<string, string>;
}

function readProgram(app: App, known: KnownWorld, ids: InterfaceIds, owner: string): Reading {
  const analysed = analyse({ app, world: known.world, docs: known.docs, ids, owner });
  const { reader, file } = analysed;
  const others = fit(app, analysed, withoutResources(app, known.world.exports));
  const resources = inferResources(reader, file);
  const exported = inferFunctions(reader, file, new Set(others.left));
  const isEmpty = exported.length + resources.length === 0;
  if (isEmpty && others.exports.length === 0) {
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
    others: others.exports,
    isEmpty,
    resources,
    functions: exported.map((one) => one.function),
    types: [...reader.named.values()].map(({ type }) => type),
    docs: programDocs(owner, exported, reader.named),
  };
}

/** A class would be one of the inferred interface as well. */
function withoutResources(app: App, exported: readonly AsInterface[]): readonly AsInterface[] {
  const found = exported.find(({ resources }) => resources.some((one) => one.implementation !== undefined));
  if (found === undefined) return exported;
  throw failure(
    app.file,
    "export",
    `\`${found.name}\` has resources, which \`@export\` does not know how to tell from the program's own.`,
    `Write the world in WIT, with \`export ${found.name};\`, and build with --wit.`,
  );
}
