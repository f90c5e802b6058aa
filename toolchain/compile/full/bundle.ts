/** One module of JavaScript out of a program and its npm packages: by esbuild. */
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { World } from "../../abi/index.ts";
import { CompileError, type Diagnostic } from "../diagnostic.ts";
import type { Engine } from "./engine.ts";
import { GUARD_MODULE, TURN_MODULE } from "./program.ts";
import { LAST_WORDS } from "./last-words.ts";

export interface Bundle {
  readonly code: string;
  /** Source map, version 3, JSON; sources relative to the app's folder. */
  readonly map: string;
  /** Names that the entry exports. */
  readonly exports: readonly string[];
  /** Interfaces that it imports, with versions. */
  readonly interfaces: readonly string[];
  /** Absolute paths of all files in it. */
  readonly inputs: readonly string[];
}

export interface BundleInput {
  /** Absolute path of the app. */
  readonly app: string;
  /** What stands in the app's place; the app itself unless told. */
  readonly entry?: string;
  readonly engine: Engine;
  /** Absent where it is not known yet: then any interface may be imported. */
  readonly world?: World;
  /** Without WASI. */
  readonly isAlone?: boolean;
  /** Folder of the package. */
  readonly esbuild: string;
}

interface Location {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly length: number;
  readonly lineText: string;
}
interface Message {
  readonly text: string;
  readonly location: Location | null;
}
interface ResolveArguments {
  readonly path: string;
}
interface ResolveAnswer {
  readonly path?: string;
  readonly external?: boolean;
  readonly sideEffects?: boolean;
  readonly errors?: readonly { readonly text: string }[];
}
interface PluginBuild {
  readonly onResolve: (
    filter: { readonly filter: RegExp },
    resolve: (args: ResolveArguments) => ResolveAnswer | undefined,
  ) => void;
}
interface Metafile {
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outputs: Readonly<
    Record<
      string,
      {
        readonly exports: readonly string[];
        readonly imports: readonly { readonly path: string; readonly external?: boolean }[];
      }
    >
  >;
}
interface Esbuild {
  readonly build: (options: Readonly<Record<string, unknown>>) => Promise<{
    readonly outputFiles: readonly { readonly path: string; readonly text: string }[];
    readonly metafile: Metafile;
  }>;
}

const RUNTIME = join(import.meta.dirname, "runtime");
/** A name in WIT, which no package has. */
const INTERFACE = /^[a-z][\w-]*:[a-z][\w-]*\/[a-z][\w.@/-]*$/;
/** What a program may import although its world says nothing of it. */
const ALWAYS: readonly string[] = [
  LAST_WORDS,
  "wasi:cli/stdout@0.2.12",
  "wasi:cli/stderr@0.2.12",
  "wasi:clocks/monotonic-clock@0.2.12",
  "wasi:random/random@0.2.12",
];

/** @throws CompileError for what cannot be read or found. */
export async function bundle(input: BundleInput): Promise<Bundle> {
  const { app, entry, engine, isAlone = false, esbuild } = input;
  const folder = dirname(app);
  const { build } = createRequire(join(esbuild, "package.json"))(esbuild) as Esbuild;
  const source =
    entry === undefined
      ? { entryPoints: [app] }
      : { stdin: { contents: entry, resolveDir: folder, sourcefile: "atoll-entry.js" } };
  try {
    const { outputFiles, metafile } = await build({
      ...source,
      ...OPTIONS,
      absWorkingDir: folder,
      outfile: join(folder, "bundle.js"),
      ...(engine === "quickjs" ? quickJs(isAlone) : { target: "es2022" }),
      plugins: [{ name: "atoll", setup: (one: PluginBuild) => resolveInterfaces(one, input) }],
    });
    return describe(folder, outputFiles, metafile);
  } catch (error) {
    throw explained(error, app);
  }
}

