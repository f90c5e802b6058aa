/**
 * A world that its author has written in WIT, and given with `--wit`.
 *
 * What is built has to fit it, whether that is a lean app, a program of the full
 * dialect or a core module of another toolchain.
 */
import type { World } from "../../abi/index.ts";
import { failure } from "../diagnostic.ts";
import { compose, type ComposedWit } from "./compose.ts";
import type { WitLibrary } from "./find.ts";
import type { LoadedWit } from "./packages.ts";
import { parseWorld } from "./parse.ts";
import { interfaceId, type WitPackage } from "./scan.ts";
import { addViews } from "./views.ts";

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

/** The text of the world with all packages that it reaches, and what it means. @throws CompileError */
export async function readGiven(
  given: GivenWorld,
  library: WitLibrary,
): Promise<{ readonly composed: ComposedWit; readonly world: World }> {
  await addViews(given.package, library, given.path);
  const composed = withOrigin(compose(given.package, library), given.from);
  return { composed, world: await parseWorld(composed, given.world, given.path) };
}

/** The documentation and the places of the given WIT itself, beside those of what it mentions. */
function withOrigin(composed: ComposedWit, { docs, files }: LoadedWit): ComposedWit {
  return { ...composed, docs: new Map([...composed.docs, ...docs]), files: [...files, ...composed.files] };
}
