/**
 * What an editor needs to understand the apps of a folder: `build/bindings/tsconfig.json`.
 *
 * A tsconfig beside the apps extends it. It names AssemblyScript's own types and
 * maps each interface to its generated file. Compilation never reads it.
 */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import type { Bindings } from "../bindgen/index.ts";
import { writeChanged } from "./output.ts";

type Paths = Record<string, readonly string[]>;

/** Adds the interface files of one app, which lie in `build/bindings/<app>/`. */
export async function writeEditorConfig(
  folder: string,
  app: string,
  files: Bindings["files"],
): Promise<void> {
  const root = join(folder, "build/bindings");
  const path = join(root, "tsconfig.json");
  const kept = Object.entries(pathsOf(path)).filter(
    ([, [target = ""]]) =>
      target.startsWith("./") && !target.startsWith(`./${app}/`) && existsSync(join(root, target)),
  );
  const paths: Paths = { ...Object.fromEntries(kept), atoll: [relative(root, RUNTIME)] };
  for (const { module, path } of files.filter(({ module }) => module.includes(":"))) {
    paths[module] = [`./${app}/${path}`];
    paths[module.replace(/@.*/, "")] = [`./${app}/${path}`];
  }
  const types = createRequire(import.meta.url).resolve("assemblyscript/std/assembly.json");
  const config = {
    extends: relative(root, types),
    compilerOptions: { noEmit: true, skipLibCheck: true, paths: sorted(paths) },
  };
  await writeChanged(path, `${JSON.stringify(config, null, 2)}\n`);
}

const RUNTIME = fileURLToPath(new URL("../bindgen/runtime/atoll.ts", import.meta.url));

function pathsOf(path: string): Paths {
  if (!existsSync(path)) return {};
  try {
    const config = JSON.parse(readFileSync(path, "utf8")) as { compilerOptions?: { paths?: Paths } };
    return config.compilerOptions?.paths ?? {};
  } catch {
    // Written by hand or half: made anew.
    return {};
  }
}

function sorted(paths: Paths): Paths {
  return Object.fromEntries(Object.entries(paths).sort(([a], [b]) => (a < b ? -1 : 1)));
}
