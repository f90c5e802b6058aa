/** The views of what an author wrote in WIT. */
import { existsSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { type Interface, viewName, type ViewKind, viewOf } from "../abi/index.ts";
import { CompileError } from "./diagnostic.ts";
import { WitLibrary } from "./wit/find.ts";
import { loadGivenWit } from "./wit/packages.ts";
import { interfaceId, type WitPackage } from "./wit/scan.ts";
import { addView } from "./wit/views.ts";

export interface ViewedInterface {
  /** Id of the interface that it is the view of. */
  readonly of: string;
  readonly name: string;
  /** Why there is no such view, otherwise. */
  readonly interface: Interface | CompileError;
}

/**
 * Of each interface of the package at `path`, a `.wit` file or a folder of them.
 * @throws CompileError
 */
export async function witViews(kind: ViewKind, path: string): Promise<ViewedInterface[]> {
  const wit = resolve(path);
  const from = loadGivenWit(wit);
  const folder = existsSync(wit) && statSync(wit).isDirectory() ? wit : dirname(wit);
  const library = new WitLibrary({ folder, wit, siblings: [], output: "" });
  const [main] = from.packages;
  const views: ViewedInterface[] = [];
  for (const name of main?.interfaces ?? []) {
    if (main === undefined || isView(name, main)) continue;
    const of = interfaceId(main.id, name);
    const view = await addView(kind, { package: main, from }, name, library, path).catch(refusal);
    views.push({ of, name: viewName(kind, of), interface: view });
  }
  return views;
}

/** A view that lies beside what it is a view of. */
function isView(name: string, { interfaces }: WitPackage): boolean {
  const view = viewOf(name);
  return view?.kind === "guarded" || (view !== undefined && interfaces.includes(view.of));
}

function refusal(error: unknown): CompileError {
  if (error instanceof CompileError) return error;
  throw error;
}
