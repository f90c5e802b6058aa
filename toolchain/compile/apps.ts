/**
 * Several apps at once, each seeing the interfaces of those built before it.
 *
 * The compiler is loaded when the first app has to be built: a system whose
 * components are fresh starts without it, and without it being installed.
 */
import type { ViewKind } from "../abi/index.ts";
import { resolve } from "node:path";
import { checkAppFile } from "./app-file.ts";
import { failure } from "./diagnostic.ts";
import { dialectOf, type DialectOptions } from "./dialect.ts";
import { type BuildRecord, type Built, freshRecord, writeRecord } from "./fresh.ts";
import type { Engine } from "./full/engine.ts";
import type { CompileResult, LeanOptions } from "./lean.ts";
import { type Compiler, loadCompiler, loadFull, loadWitViews } from "./load-compiler.ts";
import { outputOf } from "./output.ts";
import type { SiblingWit } from "./wit/find.ts";
import type { ViewedInterface } from "./wit-views.ts";

export interface AppsOptions extends Omit<LeanOptions, "app" | "siblings">, DialectOptions {
  /** Of programs in the full dialect; chosen by what their worlds need unless told. */
  readonly engine?: Engine;
  /** Build only what is not up to date. */
  readonly cached?: boolean;
  /** Called before an app is built. */
  readonly onBuild?: (app: string) => void;
}

export interface BuiltApp {
  /** Absolute path of the app. */
  readonly app: string;
  /** Absolute path of the component. */
  readonly output: string;
  /** Size of the component; absent if it was up to date. */
  readonly bytes?: number;
  readonly milliseconds?: number;
  /** The exported interfaces, as WIT. */
  readonly exported: string;
  readonly notes: readonly string[];
}

/**
 * Builds apps in the order of their imports.
 * @throws CompileError for whatever their author can put right.
 */
export async function buildApps(apps: readonly string[], options: AppsOptions = {}): Promise<BuiltApp[]> {
  const files = [...new Set(apps.map((app) => resolve(app)))];
  checkOptions(files, options);
  const fresh = options.cached === true ? allFresh(files, options) : undefined;
  if (fresh !== undefined) return fresh;
  files.forEach(checkAppFile);
  const full = files.filter((file) => dialectOf(file, options) === "full");
  const lean = files.filter((file) => !full.includes(file));
  const done: BuiltApp[] = [];
  // First: their worlds are written, and need none of the others.
  for (const file of full) done.push(freshFor(file, options, done) ?? (await buildFull(file, options)));
  return lean.length === 0 ? done : buildLean(lean, options, done);
}

async function buildLean(
  files: readonly string[],
  options: AppsOptions,
  before: readonly BuiltApp[],
): Promise<BuiltApp[]> {
  const compiler = await loadCompiler();
  const done = [...before];
  const read = files.map((app) => compiler.readApp(app));
  for (const { file } of compiler.inOrder(read, options.wit)) {
    done.push(freshFor(file, options, done) ?? (await buildApp(compiler, file, options, done)));
  }
  return done;
}

async function buildFull(app: string, options: AppsOptions): Promise<BuiltApp> {
  options.onBuild?.(app);
  const started = performance.now();
  const { compileFull } = await loadFull();
  const { output, component, exported, inputs, notes } = await compileFull({ ...options, app });
  await writeRecord(builtOf(app, options), { inputs, siblings: [], exported });
  const milliseconds = performance.now() - started;
  return { app, output, bytes: component.length, milliseconds, exported, notes };
}

/**
 * Builds those of the apps that are not up to date.
 * @param apps Paths of `.ts` files, such as the components of one system.
 */
export async function ensureBuilt(
  apps: readonly string[],
  options: Omit<AppsOptions, "cached"> = {},
): Promise<BuiltApp[]> {
  return buildApps(apps, { ...options, cached: true });
}

/** Compiles one app; see `LeanOptions`. */
export async function compileLean(options: LeanOptions): Promise<CompileResult> {
  const compiler = await loadCompiler();
  return compiler.compileLean(options);
}

/** The views of the interfaces at `path`; see wit-views.ts. @throws CompileError */
export async function witViews(kind: ViewKind, path: string): Promise<ViewedInterface[]> {
  const wit = await loadWitViews();
  return wit.witViews(kind, path);
}

async function buildApp(
  compiler: Compiler,
  app: string,
  options: AppsOptions,
  before: readonly BuiltApp[],
): Promise<BuiltApp> {
  options.onBuild?.(app);
  const started = performance.now();
  const siblings = siblingsOf(before);
  const result = await compiler.compileLean({ ...options, app, siblings });
  const exportedBy = new Map(siblings.map(({ file, wit }) => [file, wit]));
  await writeRecord(builtOf(app, options), {
    inputs: result.inputs,
    siblings: result.siblings.map((file) => [file, exportedBy.get(file) ?? ""]),
    exported: result.exported,
  });
  const milliseconds = performance.now() - started;
  return {
    app,
    output: result.output,
    bytes: result.component.length,
    milliseconds,
    exported: result.exported,
    notes: result.notes,
  };
}

/** All of them, if none has to be built: their order does not matter then. */
function allFresh(files: readonly string[], options: AppsOptions): BuiltApp[] | undefined {
  const records = new Map<string, BuildRecord | undefined>();
  const ask = (app: string): BuildRecord | undefined => {
    if (records.has(app)) return records.get(app);
    // A record that leads back to itself is not fresh.
    records.set(app, undefined);
    const record = freshRecord(builtOf(app, options), (other) => ask(other)?.exported);
    records.set(app, record);
    return record;
  };
  const fresh: BuiltApp[] = [];
  for (const app of files) {
    const record = ask(app);
    if (record === undefined) return undefined;
    fresh.push({ app, output: outputOf(app, options.output), exported: record.exported, notes: [] });
  }
  return fresh;
}

function freshFor(app: string, options: AppsOptions, before: readonly BuiltApp[]): BuiltApp | undefined {
  if (options.cached !== true) return undefined;
  const record = freshRecord(
    builtOf(app, options),
    (other) => before.find((built) => built.app === other)?.exported,
  );
  return record && { app, output: outputOf(app, options.output), exported: record.exported, notes: [] };
}

function builtOf(app: string, options: AppsOptions): Built {
  const { wit, world, interface: name, debug, dialect, engine } = options;
  const own = dialect ?? options.dialects?.get(app);
  const said = JSON.stringify({ wit, world, name, debug, dialect: own, engine });
  return { app, output: outputOf(app, options.output), options: said };
}

function siblingsOf(before: readonly BuiltApp[]): SiblingWit[] {
  return before.map(({ app, exported }) => ({ file: app, wit: exported }));
}

/** Options about one app make no sense for several. */
function checkOptions(files: readonly string[], { output, interface: name, world }: AppsOptions): void {
  if (output?.endsWith(".ts") === true) {
    const hint = "Name a file that ends in .wasm.";
    throw failure(output, "--output", "a component is no TypeScript: it would overwrite a program.", hint);
  }
  if (files.length <= 1) return;
  const wrong = [
    output === undefined ? "" : "--output",
    name === undefined ? "" : "--interface",
    world === undefined ? "" : "--world",
  ].find(Boolean);
  if (wrong !== undefined)
    throw failure(
      "atoll build",
      wrong,
      `it is about one app, and ${files.length} are given.`,
      "Build the apps one by one.",
    );
}
