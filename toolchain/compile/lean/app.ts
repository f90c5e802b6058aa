/**
 * An app's own sources and what they import, before any type is known.
 *
 * Only the author's files are parsed, which is quick and finds syntax errors
 * first. The result orders apps, decides the world's imports, and is what a
 * build's inputs are hashed from.
 */
import * as assemblyscript from "assemblyscript";
import { libraryFiles } from "assemblyscript/asc";
import { existsSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { parseInterfaceName } from "../../abi/index.ts";
import { checkAppFile } from "../app-file.ts";
import { failure } from "../diagnostic.ts";
import { throwErrors } from "./explain.ts";
import { defaultInterface } from "./infer.ts";
import { type LibraryFile, libraryFile } from "./library.ts";
import { type FileOf, fileOf } from "./place.ts";
import { type NamedInterface, type Pragmas, pragmasOf } from "./pragmas.ts";
import { NodeKind } from "./syntax.ts";

export interface App {
  /** Absolute path of the app's file. */
  readonly file: string;
  /** Absolute path of its folder; sources are named relative to it. */
  readonly folder: string;
  /** The file's name without extension. */
  readonly base: string;
  /** By path without extension, as AssemblyScript asks for them. */
  readonly sources: ReadonlyMap<string, { readonly path: string; readonly text: string }>;
  /** What it imports of them, and they of each other. */
  readonly libraries: readonly LibraryFile[];
  readonly imports: readonly NamedInterface[];
  readonly pragmas: Pragmas;
  readonly fileOf: FileOf;
}

/** Reads an app from its file. */
export function readApp(path: string): App {
  const file = resolve(path);
  checkAppFile(file);
  const folder = dirname(file);
  const base = basename(file, ".ts");
  const places = fileOf(folder, new Map());
  const program = assemblyscript.newProgram(assemblyscript.newOptions());
  const sources = new Map<string, { path: string; text: string }>();
  const read = (name: string, isEntry: boolean): void => {
    const source = sourceOf(folder, name);
    if (source !== undefined) sources.set(name, source);
    assemblyscript.parse(program, source?.text ?? null, source?.path ?? `${name}.ts`, isEntry);
  };
  read(base, true);
  const interfaces = new Set<string>();
  const libraries: LibraryFile[] = [];
  for (let name = assemblyscript.nextFile(program); name !== null; name = assemblyscript.nextFile(program)) {
    const library = name.startsWith("~lib/") ? libraryFile(name.slice(5)) : undefined;
    if (!name.startsWith("~lib/")) read(name, false);
    else if (isInterface(name.slice(5))) interfaces.add(name);
    else if (library !== undefined) {
      libraries.push(library);
      assemblyscript.parse(program, library.text, `${name}.ts`, false);
    } else if (!isKnownLibrary(name.slice(5))) assemblyscript.parse(program, null, `${name}.ts`, false);
  }
  throwErrors(program, places);
  return {
    file,
    folder,
    base,
    sources,
    libraries,
    imports: importsOf(program, interfaces),
    pragmas: pragmasOf(program, base, places),
    fileOf: places,
  };
}

/** Id of the interface that the app exports when its world is inferred. */
export function exportedInterface(app: App, flag?: string): string {
  const id = flag ?? app.pragmas.wit ?? defaultInterface(app.base);
  if (id === undefined) {
    throw failure(
      app.file,
      "file name",
      `WIT cannot spell an interface after \`${app.base}\`.`,
      "Name the interface: `// @wit my:app/api` as the file's first line, or --interface my:app/api.",
    );
  }
  if (parseInterfaceName(id) === undefined) {
    throw failure(
      app.file,
      "interface name",
      `\`${id}\` is not the name of an interface.`,
      "Write it as namespace:package/interface, with @1.2.3 if it has a version.",
    );
  }
  return id;
}

function sourceOf(folder: string, name: string): { path: string; text: string } | undefined {
  for (const path of [`${name}.ts`, `${name}/index.ts`]) {
    const file = resolve(folder, path);
    if (existsSync(file) && statSync(file).isFile()) return { path, text: readFileSync(file, "utf8") };
  }
  return undefined;
}

function importsOf(program: assemblyscript.Program, interfaces: ReadonlySet<string>): NamedInterface[] {
  const found = new Map<string, NamedInterface>();
  for (const source of program.sources) {
    for (const statement of source.statements) {
      if (statement.kind !== NodeKind.Import && statement.kind !== NodeKind.Export) continue;
      const { path, internalPath } = statement as
        | assemblyscript.ImportStatement
        | assemblyscript.ExportStatement;
      if (path === null || internalPath === null || !interfaces.has(internalPath)) continue;
      const specifier = internalPath.slice(5);
      if (!found.has(specifier)) found.set(specifier, { specifier, range: path.range });
    }
  }
  return [...found.values()];
}

/** `ns:pkg/iface`, with or without version. */
function isInterface(name: string): boolean {
  return /^[a-z][\w-]*:[a-z][\w-]*\/[a-z][\w-]*(@[\w.+-]+)?$/i.test(name) && !name.startsWith("node:");
}

function isKnownLibrary(name: string): boolean {
  return (
    name === "atoll" ||
    name.startsWith("atoll/") ||
    Object.hasOwn(libraryFiles, name) ||
    Object.hasOwn(libraryFiles, `${name}/index`)
  );
}
