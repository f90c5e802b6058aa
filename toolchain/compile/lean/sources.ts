/** Where AssemblyScript finds the files of a program: the app's, generated ones, module "atoll". */
import { join, posix } from "node:path";
import { runtimeFiles } from "../../bindgen/index.ts";
import type { App } from "./app.ts";
import type { GeneratedModules, InterfaceIds } from "./contract.ts";
import { libraryFile } from "./library.ts";
import type { SourceText } from "./program.ts";

/** Folder of the generated files, relative to the app's. */
export function bindingsFolder(app: App): string {
  return `build/bindings/${app.base}`;
}

/** How a file in the bindings folder imports a source of the app. */
export function specifierOf(app: App, normalizedPath: string): string {
  return posix.relative(bindingsFolder(app), normalizedPath.replace(/\.ts$/, ""));
}

/** Finds sources by AssemblyScript's paths; an import without version reads the one that was found. */
export function finder(
  app: App,
  modules: GeneratedModules,
  ids: InterfaceIds,
): (path: string) => SourceText | undefined {
  const runtime = new Map(runtimeFiles().map(({ module, text }) => [module, text]));
  return (path) => {
    if (!path.startsWith("~lib/")) return app.sources.get(path);
    const specifier = path.slice("~lib/".length);
    const text = modules.get(specifier) ?? runtime.get(specifier) ?? libraryFile(specifier)?.text;
    if (text !== undefined) return { path: `${path}.ts`, text };
    const id = ids.get(specifier);
    return id === undefined ? undefined : { path: `${path}.ts`, text: `export * from "${id}";\n` };
  };
}

/** Where a generated file lies on disk, by AssemblyScript's path, for messages and source maps. */
export function generatedFiles(
  app: App,
  files: readonly { readonly path: string; readonly module: string }[],
): Map<string, string> {
  return new Map(
    files.map(({ path, module }) => [`~lib/${module}.ts`, join(app.folder, bindingsFolder(app), path)]),
  );
}
