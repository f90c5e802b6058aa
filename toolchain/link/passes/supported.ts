/**
 * Pass: refuses what a component's types use and Atoll cannot link yet.
 */
import type { FunctionType, World, WorldItem } from "../../abi/index.ts";
import { LinkError } from "../error.ts";
import { findType } from "../value-parts.ts";

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
  const handle = findType(types, ({ kind }) => kind === "own" || kind === "borrow");
  if (handle?.kind !== "own" && handle?.kind !== "borrow") return;
  const name = handle.resource.name?.name ?? "without a name";
  throw notYet(where, `a handle to the resource "${name}"`);
}

function notYet(where: string, feature: string): LinkError {
  return new LinkError("not-yet", `${where}: uses ${feature}: Atoll cannot link that yet`);
}
