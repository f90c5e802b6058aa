/**
 * Pass: refuses what a component's types use and Atoll cannot link yet.
 */
import { type FunctionType, NO_ASYNC, type World, type WorldItem } from "../../abi/index.ts";
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
  if (item.kind === "function") return refuseAsync(item.type, where);
  if (item.kind !== "interface") return;
  for (const { name, type } of item.interface.functions) refuseAsync(type, `${where}, function "${name}"`);
}

function refuseAsync(type: FunctionType, where: string): void {
  if (!type.async) return;
  throw new LinkError(
    "not-yet",
    `${where}: uses an async function: Atoll cannot link that yet`,
    `${NO_ASYNC}.`,
  );
}
