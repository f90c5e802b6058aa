/** Apps in the order in which they can be built: what defines an interface before what names it. */
import { viewOf } from "../abi/index.ts";
import { CompileError } from "./diagnostic.ts";
import { type App, exportedInterface } from "./lean/app.ts";
import { placeOf } from "./lean/place.ts";
import type { NamedInterface } from "./lean/pragmas.ts";
import { WitLibrary } from "./wit/find.ts";

/**
 * An interface that somebody has written in WIT needs no app to be built before: so apps may import one
 * another.
 *
 * @param wit What `--wit` names.
 * @throws CompileError if apps import one another in a circle, and no WIT says what.
 */
export function inOrder(apps: readonly App[], wit?: string): App[] {
  const libraries = new Map<string, WitLibrary>();
  const isWritten = (app: App, specifier: string): boolean => {
    const { folder } = app;
    const library =
      libraries.get(folder) ??
      new WitLibrary({ folder, ...(wit !== undefined && { wit }), siblings: [], output: "", written: true });
    libraries.set(folder, library);
    return [specifier, viewOf(specifier)?.of].some(
      (id) => id !== undefined && library.find(id) !== undefined,
    );
  };
  const byInterface = new Map(apps.map((app) => [withoutVersion(exportedInterface(app)), app]));
  const done: App[] = [];
  const visit = (app: App, path: readonly App[]): void => {
    if (done.includes(app)) return;
    for (const { specifier } of mentioned(app)) {
      const provider = providerOf(withoutVersion(specifier), byInterface);
      if (provider === undefined || provider === app || isWritten(app, specifier)) continue;
      if (provider === path[0] || path.includes(provider))
        throw circle([...path.slice(path.indexOf(provider)), app], provider);
      visit(provider, [...path, app]);
    }
    done.push(app);
  };
  for (const app of apps) visit(app, []);
  return done;
}

/** The interfaces that others define. */
function mentioned({ imports, pragmas }: App): readonly NamedInterface[] {
  return [...imports, ...pragmas.exports];
}

/** A view is of who exports the plain interface. */
function providerOf(specifier: string, byInterface: ReadonlyMap<string, App>): App | undefined {
  const view = viewOf(specifier);
  return byInterface.get(specifier) ?? (view === undefined ? undefined : byInterface.get(view.of));
}

function circle(path: readonly App[], back: App): CompileError {
  const last = path.at(-1) ?? back;
  const specifier = withoutVersion(exportedInterface(back));
  const isIt = (one: string): boolean => one === specifier || viewOf(one)?.of === specifier;
  const found = mentioned(last).find((one) => isIt(withoutVersion(one.specifier)));
  const place = found === undefined ? { file: last.file } : placeOf(found.range, last.fileOf);
  const names = [...path, back].map(({ base }) => base).join(" → ");
  return new CompileError([
    {
      ...place,
      construct: "circle of imports",
      message: `the apps import one another: ${names}; the types of none can be known first.`,
      hint: "Move what they share into an app of its own, or write one of the interfaces in WIT, in wit/ beside the apps.",
    },
  ]);
}

function withoutVersion(id: string): string {
  return id.replace(/@.*/, "");
}
