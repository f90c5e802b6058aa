/** The bytes of components, programs among them built first where they are not up to date. */
import { readFile } from "node:fs/promises";
import { basename, extname, resolve } from "node:path";
import type { Dialect } from "../toolchain/compile/index.ts";
import type { SystemConfig } from "../toolchain/link/index.ts";
import { withPackages } from "./full-packages.ts";
import { withProgress } from "./progress.ts";
import { UsageError, warn } from "./report.ts";
import { readSource, type Source } from "./source.ts";

/** What is built from: everything else is a component as it stands. */
function isProgram(path: string): boolean {
  return extname(path) === ".ts";
}

/** The component of one FILE of the command line. */
export async function componentBytes(source: Source): Promise<Uint8Array> {
  if (source.kind === "component") return source.bytes;
  if (source.kind !== "app")
    throw new UsageError(`${source.file}: expected a component or a program, found a system.`);
  const [built] = await buildPrograms([source.file]);
  if (built === undefined) throw new TypeError("one program, one component");
  return built;
}

/** The components of a system by the path that it names them by, relative to `folder`. */
export async function systemComponents(
  config: SystemConfig,
  folder: string,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const paths = Object.values(config.processes).flatMap(({ component, driver }) => [component, driver]);
  const all = [...new Set(paths.filter((path) => path !== undefined))];
  const components = new Map<string, Uint8Array>();
  // First: what a core module exports is found in build/ by programs that import it.
  for (const path of all.filter((one) => !isProgram(one))) {
    components.set(path, await componentBytes(await readSource(resolve(folder, path))));
  }
  const programs = all.filter(isProgram);
  const files = programs.map((path) => resolve(folder, path));
  const built = await buildPrograms(files, systemDialects(config, folder));
  programs.forEach((path, i) => components.set(path, built[i] ?? new Uint8Array()));
  return components;
}

/** What a system says of the dialects of its programs, by absolute path. */
export function systemDialects({ processes }: SystemConfig, folder: string): Map<string, Dialect> {
  return new Map(
    Object.values(processes).flatMap(({ component, dialect }) =>
      dialect === undefined ? [] : [[resolve(folder, component), dialect] as const],
    ),
  );
}

/** Their components, in the order of the programs. */
async function buildPrograms(
  files: readonly string[],
  dialects: ReadonlyMap<string, Dialect> = new Map(),
): Promise<Uint8Array[]> {
  if (files.length === 0) return [];
  const { ensureBuilt } = await import("../toolchain/compile/index.ts");
  const built = await withPackages(() =>
    withProgress(({ say }) =>
      ensureBuilt(files, { dialects, onBuild: (app) => say(`Building ${basename(app)}`) }),
    ),
  );
  for (const note of built.flatMap(({ notes }) => notes)) warn(note);
  const outputs = new Map(built.map(({ app, output }) => [app, output]));
  return Promise.all(
    files.map(async (file) => new Uint8Array(await readFile(outputs.get(resolve(file)) ?? file))),
  );
}
