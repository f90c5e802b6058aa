/**
 * Pass: what the kernel calls in a process is there, and has the kernel's types.
 *
 * The host calls signals with core values, not over adapters; so their types are
 * compared here, with the same care as those of a wire.
 */
import { compareFunctions, printFunction } from "../../abi/index.ts";
import { LinkError } from "../error.ts";
import { KERNEL_SIGNALS } from "../kernel-interfaces.ts";
import { SIGNALS } from "../plan.ts";
import { splitVersion } from "../interface-name.ts";
import { portsOf, type Port, type ProcessNode } from "./process.ts";

/** Functions of imports after which the kernel calls, and what it calls then. */
const NEEDS = [{ interface: "atoll:kernel/time", function: "set-alarm", signal: SIGNALS.alarm }] as const;

/** @throws LinkError (`wiring`, `type`) */
export function checkSignals(node: ProcessNode): void {
  const { component } = node;
  for (const port of portsOf(component.world.exports)) checkExport(node, port);
  for (const { interface: id, function: name, signal } of NEEDS) {
    const wire = node.wires.find((one) => splitVersion(one.name).id === id);
    const calls = portsOf(component.world.imports)
      .find((port) => port.name === wire?.name)
      ?.functions.some((func) => func.name === name);
    if (wire?.provider.kind !== "device" || calls !== true) continue;
    if (component.exports.some((exported) => exported.name === signal)) continue;
    const [wanted = "", called = ""] = signal.split("#");
    throw new LinkError(
      "wiring",
      `process "${node.name}" (${component.file}) imports "${name}" of ${id}, and does not export ${wanted}, whose function "${called}" the kernel calls then`,
      `In its program: // @export ${splitVersion(wanted).id} among the first comments, and export function ${called}(…). See docs/kernel.md.`,
    );
  }
}

function checkExport(node: ProcessNode, port: Port): void {
  const { id } = splitVersion(port.name);
  if (!isSignal(id)) return;
  const where = `process "${node.name}" (${node.component.file}) exports "${port.name}"`;
  const known = Object.values(SIGNALS).map((name) => name.split("#")[0] ?? "");
  if (!known.includes(port.name)) {
    throw new LinkError(
      "wiring",
      `${where}, and this Atoll has ${known.find((name) => splitVersion(name).id === id)}`,
      "Build the component against this version, or update atoll-os.",
    );
  }
  for (const { name, type } of KERNEL_SIGNALS[id].functions) {
    const found = port.functions.find((func) => func.name === name);
    const difference = found && compareFunctions(found.type, type, () => false);
    if (found !== undefined && difference === undefined) continue;
    const offered = found === undefined ? "nothing" : printFunction(found.type, () => undefined);
    throw new LinkError(
      "type",
      `${where}: the kernel calls its function "${name}": expected ${printFunction(type, () => undefined)}, found ${offered}`,
      "Build it against wit/kernel.wit.",
    );
  }
}

function isSignal(id: string): id is keyof typeof KERNEL_SIGNALS {
  return Object.hasOwn(KERNEL_SIGNALS, id);
}
