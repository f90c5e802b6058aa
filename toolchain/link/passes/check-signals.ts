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
import { calledFunctions, portsOf, shareLife, type Port, type ProcessNode, type Wire } from "./process.ts";

/** What is called so that the kernel calls in turn, and what it calls then. */
interface Need {
  /** Function of the import. */
  readonly function: string;
  readonly signal: string;
}

/** @throws LinkError (`wiring`, `type`) */
export function checkSignals(node: ProcessNode, all: Iterable<ProcessNode>): void {
  const { component } = node;
  for (const port of portsOf(component.world.exports)) checkExport(node, port, all);
  const called = calledFunctions(component);
  for (const wire of node.wires) {
    for (const { function: name, signal } of needsOf(wire)) {
      if (called.get(wire.name)?.has(name) !== true) continue;
      if (component.exports.some((exported) => exported.name === signal)) continue;
      const [wanted = "", answer = ""] = signal.split("#");
      throw new LinkError(
        "wiring",
        `process "${node.name}" (${component.file}) calls "${name}" of "${wire.name}", and does not export ${wanted}, whose function "${answer}" the kernel calls then`,
        `In its program: // @export ${splitVersion(wanted).id} among the first comments, and export function ${answer}(…). See docs/kernel.md.`,
      );
    }
  }
}

function needsOf({ name, provider }: Wire): readonly Need[] {
  if (provider.kind === "spawner") return [{ function: "[method]process.monitor", signal: SIGNALS.notice }];
  const isTime = provider.kind === "device" && splitVersion(name).id === "atoll:kernel/time";
  return isTime ? [{ function: "set-alarm", signal: SIGNALS.alarm }] : [];
}

function checkExport(node: ProcessNode, port: Port, all: Iterable<ProcessNode>): void {
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
  checkDomain(node, port, all);
}

/** The kernel knows a domain as one process, with one mailbox. */
function checkDomain(node: ProcessNode, port: Port, all: Iterable<ProcessNode>): void {
  const other = [...all].find(
    (one) =>
      one !== node &&
      shareLife(one, node) &&
      portsOf(one.component.world.exports).some(({ name }) => name === port.name),
  );
  if (other === undefined) return;
  throw new LinkError(
    "wiring",
    `processes "${node.name}" and "${other.name}" both export "${port.name}", and are in the domain "${node.config.domain}", which is one process to the kernel`,
    "Take one of them out of the domain.",
  );
}

function isSignal(id: string): id is keyof typeof KERNEL_SIGNALS {
  return Object.hasOwn(KERNEL_SIGNALS, id);
}
