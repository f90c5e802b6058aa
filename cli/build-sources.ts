/** What `atoll build` was given, by kind: TypeScript apps, and core modules of other toolchains. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { type AppsOptions, buildApps, buildModule, type BuiltApp } from "../toolchain/compile/index.ts";
import { UsageError } from "./report.ts";
import { binaryKind, isBinary } from "./source.ts";

/** Modules first: what they export is found in `build/` by apps that import it. */
export async function buildSources(paths: readonly string[], options: AppsOptions): Promise<BuiltApp[]> {
  const modules = paths.filter((path) => isBinary(path));
  const apps = paths.filter((path) => !modules.includes(path));
  if (modules.length > 0) refuseOptions(paths, options);
  const built: BuiltApp[] = [];
  for (const file of modules) {
    await refuseComponent(file);
    options.onBuild?.(resolve(file));
    built.push(await buildModule(file, options));
  }
  return apps.length === 0 ? built : [...built, ...(await buildApps(apps, options))];
}

/** What is about one source, or about apps alone. */
function refuseOptions(paths: readonly string[], { output, world, interface: name }: AppsOptions): void {
  if (name !== undefined)
    throw new UsageError(
      "--interface is for TypeScript apps: a module's exports are what its world says.",
      "Give its world with --wit, or leave --interface out.",
    );
  const alone = output === undefined ? world && "--world" : "--output";
  if (paths.length > 1 && alone !== undefined)
    throw new UsageError(
      `${alone} is about one source, and ${paths.length} are given.`,
      "Build them one by one.",
    );
}

async function refuseComponent(file: string): Promise<void> {
  if ((await binaryKind(file, readFileSync(file))) === "module") return;
  throw new UsageError(
    `${file}: expected an app or a core module, found a component: there is nothing to build.`,
    `Use it as it is: atoll run ${file}, or component: "./${file}" in system.ts.`,
  );
}
