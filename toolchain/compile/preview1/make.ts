/** A core module's world, where WIT gives it one, and the component of both. */
import { statSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { failure } from "../diagnostic.ts";
import { WitLibrary } from "../wit/find.ts";
import { givenWorld, readGiven } from "../wit/given-world.ts";
import { loadGivenWit } from "../wit/packages.ts";
import type { WorldWit } from "../wit/parse.ts";
import { isLibraryWithoutWorld } from "./examine.ts";
import { wrapModule } from "./wrap.ts";

export interface ModuleInput {
  /** Absolute path. */
  readonly file: string;
  readonly module: Uint8Array;
  readonly wit?: string;
  readonly world?: string;
}

/** `inputs`: the WIT files that were read. @throws CompileError */
export async function makeModule(
  input: ModuleInput,
): Promise<{ readonly component: Uint8Array; readonly inputs: readonly string[] }> {
  const given = await worldOf(input);
  const component = await wrapModule(input.file, input.module, given?.wit);
  return { component, inputs: given?.inputs ?? [] };
}

/** A library says nothing of what it exports: `words.wit` beside `words.wasm` does, wherever the module is named. */
function worldBeside({ file, module }: ModuleInput): string | undefined {
  const beside = `${file.replace(/\.wasm$/, "")}.wit`;
  const isThere = statSync(beside, { throwIfNoEntry: false })?.isFile() === true;
  return isThere && isLibraryWithoutWorld(file, module) ? beside : undefined;
}

async function worldOf(
  input: ModuleInput,
): Promise<{ wit: WorldWit; inputs: readonly string[] } | undefined> {
  const { file, world, wit = worldBeside(input) } = input;
  if (wit === undefined && world === undefined) return undefined;
  if (wit === undefined)
    throw failure(file, "--world", "a world is chosen from WIT.", "Give the WIT with --wit.");
  if (wit.endsWith(".wasm"))
    throw failure(
      wit,
      "WIT",
      "expected a world, found a component.",
      "Give a .wit file, or a folder of them.",
    );
  const path = resolve(wit);
  const loaded = loadGivenWit(path);
  const name = basename(file, ".wasm").toLowerCase().replaceAll("_", "-");
  const ownName = loaded.packages[0]?.worlds.find((one) => one === name);
  const given = givenWorld(loaded, wit, world ?? ownName);
  if (given === undefined)
    throw failure(wit, "WIT", "it has no world for the module.", "Write one: world NAME { export …; }");
  const library = new WitLibrary({
    folder: dirname(file),
    wit: path,
    siblings: [],
    output: "",
    written: true,
  });
  const { composed } = await readGiven(given, library);
  return {
    wit: { text: composed.text, world: given.world },
    inputs: [...loaded.files.map((read) => read.file), ...library.inputs.files],
  };
}
