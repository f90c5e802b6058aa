/**
 * Pass: refuses what a component's types use and Atoll cannot link yet.
 */
import type { FunctionType, ValueType, World, WorldItem } from "../../abi/index.ts";
import { LinkError } from "../error.ts";

/** @throws LinkError (`not-yet`) with the feature and where it is used. */
export function refuseUnsupported(world: World, file: string): void {
  for (const [side, items] of [
    ["import", world.imports],
    ["export", world.exports],
  ] as const) {
    for (const item of items) refuseInItem(item, `${file}, ${side} "${item.name}"`);
  }
}

function refuseInItem(item: WorldItem, where: string): void {
  if (item.kind === "function") return refuseInFunction(item.type, where);
  const types = item.kind === "type" ? [item] : item.interface.types;
  const resource = types.find(({ type }) => type.kind === "resource");
  if (resource) throw notYet(where, `the resource "${resource.name}"`);
  if (item.kind !== "interface") return;
  for (const { name, type } of item.interface.functions)
    refuseInFunction(type, `${where}, function "${name}"`);
}

function refuseInFunction(type: FunctionType, where: string): void {
  if (type.async) throw notYet(where, "an async function");
  const types = type.params.map((param) => param.type);
  if (type.result) types.push(type.result);
  const seen = new Set<ValueType>();
  for (const part of types) {
    const handle = findHandle(part, seen);
    if (handle) throw notYet(where, `a handle to the resource "${handle}"`);
  }
}

/** The name of a resource that a value of the type can carry a handle of. */
function findHandle(type: ValueType, seen: Set<ValueType>): string | undefined {
  if (seen.has(type)) return undefined;
  seen.add(type);
  if (type.kind === "own" || type.kind === "borrow") return type.resource.name?.name ?? "without a name";
  for (const part of parts(type)) {
    const handle = findHandle(part, seen);
    if (handle) return handle;
  }
  return undefined;
}

function parts(type: ValueType): readonly ValueType[] {
  switch (type.kind) {
    case "list":
      return [type.element];
    case "map":
      return [type.key, type.value];
    case "record":
      return type.fields.map((field) => field.type);
    case "tuple":
      return type.types;
    case "variant":
      return type.cases.flatMap((c) => (c.type ? [c.type] : []));
    case "option":
      return [type.type];
    case "result":
      return [type.ok, type.err].flatMap((t) => (t ? [t] : []));
    default:
      return [];
  }
}

function notYet(where: string, feature: string): LinkError {
  return new LinkError("not-yet", `${where}: uses ${feature}: Atoll cannot link that yet`);
}
