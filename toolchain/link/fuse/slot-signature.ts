/**
 * The core type of a call that a device's function answers as it is.
 */
import { flattenFunction } from "../../abi/index.ts";
import type { core } from "../../wasm/index.ts";
import type { PlacedProcess } from "../passes/ends.ts";
import { portsOf } from "../passes/process.ts";
import { importKey } from "../passes/slots.ts";

/** @param name `HoleFunction.name`, of a function that the process's component imports. */
export function slotSignature({ node, built }: PlacedProcess, hole: number, name: string): core.FuncType {
  const port = portsOf(node.component.world.imports).find((p) => p.name === built.template.holes[hole]?.name);
  const call = port && built.imports.get(importKey(port.name, name));
  const func = port?.functions.find((f) => f.name === call?.function);
  if (func === undefined) throw new TypeError(`process ${node.name} has no import ${name}`);
  const { params, results } = flattenFunction(func.type, "lower");
  return { params, results };
}
