/** The guarded views of what an author wrote in WIT. */
import { existsSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { guardedName, type Interface, plainName } from "../abi/index.ts";
import { WitLibrary } from "./wit/find.ts";
import { guardedView } from "./wit/guarded-views.ts";
import { loadGivenWit } from "./wit/packages.ts";
import { interfaceId } from "./wit/scan.ts";

export interface GuardedInterface {
  /** Id of the interface that it is the view of. */
  readonly of: string;
  readonly name: string;
  readonly interface: Interface;
}

/**
 * Of each interface of the package at `path`, a `.wit` file or a folder of them.
 * @throws CompileError
 */
export async function guardedWit(path: string): Promise<GuardedInterface[]> {
  const wit = resolve(path);
  const from = loadGivenWit(wit);
  const folder = existsSync(wit) && statSync(wit).isDirectory() ? wit : dirname(wit);
  const library = new WitLibrary({ folder, wit, siblings: [], output: "" });
  const [main] = from.packages;
  const views: GuardedInterface[] = [];
  for (const name of main?.interfaces ?? []) {
    if (main === undefined || plainName(name) !== undefined) continue;
    const view = await guardedView({ package: main, from }, name, library, path);
    const of = interfaceId(main.id, name);
    views.push({ of, name: guardedName(of), interface: view });
  }
  return views;
}
