/** What `atoll build` does: finds the apps, builds them, says what was made and how long it took. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { relative, resolve } from "node:path";
import {
  type AppsOptions,
  type BuiltApp,
  CompileError,
  type Dialect,
  type Engine,
} from "../toolchain/compile/index.ts";
import { loadSystem } from "../toolchain/link/index.ts";
import { buildSources } from "./build-sources.ts";
import { systemDialects } from "./components.ts";
import { withPackages } from "./full-packages.ts";
import { reportError, UsageError, warn } from "./report.ts";
import { withProgress } from "./progress.ts";
import { binaryKind, isBinary } from "./source.ts";

export interface BuildOptions {
  readonly wit?: string;
  readonly world?: string;
  readonly interface?: string;
  readonly output?: string;
  readonly dialect?: Dialect;
  readonly engine?: Engine;
  readonly debug?: true;
  readonly json?: true;
}

/** Builds the apps, or those of the systems, at `paths`. */
export async function build(paths: readonly string[], options: BuildOptions): Promise<void> {
  const { json, ...rest } = options;
  try {
    const { apps, dialects } = await appsOf(paths);
    const built = await withPackages(() => buildAll(apps, { ...rest, dialects }, json === true));
    if (json === true) print({ apps: built });
    else for (const app of built) report(app);
  } catch (error) {
    if (json !== true || !(error instanceof CompileError)) return reportError(error);
    print({ errors: error.diagnostics });
    process.exitCode = 1;
  }
}

interface Apps {
  readonly apps: readonly string[];
  /** What systems say of them, by absolute path. */
  readonly dialects: ReadonlyMap<string, Dialect>;
}

/** The apps that are named, those of a system in its place. */
async function appsOf(paths: readonly string[]): Promise<Apps> {
  if (paths.length === 0 && !existsSync("system.ts")) {
    throw new UsageError(
      "expected an app to build, found no argument and no ./system.ts",
      "Write: atoll build app.ts",
    );
  }
  const named = paths.length === 0 ? ["system.ts"] : paths;
  const found: Apps[] = [];
  for (const path of named)
    found.push(isSystem(path) ? await appsOfSystem(path) : { apps: [path], dialects: new Map() });
  return {
    apps: found.flatMap(({ apps }) => apps),
    dialects: new Map(found.flatMap(({ dialects }) => [...dialects])),
  };
}

/** A system is told by what it imports; a component never imports the package. */
function isSystem(path: string): boolean {
  const isFile = statSync(path, { throwIfNoEntry: false })?.isFile() === true;
  return isFile && /\bfrom\s+["']atoll-os["']/.test(readFileSync(path, "utf8"));
}

/** Its programs, and the core modules that become components. */
async function appsOfSystem(path: string): Promise<Apps> {
  const { folder, config } = await loadSystem(path);
  const components = Object.values(config.processes)
    .flatMap(({ component, driver }) => [component, ...(driver === undefined ? [] : [driver])])
    .map((file) => resolve(folder, file));
  const isSource = await Promise.all(
    components.map(async (file) => file.endsWith(".ts") || (await isModule(file))),
  );
  const apps = components.filter((_, i) => isSource[i]);
  if (apps.length === 0)
    throw new UsageError(
      `${path} names no apps to build`,
      'Its components are built already, or write component: "./app.ts".',
    );
  return { apps: [...new Set(apps)], dialects: systemDialects(config, folder) };
}

async function isModule(file: string): Promise<boolean> {
  return isBinary(file) && (await binaryKind(file, readFileSync(file))) === "module";
}

async function buildAll(paths: readonly string[], options: AppsOptions, quiet: boolean): Promise<BuiltApp[]> {
  if (quiet) return buildSources(paths, options);
  return withProgress(({ say }) =>
    buildSources(paths, { ...options, onBuild: (app) => say(`Building ${relative(process.cwd(), app)}`) }),
  );
}

/** Such as `build/query.wasm  25.4 KiB  0.8 s`. */
function report({ output, bytes = 0, milliseconds = 0, notes }: BuiltApp): void {
  const size = `${(bytes / 1024).toFixed(1)} KiB`;
  process.stdout.write(
    `${relative(process.cwd(), output)}  ${size}  ${(milliseconds / 1000).toFixed(1)} s\n`,
  );
  for (const note of notes) warn(note);
}

function print(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}
