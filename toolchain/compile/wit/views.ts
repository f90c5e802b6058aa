/**
 * Guarded and process views of interfaces whose WIT has the plain ones alone.
 *
 * A text that names `search:index/api-guarded` gets it from `search:index/api`:
 * the plain interface is parsed, the view derived from its types, and printed
 * into the package again, since the component tools read text. While one view
 * is derived, stubs stand for those that the same text names besides.
 */
import {
  AbiError,
  deriveView,
  identifier,
  type Interface,
  PROCESS,
  PROCESS_FLAGS,
  printInterfaceText,
  processViewDocs,
  viewName,
  type ViewKind,
  viewOf,
} from "../../abi/index.ts";
import { failure } from "../diagnostic.ts";
import { compose, mentions, reach } from "./compose.ts";
import type { DerivedView, FoundPackage, WitLibrary } from "./find.ts";
import { parseWorld } from "./parse.ts";
import { identifiers } from "./print.ts";
import { interfaceId, type WitPackage } from "./scan.ts";

/**
 * Derives the views that `main`, or a package that it reaches, names and nobody has written.
 * @param origin is named in errors where no file can be.
 */
export async function addViews(main: WitPackage, library: WitLibrary, origin: string): Promise<void> {
  for (;;) {
    const [missing] = missingViews(main, library);
    if (missing === undefined) return;
    await addView(missing.kind, missing.home, missing.plain, library, origin);
  }
}

/**
 * The view of an interface, which its package has from now on.
 * @throws CompileError also when there can be no such view.
 */
export async function addView(
  kind: ViewKind,
  home: FoundPackage,
  plain: string,
  library: WitLibrary,
  origin: string,
): Promise<Interface> {
  const id = interfaceId(home.package.id, plain);
  const body = `world ${WORLD} {\n  import ${identifiers(id)};\n}\n`;
  const main = { id: "atoll:derived-views", body, interfaces: [], worlds: [WORLD] };
  for (const other of missingViews(main, library)) {
    library.addView(other.home.package.id, stubOf(other.name, main, library));
  }
  const { imports } = await parseWorld(compose(main, library), WORLD, origin);
  const item = imports.find((one) => one.name === id);
  if (item?.kind !== "interface") throw new Error(`the component tools dropped the import ${id}`);
  const view = derive(kind, id, item.interface, origin);
  const name = viewName(kind, id);
  library.addView(home.package.id, {
    name: viewName(kind, plain),
    text: printInterfaceText(name, view),
    docs: new Map([...docsOf(kind, id, home), ...(kind === "process" ? processViewDocs(name) : [])]),
  });
  return view;
}

const WORLD = "views";

/** What is used from a view is a resource, or prints as one: by its name. Flags hold no handles, though. */
function stubOf(name: string, main: WitPackage, library: WitLibrary): DerivedView {
  const used = textsOf(main, library).flatMap(({ text }) => usedFrom(name, text));
  const isProcess = viewOf(name)?.kind === "process";
  const types = [...new Set(used)].map((one) =>
    isProcess && one === PROCESS_FLAGS ? `flags ${one} { some }` : `resource ${identifier(one)};`,
  );
  const text = `interface ${identifier(name)} { ${types.join(" ")} }\n`;
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

/** What is said of the interface and its items; functions are methods in a process view. */
function docsOf(kind: ViewKind, id: string, { from }: FoundPackage): DerivedView["docs"] {
  const own = [...from.docs].filter(([path]) => path === id || path.startsWith(`${id}#`));
  const start = viewName(kind, id);
  return new Map(
    own.map(([path, text]) => {
      const item = path.slice(id.length);
      return [start + (kind === "process" ? item.replace("#", `#${PROCESS}.`) : item), text];
    }),
  );
}

function derive(kind: ViewKind, id: string, item: Interface, origin: string): Interface {
  try {
    return deriveView(kind, id, item);
  } catch (error) {
    if (!(error instanceof AbiError)) throw error;
    const hint = "Processes that are made at run time are called by messages, which carry values alone.";
    throw failure(origin, viewName(kind, id), `${error.message}.`, hint);
  }
}

interface Missing {
  readonly home: FoundPackage;
  readonly kind: ViewKind;
  readonly name: string;
  readonly plain: string;
}

/** Views that are named, and are neither written nor derived. */
function missingViews(main: WitPackage, library: WitLibrary): Missing[] {
  return textsOf(main, library).flatMap(({ id, text }) => {
    const bare = [...text.matchAll(BARE)].map(([, name = ""]) => ({ package: id, name }));
    return [...mentions(text), ...bare].flatMap(({ package: of, name }) => {
      const view = viewOf(name);
      // Places are read only when something is looked for.
      const home = view === undefined ? undefined : library.findPackage(of);
      if (home === undefined || view === undefined) return [];
      const { kind, of: plain } = view;
      const { interfaces, id: packageId } = home.package;
      const isThere = [...interfaces, ...library.viewsOf(packageId).names].includes(name);
      return isThere || !interfaces.includes(plain) ? [] : [{ kind, home, name, plain }];
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