/** `runtime/promise.js` says why its asynchronous functions are made into others. */
function quickJs(isAlone: boolean): Readonly<Record<string, unknown>> {
  return {
    target: "es2023",
    supported: { "async-await": false, "async-generator": false, "for-await": false },
    inject: [join(RUNTIME, isAlone ? "quickjs.js" : "quickjs-wasi.js")],
  };
}

const OPTIONS = {
  bundle: true,
  write: false,
  metafile: true,
  format: "esm",
  // What packages have for the web, in the order in which bundlers for workers look.
  platform: "browser",
  mainFields: ["browser", "module", "main"],
  conditions: ["worker", "module"],
  sourcemap: "external",
  sourcesContent: false,
  charset: "utf8",
  legalComments: "none",
  logLevel: "silent",
  define: { "process.env.NODE_ENV": '"production"', "process.env": "{}" },
} as const;

function describe(
  folder: string,
  files: readonly { readonly path: string; readonly text: string }[],
  { inputs, outputs }: Metafile,
): Bundle {
  const code = files.find(({ path }) => path.endsWith(".js"))?.text ?? "";
  const map = files.find(({ path }) => path.endsWith(".map"))?.text ?? "";
  const output = Object.entries(outputs).find(([path]) => path.endsWith(".js"))?.[1];
  return {
    code,
    map,
    exports: output?.exports ?? [],
    // Besides what packages try to `require`, and do without.
    interfaces: [...new Set((output?.imports ?? []).map(({ path }) => path))].filter((path) =>
      INTERFACE.test(path),
    ),
    inputs: Object.keys(inputs)
      .filter((path) => !NO_FILE.test(path))
      .map((path) => join(folder, path)),
  };
}

/** What the bundler makes itself. */
const NO_FILE = /^(?:atoll-entry\.js$|<|\(disabled\):)/;

/** Interfaces of the world stay imports, with the version that the world has. */
function resolveInterfaces({ onResolve }: PluginBuild, { world, engine }: BundleInput): void {
  onResolve({ filter: INTERFACE }, ({ path }) => {
    if (path === GUARD_MODULE) return { path: join(RUNTIME, "guard.js") };
    if (path === TURN_MODULE)
      return { path: join(RUNTIME, engine === "quickjs" ? "promise.js" : "native-turn.js") };
    if (world === undefined) return { path, external: true };
    const imports = world.imports.map(({ name }) => name);
    const found = [...ALWAYS, ...imports].find((name) => name === path || name.replace(/@.*/, "") === path);
    // Those that nothing uses are no imports of the component.
    if (found !== undefined) return { path: found, external: true, sideEffects: false };
    const has = imports.join(", ") || "nothing";
    return { errors: [{ text: `the world does not import "${path}": it imports ${has}` }] };
  });
}

function explained(error: unknown, app: string): unknown {
  const { errors } = error as { readonly errors?: readonly Message[] };
  if (errors === undefined) return error;
  return new CompileError(errors.map((message) => diagnosticOf(message, app)));
}

function diagnosticOf({ text, location }: Message, app: string): Diagnostic {
  const message = /[.?!]$/.test(text) ? text : `${text}.`;
  const place =
    location === null
      ? { file: app }
      : {
          file: join(dirname(app), location.file),
          line: location.line,
          column: location.column + 1,
          length: location.length,
          source: location.lineText,
        };
  return { ...place, construct: "bundle", message, hint: hintFor(text) };
}

function hintFor(text: string): string {
  const [, wanted = ""] = /Could not resolve "([^"]*)"/.exec(text) ?? [];
  if (text.startsWith("the world does not import")) return "Write the import into the world's WIT.";
  if (text.startsWith("Top-level await"))
    return "In QuickJS there is none: put it into a function, or take the other engine: // @engine starlingmonkey";
  if (/^(node:|(fs|path|http|https|net|os|child_process|crypto|stream|events|util|buffer)$)/.test(wanted))
    return "This is Node's own module, and a component has no Node: take a package for the web or for workers.";
  if (wanted !== "" && !wanted.startsWith(".")) return `Install it: npm install ${wanted}`;
  return "";
}
