/**
 * The world of a program that has none in WIT, told from what it exports and imports.
 *
 * A program's types say too little for an interface of its own: a `number` may be
 * any of ten types. But it may export one that is written somewhere, which a
 * comment or the name of an export says, and its imports have names.
 */
import { dirname } from "node:path";
import { failure } from "../diagnostic.ts";
import { exportedInterfaces } from "../dialect.ts";
import { WitLibrary } from "../wit/find.ts";

/** What a program says of itself. */
export interface Surface {
  /** Names that it exports. */
  readonly exports: readonly string[];
  /** Interfaces that it imports, as it names them. */
  readonly interfaces: readonly string[];
}

export interface ToldWorld {
  /** WIT. */
  readonly text: string;
  /** An interface that it exports, without its version. */
  readonly main: string;
  /** How it was found, for people. */
  readonly origin: string;
}

/** Interfaces by an export that everybody means the same by, and what comes with them. */
const WELL_KNOWN: Readonly<Record<string, { readonly main: string; readonly with: readonly string[] }>> = {
  handle: { main: "atoll:http/handler", with: [] },
  incomingHandler: {
    main: "wasi:http/incoming-handler",
    with: [
      "wasi:http/types",
      "wasi:http/outgoing-handler",
      "wasi:cli/environment",
      "wasi:clocks/monotonic-clock",
      "wasi:random/random",
    ],
  },
  run: {
    main: "wasi:cli/run",
    with: [
      "wasi:cli/environment",
      "wasi:cli/exit",
      "wasi:cli/stdin",
      "wasi:cli/stdout",
      "wasi:cli/stderr",
      "wasi:io/streams",
      "wasi:clocks/monotonic-clock",
      "wasi:clocks/wall-clock",
      "wasi:random/random",
      "wasi:filesystem/preopens",
      "wasi:filesystem/types",
    ],
  },
};

/** Undefined where nothing says what it exports. @throws CompileError for an interface that has no WIT. */
export function tellWorld(app: string, { exports, interfaces }: Surface): ToldWorld | undefined {
  const named = exportedInterfaces(app);
  const name = Object.keys(WELL_KNOWN).find((one) => exports.includes(one)) ?? "";
  const known = named.length === 0 ? WELL_KNOWN[name] : undefined;
  const exported = known === undefined ? named : [known.main];
  const [main] = exported;
  if (main === undefined) return undefined;
  const library = new WitLibrary({ folder: dirname(app), siblings: [], output: "", written: true });
  const complete = (specifier: string): string => completed(app, specifier, library);
  const imported = [...new Set([...(known?.with ?? []), ...interfaces].map(complete))];
  const lines = [
    ...imported.map((one) => `import ${one};`),
    ...exported.map((one) => `export ${complete(one)};`),
  ];
  return {
    text: `package atoll:program;\nworld program {\n${lines.map((line) => `  ${line}\n`).join("")}}\n`,
    main: main.replace(/@.*/, ""),
    origin:
      known === undefined
        ? `it says that it exports ${named.join(", ")}`
        : `it exports \`${name}\`: ${main.replace(/\/.*/, "")}`,
  };
}

const VIEW = /-(?:guarded|process)$/;

/** With its version. A view is found by the interface that it is made of. */
function completed(app: string, specifier: string, library: WitLibrary): string {
  const [path = "", version] = specifier.split("@");
  const ids = [path, path.replace(VIEW, "")].map((one) =>
    version === undefined ? one : `${one}@${version}`,
  );
  const found = ids.map((id) => library.find(id)).find((one) => one !== undefined);
  if (found === undefined)
    throw failure(
      app,
      "world",
      `there is no WIT of ${specifier}.`,
      "Put it into wit/ beside the program; WASI 0.2.12 and Atoll's own interfaces are known.",
    );
  const [, known] = found.id.split("@");
  return known === undefined ? path : `${path}@${known}`;
}
