/**
 * What an editor needs to understand the apps of a folder, in `build/bindings/`.
 *
 * `tsconfig.json`, which one beside the apps extends, names AssemblyScript's
 * types and maps each interface to its generated file. All it names lies beside
 * it, so it holds on every machine. Compilation reads none of this.
 */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { plainName } from "../abi/index.ts";
import { type Bindings, runtimeFiles } from "../bindgen/index.ts";
import type { LibraryFile } from "./lean/library.ts";
import { writeChanged } from "./output.ts";

type Paths = Record<string, readonly string[]>;

/** AssemblyScript has decorators where TypeScript has none: editors read these files for their types. */
const NO_CHECK = "// @ts-nocheck: AssemblyScript, which TypeScript reads for its types only.\n";

/** Generated files as they are compiled and written, with the mark for editors. */
export function forEditors(bindings: Bindings): Bindings {
  return {
    ...bindings,
    files: bindings.files.map(({ path, module, text }) => ({ path, module, text: NO_CHECK + text })),
  };
}

/** Adds the interface files of one app, which lie in `build/bindings/<app>/`, and the libraries that it imports. */
export async function writeEditorConfig(
  folder: string,
  app: string,
  files: Bindings["files"],
  libraries: readonly LibraryFile[],
): Promise<void> {
  const root = join(folder, "build/bindings");
  const path = join(root, "tsconfig.json");
  const paths: Paths = { ...keptPaths(path, root, app), atoll: ["./atoll.ts"] };
  for (const { module, path } of libraries) paths[module] = [`./atoll/${path}`];
  const interfaces = files.filter(({ module }) => module.includes(":"));
  // A plain interface means its guarded view, where there is no file of its own.
  for (const name of [plainName, (module: string): string => module]) {
    for (const { module, path } of interfaces) {
      const specifier = name(module);
      if (specifier === undefined) continue;
      paths[specifier] = [`./${app}/${path}`];
      paths[specifier.replace(/@.*/, "")] = [`./${app}/${path}`];
    }
  }
  const sorted = Object.fromEntries(Object.entries(paths).sort(([a], [b]) => (a < b ? -1 : 1)));
  const config = {
    compilerOptions: { ...COMPILER_OPTIONS, paths: sorted },
    files: ["./assemblyscript.d.ts"],
  };
  const library = runtimeFiles().find(({ module }) => module === "atoll");
  await writeChanged(path, `${JSON.stringify(config, null, 2)}\n`);
  await writeChanged(join(root, "atoll.ts"), NO_CHECK + (library?.text ?? ""));
  for (const { path, text } of libraries) await writeChanged(join(root, "atoll", path), NO_CHECK + text);
  await writeChanged(join(root, "assemblyscript.d.ts"), assemblyScriptTypes());
}

/** Those that AssemblyScript's own configuration has for editors, without its paths into its folder. */
const COMPILER_OPTIONS = {
  target: "esnext",
  module: "esnext",
  moduleResolution: "bundler",
  noLib: true,
  types: [],
  strict: true,
  experimentalDecorators: true,
  noEmit: true,
  skipLibCheck: true,
} as const;

/** The interfaces of the folder's other apps. */
function keptPaths(path: string, root: string, app: string): Paths {
  if (!existsSync(path)) return {};
  try {
    const config = JSON.parse(readFileSync(path, "utf8")) as { compilerOptions?: { paths?: Paths } };
    const entries = Object.entries(config.compilerOptions?.paths ?? {});
    return Object.fromEntries(
      entries.filter(
        ([, [target = ""]]) => !target.startsWith(`./${app}/`) && existsSync(join(root, target)),
      ),
    );
  } catch {
    // Written by hand or half: made anew.
    return {};
  }
}

/** `Number` as an alias is no type that numbers can have members by: `n.toString()` would be an error. */
function assemblyScriptTypes(): string {
  const path = createRequire(import.meta.url).resolve("assemblyscript/std/assembly/index.d.ts");
  const text = readFileSync(path, "utf8");
  return text.replace("declare type Number = _Float;", "interface Number extends _Float {}");
}
