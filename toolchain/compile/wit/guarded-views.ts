/**
 * Guarded views of interfaces whose WIT has the plain ones alone.
 *
 * A text that names `search:index/api-guarded` gets it from `search:index/api`:
 * the plain interface is parsed, the view derived from its types, and printed
 * into the package again, since the component tools read text. While one view
 * is derived, stubs stand for those that the same text names besides.
 */
import {
  guardedInterface,
  guardedName,
  identifier,
  type Interface,
  plainName,
  printInterfaceText,
} from "../../abi/index.ts";
import { compose, mentions, reach } from "./compose.ts";
import type { FoundPackage, GuardedView, WitLibrary } from "./find.ts";
import { parseWorld } from "./parse.ts";
import { identifiers } from "./print.ts";
import { interfaceId, type WitPackage } from "./scan.ts";

/**
 * Derives the views that `main`, or a package that it reaches, names and nobody has written.
 * @param origin is named in errors where no file can be.
 */
export async function addGuardedViews(main: WitPackage, library: WitLibrary, origin: string): Promise<void> {
  for (;;) {
    const [missing] = missingViews(main, library);
    if (missing === undefined) return;
    await guardedView(missing.home, missing.plain, library, origin);
  }
}

/** The guarded view of an interface, which its package has from now on. */
export async function guardedView(
  home: FoundPackage,
  plain: string,
  library: WitLibrary,
  origin: string,
): Promise<Interface> {
  const id = interfaceId(home.package.id, plain);
  const body = `world ${WORLD} {\n  import ${identifiers(id)};\n}\n`;
  const main = { id: "atoll:guarded-views", body, interfaces: [], worlds: [WORLD] };
  for (const other of missingViews(main, library)) {
    library.addView(other.home.package.id, stubOf(other.name, main, library));
  }
  const { imports } = await parseWorld(compose(main, library), WORLD, origin);
  const item = imports.find((one) => one.name === id);
  if (item?.kind !== "interface") throw new Error(`the component tools dropped the import ${id}`);
  const view = guardedInterface(item.interface);
  library.addView(home.package.id, {
    name: guardedName(plain),
    text: printInterfaceText(guardedName(id), view),
    docs: docsOf(id, home),
  });
  return view;
}

const WORLD = "views";

/** What is used from a view is a resource, or prints as one: by its name. */
function stubOf(name: string, main: WitPackage, library: WitLibrary): GuardedView {
  const used = textsOf(main, library).flatMap(({ text }) => usedFrom(name, text));
  const resources = [...new Set(used)].map((one) => `resource ${identifier(one)};`);
  const text = `interface ${identifier(name)} { ${resources.join(" ")} }\n`;
  return { name, text, docs: new Map(), stub: true };
}

/** Labels in `use NAME.{a, b as c}`. */
function usedFrom(name: string, text: string): string[] {
  const uses = text.matchAll(/\buse\s+([^;{]*?)\s*\.\s*\{([^}]*)\}/g);
  return [...uses].flatMap(([, from = "", labels = ""]) => {
    if (from.replaceAll(/^.*\/|@.*$|%/g, "") !== name) return [];
    const found = labels.split(",").map((label) =>
      label
        .trim()
        .replace(/\s[\s\S]*$/, "")
        .replace("%", ""),
    );
    return found.filter((label) => label !== "");
  });
}

function docsOf(id: string, { from }: FoundPackage): GuardedView["docs"] {
  const own = [...from.docs].filter(([path]) => path === id || path.startsWith(`${id}#`));
  return new Map(own.map(([path, text]) => [guardedName(id) + path.slice(id.length), text]));
}

interface Missing {
  readonly home: FoundPackage;
  readonly name: string;
  readonly plain: string;
}

/** Views that are named, and are neither written nor derived. */
function missingViews(main: WitPackage, library: WitLibrary): Missing[] {
  return textsOf(main, library).flatMap(({ id, text }) => {
    const bare = [...text.matchAll(BARE)].map(([, name = ""]) => ({ package: id, name }));
    return [...mentions(text), ...bare].flatMap(({ package: of, name }) => {
      const plain = plainName(name);
      // Places are read only when something is looked for.
      const home = plain === undefined ? undefined : library.findPackage(of);
      if (home === undefined || plain === undefined) return [];
      const { interfaces, id: packageId } = home.package;
      const isThere = [...interfaces, ...library.viewsOf(packageId).names].includes(name);
      return isThere || !interfaces.includes(plain) ? [] : [{ home, name, plain }];
    });
  });
}

/** An interface of the same package, as `import`, `export` and `use` name it. */
const BARE = /\b(?:import|export|use)\s+%?([a-z][a-z0-9-]*)\s*[;.]/gi;

/** The text itself, and the packages that it reaches. */
function textsOf(main: WitPackage, library: WitLibrary): { readonly id: string; readonly text: string }[] {
  const packages = [main, ...reach(main, library).map((found) => found.package)];
  return packages.map(({ id, body }) => ({ id, text: body + library.viewsOf(id).text }));
}
