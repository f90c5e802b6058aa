/** The bytes of components, programs among them built first where they are not up to date. */
import { readFile } from "node:fs/promises";
import { basename, extname, resolve } from "node:path";
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
  paths: Iterable<string>,
  folder: string,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const all = [...new Set(paths)];
  const components = new Map<string, Uint8Array>();
  // First: what a core module exports is found in build/ by programs that import it.
  for (const path of all.filter((one) => !isProgram(one))) {
    components.set(path, await componentBytes(await readSource(resolve(folder, path))));
  }
  const programs = all.filter(isProgram);
  const built = await buildPrograms(programs.map((path) => resolve(folder, path)));
  programs.forEach((path, i) => components.set(path, built[i] ?? new Uint8Array()));
  return components;
}

/** Their components, in the order of the programs. */
async function buildPrograms(files: readonly string[]): Promise<Uint8Array[]> {
  if (files.length === 0) return [];
  const { ensureBuilt } = await import("../toolchain/compile/index.ts");
  const built = await withProgress((progress) =>
    ensureBuilt(files, { onBuild: (app) => progress.say(`Building ${basename(app)}`) }),
  );
  for (const note of built.flatMap(({ notes }) => notes)) warn(note);
  const outputs = new Map(built.map(({ app, output }) => [app, output]));
  return Promise.all(
    files.map(async (file) => new Uint8Array(await readFile(outputs.get(resolve(file)) ?? file))),
  );
}
