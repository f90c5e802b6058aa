/**
 * Worlds that import a view, and the plain interface for its types alone.
 *
 * WIT has no import of types: `use api.{hit}` makes a world import all of `api`.
 * A program that asked for a view shall not call past it by accident.
 */
import {
  carriesProcesses,
  guardedName,
  handlesIn,
  isProcessResource,
  processViewName,
  type Interface,
  type NamedType,
  type World,
} from "../../abi/index.ts";
import { interfaceId, type WitPackage } from "./scan.ts";

type InterfaceItem = Extract<World["imports"][number], { kind: "interface" }>;

/** @param asked whether the world's author wrote the import of an interface. */
export function viewTypesAlone(world: World, asked: (id: string) => boolean): World {
  const names = new Set(world.imports.map(({ name }) => name));
  const imports = world.imports.map((item) => {
    if (item.kind !== "interface" || asked(item.name)) return item;
    if (!names.has(guardedName(item.name)) && !names.has(processViewName(item.name))) return item;
    return isUsed(item, world) ? item : { ...item, interface: valuesOf(item.interface) };
  });
  return { ...world, imports };
}

function valuesOf({ types }: Interface): Interface {
  return { types: types.filter(({ type }) => !holdsHandles(type)), functions: [] };
}

/** Handles of processes are the same in all views. */
function holdsHandles(type: NamedType): boolean {
  if (type.kind === "resource") return !isProcessResource(type.resource);
  return handlesIn([type.type]).length > 0 && !carriesProcesses(type.type);
}

/** Whether another interface of the world uses a resource of this one, or what holds it; its export has its own. */
function isUsed(item: InterfaceItem, { imports, exports }: World): boolean {
  const own = ({ type }: Interface["types"][number]): boolean =>
    holdsHandles(type) && (type.kind === "resource" ? type.resource : type.type).name?.owner === item.name;
  return [...imports, ...exports].some(
    (other) => other.name !== item.name && other.kind === "interface" && other.interface.types.some(own),
  );
}

/** Whether a world's text has `import ID;`. */
export function importsInText({ id, body }: WitPackage, world: string): (interfaceId: string) => boolean {
  const text = body.replaceAll(/\/\/[^\n]*|\/\*[\s\S]*?\*\//g, " ").replaceAll("%", "");
  const start = text.search(new RegExp(`\\bworld\\s+${world}\\s*\\{`));
  const block = text.slice(Math.max(0, start));
  // Worlds are not nested, but inline interfaces are; the next world is not this one's.
  const end = block.slice(1).search(/\bworld\s+[\w-]+\s*\{/);
  const own = end < 0 || /\binclude\b/.test(block) ? text : block.slice(0, end + 1);
  const named = [...own.matchAll(/\bimport\s+([^;:{\s]+(?::[^;{\s]+)?)\s*;/g)].map(([, name = ""]) =>
    name.includes("/") ? name : interfaceId(id, name),
  );
  return (wanted) => named.some((name) => name === wanted || name === wanted.replace(/@.*/, ""));
}
