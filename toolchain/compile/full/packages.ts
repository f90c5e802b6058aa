/**
 * The packages that only the full dialect needs: which, and where they lie.
 *
 * They are many times what Atoll is, so that they are installed when somebody
 * first asks for them, each in a folder of its own below the user's cache, and
 * once for all projects. A project that has the same version itself uses that.
 */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { CompileError } from "../diagnostic.ts";
import type { Engine } from "./engine.ts";

export interface FullPackage {
  readonly name: string;
  /** Exact. */
  readonly version: string;
  /** On disk with all that it needs, in megabytes. */
  readonly megabytes: number;
  readonly why: string;
  /** Versions of what it depends on, where a newer one breaks it. */
  readonly overrides?: Readonly<Record<string, string>>;
}

/** Names one of the packages. */
export type PackageKey = "esbuild" | "typescript" | Engine;

export const PACKAGES: Readonly<Record<PackageKey, FullPackage>> = {
  esbuild: { name: "esbuild", version: "0.28.2", megabytes: 12, why: "bundles the program" },
  typescript: { name: "typescript", version: "7.0.2", megabytes: 31, why: "checks its types" },
  quickjs: {
    name: "componentize-qjs",
    version: "0.4.5",
    megabytes: 38,
    why: "puts it into QuickJS, as a component",
  },
  starlingmonkey: {
    name: "@bytecodealliance/componentize-js",
    version: "0.23.0",
    megabytes: 385,
    why: "puts it into StarlingMonkey, as a component",
    // Its own range takes a newer one, and then it fails with "os error 44".
    overrides: { "@bytecodealliance/preview2-shim": "0.26.0" },
  },
};

/** Folders, each with a `node_modules`, where packages are looked for and never installed. */
const GIVEN = "ATOLL_FULL_PACKAGES";

/** The folder that a package is installed in: its `node_modules` is below. */
export function packageFolder({ name, version }: FullPackage): string {
  const cache = process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache");
  return join(cache, "atoll", "packages", `${name.replace("/", "+")}@${version}`);
}

/** The folder of an installed package, or undefined. `app` is a file of the project. */
export function installedPackage(key: PackageKey, app: string): string | undefined {
  const wanted = PACKAGES[key];
  const given = (process.env[GIVEN] ?? "").split(delimiter).filter((folder) => folder !== "");
  const places = [dirname(app), ...given, packageFolder(wanted)];
  // A project is checked by the compiler that its editor has.
  const isRight = (version: string): boolean => key === "typescript" || version === wanted.version;
  return places
    .map((place) => resolvePackage(wanted.name, place))
    .find((found) => found && isRight(versionOf(found)));
}

/** Thrown where packages are missing, so that whoever has a person at hand can ask, and install them. */
export class MissingPackages extends CompileError {
  readonly packages: readonly FullPackage[];

  constructor(app: string, packages: readonly FullPackage[]) {
    const engine = packages.includes(PACKAGES.starlingmonkey) ? " --engine starlingmonkey" : "";
    super([
      {
        file: app,
        construct: "full dialect",
        message: `it needs packages that are not installed:\n${listOf(packages)}`,
        hint: `Install them, into ${cacheText()}: npx atoll setup full${engine}`,
      },
    ]);
    this.packages = packages;
  }
}

/** The folders of packages. @throws MissingPackages */
export function requirePackages<K extends PackageKey>(keys: readonly K[], app: string): Record<K, string> {
  const found = keys.map((key) => [key, installedPackage(key, app)] as const);
  const missing = found.flatMap(([key, folder]) => (folder === undefined ? [PACKAGES[key]] : []));
  if (missing.length > 0) throw new MissingPackages(app, missing);
  return Object.fromEntries(found) as Record<K, string>;
}

/** A line for each. */
export function listOf(packages: readonly FullPackage[]): string {
  return packages
    .map(({ name, version, megabytes, why }) => `  ${name} ${version}, ${megabytes} MB: ${why}`)
    .join("\n");
}

/** The folder of all of them, as a person would write it. */
export function cacheText(): string {
  return dirname(packageFolder(PACKAGES.esbuild)).replace(homedir(), "~");
}

function resolvePackage(name: string, from: string): string | undefined {
  const require = createRequire(join(from, "package.json"));
  for (const folder of require.resolve.paths(name) ?? []) {
    if (existsSync(join(folder, name, "package.json"))) return join(folder, name);
  }
  return undefined;
}

function versionOf(folder: string): string {
  const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { version: string };
  return version;
}
