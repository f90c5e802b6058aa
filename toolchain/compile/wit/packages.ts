/**
 * WIT packages from where an author may keep them: files, folders, components.
 *
 * A folder is one package (any file may hold its header) with `deps/` beside
 * it, as the WIT tools have it. A component stands for what it exports.
 */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { AbiError, printWorld, worldOfComponent } from "../../abi/index.ts";
import { decodeComponent, WasmError } from "../../wasm/index.ts";
import { failure } from "../diagnostic.ts";
import { scanWit, type WitPackage } from "./scan.ts";

export interface WitFile {
  readonly file: string;
  readonly text: string;
}

export interface LoadedWit {
  /** The package of the file or folder itself comes first. */
  readonly packages: readonly WitPackage[];
  readonly docs: ReadonlyMap<string, string>;
  /** What was read, for places of errors. */
  readonly files: readonly WitFile[];
}

const NO_WIT: LoadedWit = { packages: [], docs: new Map(), files: [] };

/** A `.wit` file, a folder of them, or a component. */
export function loadWit(path: string): LoadedWit {
  if (!existsSync(path))
    throw failure(path, "WIT", "there is no such file or folder.", "Check the path given with --wit.");
  if (statSync(path).isDirectory()) return loadFolder(path);
  return path.endsWith(".wasm") ? loadComponent(path) : joined([loadTexts([read(path)])]);
}

/** As `loadWit`, for what an author names: it has to have something in it. */
export function loadGivenWit(path: string): LoadedWit {
  const loaded = loadWit(path);
  if (loaded.packages.some(({ interfaces, worlds }) => interfaces.length + worlds.length > 0)) return loaded;
  const hint = "Give a .wit file, a folder that has some, or a component.";
  throw failure(path, "WIT", "there is no WIT in it.", hint);
}

/** The interfaces that a component exports, and those that they use, as WIT. */
export function loadComponent(path: string): LoadedWit {
  const text = witOfComponent(path);
  const { packages, docs } = scanWit(text);
  // The first package holds the world, which has no name in a component.
  return { packages: packages.slice(1), docs, files: [{ file: path, text }] };
}

export function loadText(file: string, text: string): LoadedWit {
  return loadTexts([{ file, text }]);
}

function loadFolder(folder: string): LoadedWit {
  const files = witFiles(folder);
  const deps = join(folder, "deps");
  const found = existsSync(deps) ? readdirSync(deps).sort() : [];
  const others = found.map((name) => {
    const path = join(deps, name);
    if (statSync(path).isDirectory()) return loadFolder(path);
    return name.endsWith(".wit") ? loadTexts([read(path)]) : NO_WIT;
  });
  return joined([loadTexts(files), ...others]);
}

function witFiles(folder: string): WitFile[] {
  const names = readdirSync(folder).filter((name) => name.endsWith(".wit"));
  return names.sort().map((name) => read(join(folder, name)));
}

function read(file: string): WitFile {
  return { file, text: readFileSync(file, "utf8") };
}

/** Files of one folder share a package, whose header stands in one of them. */
function loadTexts(files: readonly WitFile[]): LoadedWit {
  const owner =
    files.map(({ text }) => scanWit(text).packages[0]?.id).find((id) => id !== undefined && id !== "") ?? "";
  const scans = files.map(({ text }) => scanWit(text, owner));
  return {
    packages: merged(scans.flatMap((scan) => scan.packages)),
    docs: new Map(scans.flatMap((scan) => Array.from(scan.docs))),
    files,
  };
}

function joined(parts: readonly LoadedWit[]): LoadedWit {
  return {
    packages: merged(parts.flatMap((part) => part.packages)),
    docs: new Map(parts.flatMap((part) => [...part.docs])),
    files: parts.flatMap((part) => part.files),
  };
}

/** The parts of a package that stand in several files, put together. */
function merged(packages: readonly WitPackage[]): WitPackage[] {
  const byId = new Map<string, WitPackage>();
  for (const part of packages) {
    const known = byId.get(part.id);
    byId.set(
      part.id,
      known === undefined
        ? part
        : {
            id: part.id,
            body: `${known.body}\n${part.body}`,
            interfaces: [...known.interfaces, ...part.interfaces],
            worlds: [...known.worlds, ...part.worlds],
          },
    );
  }
  return [...byId.values()];
}

function witOfComponent(path: string): string {
  try {
    const world = worldOfComponent(decodeComponent(readFileSync(path)));
    return printWorld({ ...world, imports: [] });
  } catch (error) {
    if (!(error instanceof WasmError || error instanceof AbiError)) throw error;
    throw failure(
      path,
      "component",
      `its interfaces cannot be read: ${messageOf(error)}.`,
      "Give a component that `atoll build` or another tool has made, or a .wit file.",
    );
  }
}

export function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "";
}
