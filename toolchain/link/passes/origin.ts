/**
 * Where a resource type comes from: the process whose component defines it.
 *
 * A component names the resources that it imports by interface and name; its
 * wires say whose export stands behind each. Followed to the end, two names are
 * the same type exactly when they end at the same definition in the same process.
 */
import { portsOf, type Port, type ProcessNode } from "./process.ts";
import type { ComponentResource } from "./resources.ts";

export interface Origin {
  readonly process: ProcessNode;
  /** One that the process's component defines. */
  readonly resource: ComponentResource;
}

/** Undefined where a wire is missing, or wires go in a circle: others report that. */
export function originOf(
  process: ProcessNode,
  resource: ComponentResource,
  path: readonly ProcessNode[] = [],
): Origin | undefined {
  if (resource.defined) return { process, resource };
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
  if (provider?.kind !== "process") return undefined;
  const port = exportedPort(provider.process, provider.name);
  const type = port?.resources.find((r) => r.name === name)?.resource;
  return type && originOf(provider.process, provider.process.component.resources.of(type), path);
}

export function exportedPort(process: ProcessNode, name: string): Port | undefined {
  return portsOf(process.component.world.exports).find((port) => port.name === name);
}

export function sameOrigin(a: Origin | undefined, b: Origin | undefined): boolean {
  return a?.process === b?.process && a?.resource.position === b?.resource.position;
}

/** Such as `defined by process "store"`, for messages. */
export function originText(origin: Origin | undefined): string {
  return origin === undefined ? "of unknown origin" : `defined by process "${origin.process.name}"`;
}
