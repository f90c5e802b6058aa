/**
 * What a person means by a name: a process, a device, an interface or a function.
 *
 * A name without version means every version; one with a version means those
 * that it is compatible with, as in wiring.
 */
import { DEVICE_PACKAGE, DEVICES, isAtolls } from "../devices.ts";
import { LinkError } from "../error.ts";
import { fittingInterfaces, splitVersion } from "../interface-name.ts";
import { KERNEL_PACKAGE } from "../kernel-interfaces.ts";
import { didYouMean } from "../nearest.ts";
import type { CapabilityGraph, GraphEdge } from "./graph.ts";

export interface Target {
  readonly kind: "process" | "device" | "interface" | "function";
  readonly name: string;
  /** Whether a call through the edge can be a call of it. */
  readonly isCalledBy: (edge: GraphEdge) => boolean;
  /** Whether a process's exported function is it, or part of it. */
  readonly holds: (process: number, exported: string) => boolean;
  /** Whether this name of an interface or function is it, or part of it. */
  readonly isNamedBy: (name: string) => boolean;
}

/** @throws LinkError (`unknown`) that says what there is. */
export function findTarget(graph: CapabilityGraph, name: string): Target {
  const process = positionOf(graph, name);
  if (process !== undefined) {
    return {
      kind: "process",
      name,
      isCalledBy: ({ to }) => to === process,
      holds: (other) => other === process,
      isNamedBy: () => false,
    };
  }
  const found = findDevice(graph, name) ?? findInterface(graph, name);
  if (found === undefined) throw unknown(graph, name);
  return found;
}

/** Position of a process. @throws LinkError (`unknown`) */
export function findProcess(graph: CapabilityGraph, name: string): number {
  const found = positionOf(graph, name);
  if (found !== undefined) return found;
  const names = namesOf(graph, "process");
  throw new LinkError(
    "unknown",
    `there is no process "${name}".${didYouMean(name, names)} ${listed("Processes", names)}`,
  );
}

function positionOf(graph: CapabilityGraph, name: string): number | undefined {
  const position = graph.nodes.findIndex((node) => node.kind === "process" && node.name === name);
  return position < 0 ? undefined : position;
}

/** All of a kind, such as `directory`, or one, such as `directory ./texts`. */
function findDevice({ nodes }: CapabilityGraph, name: string): Target | undefined {
  if (name.includes("#")) return undefined;
  const id = deviceId(splitVersion(name).id);
  const known = Object.hasOwn(DEVICES, id);
  if (!known && !nodes.some((node) => node.kind === "device" && node.name === name)) return undefined;
  return {
    kind: "device",
    name: known ? id : name,
    isCalledBy: ({ to }) => {
      const node = nodes[to];
      return node?.kind === "device" && (known ? node.interface === id : node.name === name);
    },
    holds: () => false,
    isNamedBy: (other) => known && splitVersion(splitFunction(other)[0] ?? "").id === id,
  };
}

/** `ns:package/name`, `ns:package/name#function`, or a function by itself. */
function findInterface(graph: CapabilityGraph, name: string): Target | undefined {
  const [given = "", func] = splitFunction(name);
  const wanted = Object.hasOwn(DEVICES, deviceId(splitVersion(given).id)) ? deviceId(given) : given;
  const fits = (other: string): boolean => fittingInterfaces(wanted, [other]).length > 0;
  const isNamedBy = (other: string): boolean => {
    const [id = "", member] = splitFunction(other);
    return fits(id) && (func === undefined || member === func);
  };
  const known = knownNames(graph).filter(isNamedBy);
  if (known.length === 0) return undefined;
  return {
    kind: func === undefined && known.some((other) => other.includes("#")) ? "interface" : "function",
    name: func === undefined ? wanted : `${wanted}#${func}`,
    isCalledBy: ({ interface: id, provided, functions }) =>
      [id, provided].some((other) => functions.some((f) => isNamedBy(fullName(other, f)))),
    holds: (_, exported) => isNamedBy(exported),
    isNamedBy,
  };
}

function splitFunction(name: string): string[] {
  const at = name.indexOf("#");
  return at < 0 ? [name] : [name.slice(0, at), name.slice(at + 1)];
}

function deviceId(name: string): string {
  if (isAtolls(name)) return name;
  const kernels = `${KERNEL_PACKAGE}/${name.replace(/^kernel /, "")}`;
  return Object.hasOwn(DEVICES, kernels) ? kernels : `${DEVICE_PACKAGE}/${name}`;
}

/** All that is exported, called or a device's, such as `search:index/api#query`. */
function knownNames({ nodes, edges, unused }: CapabilityGraph): string[] {
  return [
    ...nodes.flatMap((node) => (node.kind === "process" ? node.exports : [])),
    ...edges.flatMap((edge) =>
      edge.functions.flatMap((func) => [edge.interface, edge.provided].map((id) => fullName(id, func))),
    ),
    ...unused.flatMap((item) => item.functions.map((func) => fullName(item.interface, func))),
    ...Object.entries(DEVICES).flatMap(([id, { functions }]) => functions.map((f) => fullName(id, f.name))),
  ];
}

/** `interface#function`; a function that is imported by itself is its bare name. */
export function fullName(id: string, func: string): string {
  return id === func ? func : `${id}#${func}`;
}

function unknown(graph: CapabilityGraph, name: string): LinkError {
  const processes = namesOf(graph, "process");
  const devices = namesOf(graph, "device");
  const functions = knownNames(graph).filter((f) => !isAtolls(f));
  const interfaces = unique(functions.map((f) => splitFunction(f)[0] ?? f));
  const ids = interfaces.map((id) => splitVersion(id).id);
  const [id = "", func] = splitFunction(name);
  const members = unique(knownNames(graph).filter((f) => func !== undefined && f.startsWith(id)));
  const exact = [...functions, ...members];
  const bare = exact.map((f) => f.replace(/@[^#]*/, ""));
  const guess = didYouMean(name, [...processes, ...devices, ...ids, ...bare, ...exact]);
  const lists = [
    listed("Processes", processes),
    listed("Devices", devices),
    listed("Interfaces", interfaces),
  ];
  if (members.length > 0) lists.push(listed(`Functions of ${id}`, members));
  return new LinkError(
    "unknown",
    `there is no process, device, interface or function "${name}".${guess}\n${lists.join("\n")}`,
  );
}

function namesOf({ nodes }: CapabilityGraph, kind: "process" | "device"): string[] {
  return unique(nodes.flatMap((node) => (node.kind === kind ? [node.name] : [])));
}

/** A long list is cut: an error is read by people. */
function listed(what: string, names: readonly string[]): string {
  if (names.length === 0) return `${what}: none.`;
  const shown = names.slice(0, 30);
  const rest = names.length - shown.length;
  return `${what}: ${shown.join(", ")}${rest > 0 ? ` and ${rest} more` : ""}.`;
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)];
}
