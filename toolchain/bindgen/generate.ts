/** Annotated world → the files of its bindings. */
import type { AsInterface, AsNamedType } from "./as-type.ts";
import type { Bindings, BindingsFile, BindingsInput } from "./bindings.ts";
import { entryFile } from "./entry-file.ts";
import { interfaceFile } from "./interface-file.ts";

/** @throws AbiError for a type that bindings cannot express; the message names what to do. */
export function generateBindings(input: BindingsInput): Bindings {
  const { world } = input;
  const paths = new Set<string>();
  const files: BindingsFile[] = [];
  const modules = new Map<string, AsInterface>();
  for (const item of world.imports) {
    modules.set(item.module, item);
    files.push(fileOf(input, item, item.module, item.types, paths));
  }
  for (const item of world.exports) {
    // An interface that is imported too has its types from there.
    if (item.types.length === 0 || item.name === undefined || modules.has(item.name)) continue;
    files.push(fileOf(input, { ...item, functions: [] }, item.name, item.types, paths));
  }
  const entry = entryFile(world.exports);
  return { files: [...files, entry.file], entry: entry.file.path, exports: entry.exports };
}

function fileOf(
  input: BindingsInput,
  item: AsInterface,
  module: string,
  types: readonly AsNamedType[],
  paths: Set<string>,
): BindingsFile {
  return interfaceFile({
    ...(item.name === undefined ? {} : { name: item.name }),
    ...(input.docs === undefined ? {} : { docs: input.docs }),
    module,
    path: pathOf(module, paths),
    types,
    resources: item.resources,
    functions: item.functions,
  });
}

/** `search:index/api@0.1.0` → `search-index-api.ts`; a second version gets its number. */
function pathOf(module: string, paths: Set<string>): string {
  const [base = "", version = ""] = module.split("@");
  const plain = base.replace(/[^\w-]+/g, "-").replace(/^-+/, "");
  let path = `${plain}.ts`;
  if (paths.has(path) || path === "entry.ts") path = `${plain}-${version.replace(/[^\w-]+/g, "-")}.ts`;
  paths.add(path);
  return path;
}
