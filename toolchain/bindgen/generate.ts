/** Annotated world → the files of its bindings. */
import { handlesIn, plainName } from "../abi/index.ts";
import type { AsInterface, AsNamedType, AsType, AsWorld } from "./as-type.ts";
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
    files.push(fileOf(input, item, item.module, item.types, paths, guardedViewOf(item, world)));
  }
  for (const item of world.exports) {
    // An interface that is imported too has its types from there.
    // Its resources are classes of the program; those it uses from elsewhere have names here too.
    const resources = item.resources.filter(({ from }) => from !== undefined && from.module !== item.module);
    const types = item.types.filter(({ type }) => !holdsExported(type));
    if (types.length + resources.length === 0) continue;
    if (item.name === undefined || modules.has(item.name)) continue;
    files.push(fileOf(input, { ...item, resources, functions: [] }, item.name, types, paths));
  }
  const entry = entryFile(world);
  return { files: [...files, entry.file], entry: entry.file.path, exports: entry.exports };
}

/**
 * An interface of which a world has the types alone, since it calls the guarded
 * view: whoever imports from either gets both.
 */
function guardedViewOf(item: AsInterface, { imports }: AsWorld): string | undefined {
  if (item.name === undefined || item.functions.length + item.resources.length > 0) return undefined;
  return imports.find(({ name }) => name !== undefined && plainName(name) === item.name)?.module;
}

/** Such a type is the program's to declare: a generated file cannot name the program's classes. */
function holdsExported(type: AsType): boolean {
  return handlesIn([type]).some((handle) => "exported" in handle);
}

function fileOf(
  input: BindingsInput,
  item: AsInterface,
  module: string,
  types: readonly AsNamedType[],
  paths: Set<string>,
  guardedView?: string,
): BindingsFile {
  return interfaceFile({
    ...(guardedView === undefined ? {} : { guardedView }),
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
