/**
 * Where a resource type comes from: the process whose component defines it, a device,
 * or the system, which has one for the handles of processes of one kind.
 *
 * A component names the resources that it imports by interface and name; its
 * wires say whose export stands behind each. Followed to the end, two names are
 * the same type exactly when they end at the same definition in the same process.
 */
import { PROCESS } from "../../abi/index.ts";
import { DEVICES } from "../devices.ts";
import type { Grant } from "../plan.ts";
import { portsOf, type Port, type ProcessNode } from "./process.ts";
import type { ComponentResource } from "./resources.ts";

export type Origin =
  | {
      readonly kind: "process";
      readonly process: ProcessNode;
      /** One that the process's component defines. */
      readonly resource: ComponentResource;
    }
  | {
      readonly kind: "device";
      readonly device: Grant["device"];
      /** Of the resource, in WIT. */
      readonly name: string;
      /** Somebody who is granted the device; the type is the same through all grants. */
      readonly holder: { readonly process: ProcessNode; readonly grant: number };
    }
  | {
      /** Handles of processes, which are the kernel's: whoever imports the same view of the same process has them. */
      readonly kind: "spawner";
      /** What the processes are made as. */
      readonly process: ProcessNode;
      /** The interface of theirs that the view is of. */
      readonly name: string;
    };

/** Undefined where a wire is missing, or wires go in a circle: others report that. */
export function originOf(
  process: ProcessNode,
  resource: ComponentResource,
  path: readonly ProcessNode[] = [],
): Origin | undefined {
  if (resource.defined) return { kind: "process", process, resource };
  const [declared] = resource.imports;
  if (declared === undefined || path.includes(process)) return undefined;
  return importedOrigin(process, declared.interface, declared.name, [...path, process]);
}

/** Of the resource that a process imports under this name. */
export function importedOrigin(
  process: ProcessNode,
  from: string,
  name: string,
  path: readonly ProcessNode[] = [],
): Origin | undefined {
  const provider = process.wires.find((wire) => wire.name === from)?.provider;
  if (provider === undefined) return undefined;
  if (provider.kind === "device") return deviceOrigin(process, provider.grant, name);
  // Others that a process view has are those of the interface that it is the view of.
  if (provider.kind === "spawner" && name === PROCESS) return provider;
  const port = exportedPort(provider.process, provider.name);
  const type = port?.resources.find((r) => r.name === name)?.resource;
  return type && originOf(provider.process, provider.process.component.resources.of(type), path);
}

function deviceOrigin(process: ProcessNode, grant: number, name: string): Origin | undefined {
  const device = process.grants[grant]?.device;
  const known = device && DEVICES[device].types.some((t) => t.name === name && t.type.kind === "resource");
  return known ? { kind: "device", device, name, holder: { process, grant } } : undefined;
}

export function exportedPort(process: ProcessNode, name: string): Port | undefined {
  return portsOf(process.component.world.exports).find((port) => port.name === name);
}

export function sameOrigin(a: Origin | undefined, b: Origin | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  if (a.kind === "device") return b.kind === "device" && a.device === b.device && a.name === b.name;
  if (a.kind === "spawner") return b.kind === "spawner" && a.process === b.process && a.name === b.name;
  if (b.kind !== "process") return false;
  return a.process === b.process && a.resource.position === b.resource.position;
}

/** Such as `defined by process "store"`, for messages. */
export function originText(origin: Origin | undefined): string {
  if (origin === undefined) return "of unknown origin";
  if (origin.kind === "spawner") return `a handle of process "${origin.process.name}"`;
  return `defined by ${origin.kind === "device" ? origin.device : `process "${origin.process.name}"`}`;
}
