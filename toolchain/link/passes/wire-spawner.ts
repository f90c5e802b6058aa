/**
 * Pass: an import of a process view is bound to the processes that its handles are of.
 *
 * They export the plain interface; the view is derived from that, and must be
 * what the import says. How the consumer comes to have handles is what the wire
 * says; what it cannot do over that wire it must not call. Which processes can be
 * spawned at all, and what may be done with their handles, is checked here too.
 */
import {
  AbiError,
  handlesOfFunction,
  type HandleType,
  PROCESS,
  processView,
  processViewName,
  spawnedName,
  type ResourceType,
} from "../../abi/index.ts";
import type { ViewConfig, WireConfig } from "../config/system.ts";
import { LinkError } from "../error.ts";
import { fittingInterfaces } from "../interface-name.ts";
import { checkTypes } from "./check-types.ts";
import { originOf, sameOrigin, type Origin } from "./origin.ts";
import {
  calledFunctions,
  portsOf,
  type HandlesBy,
  type Port,
  type ProcessNode,
  type Wire,
  type WireWishes,
} from "./process.ts";
import { importKey } from "./slots.ts";

type SpawnerWire = Wire & { readonly provider: { readonly kind: "spawner" } };

/** What a wire says of an import that is a process view. */
export interface ViewWish {
  readonly by: HandlesBy;
  /** The name of the process whose handles they are, or that they are made like. */
  readonly process: string;
  /** The name of the export that it has to have. */
  readonly wanted: string;
  readonly config: WireWishes;
}

/**
 * What a wire of `system.ts` means: an ordinary one, or handles of processes.
 *
 * @throws LinkError (`wiring`, `config`) for what cannot be said of this import
 */
export function wishOf(
  node: ProcessNode,
  port: Port,
  wire: string | WireConfig | ViewConfig,
  nodes: ReadonlyMap<string, ProcessNode>,
  isSupervised: boolean,
): WireConfig | ViewWish {
  const config = typeof wire === "string" ? { process: wire } : wire;
  const plain = isNamed(port.resources, PROCESS) ? spawnedName(port.name) : undefined;
  const where = `process "${node.name}", imports "${port.name}"`;
  if (!("process" in config)) {
    const wish = viewWishOf(config);
    if (plain === undefined) throw noView(where, port, wish);
    return { ...wish, wanted: config.interface ?? plain, config };
  }
  const { process, interface: given } = config;
  const provider = nodes.get(process);
  if (plain === undefined || provider === undefined || exportsView(provider, given ?? port.name))
    return config;
  checkFields(where, config);
  if (!isSupervised) throw withoutKernel(where);
  return { by: "process", process, wanted: given ?? plain, config };
}

function viewWishOf(config: ViewConfig): Pick<ViewWish, "by" | "process"> {
  return "spawn" in config
    ? { by: "spawn", process: config.spawn }
    : { by: "handles", process: config.handles };
}

/** It implements such a resource itself. */
function exportsView({ component }: ProcessNode, name: string): boolean {
  return portsOf(component.world.exports).some(
    (port) => fittingInterfaces(name, [port.name]).length > 0 && isNamed(port.resources, PROCESS),
  );
}

function isNamed(resources: Port["resources"], name: string): boolean {
  return resources.some((resource) => resource.name === name);
}

function noView(where: string, port: Port, { by, process }: Pick<ViewWish, "by" | "process">): LinkError {
  return new LinkError(
    "wiring",
    `${where}: { ${by}: "${process}" } is for a process view of an interface, and this import is none`,
    `Import ${processViewName(port.name)}, which \`atoll wit process\` prints; or wire it to a process that is there.`,
  );
}

/** Of an ordinary wire: what calls by handles do not have. */
function checkFields(where: string, config: WireConfig): void {
  const field = (["plain", "onFault", "alternatives", "queue"] as const).find(
    (name) => config[name] !== undefined,
  );
  if (field === undefined) return;
  const why = {
    plain: "each of its functions tells a fault",
    onFault: "each of its functions tells a fault",
    alternatives: "a handle is of the process that it was given for",
    queue: "its calls always wait while the other is busy",
  }[field];
  throw new LinkError(
    "wiring",
    `${where}, ${field}: this import is a process view, and ${why}`,
    `Take out ${field}.`,
  );
}

function withoutKernel(where: string): LinkError {
  return new LinkError(
    "config",
    `${where}: handles of processes are the kernel's, and a system has one when it is under supervision`,
    "Add supervisor: {} beside processes.",
  );
}

/** The view is the one of what the process exports, and its wire allows what is called. @throws LinkError (`type`, `wiring`, `not-yet`) */
export function checkSpawner(node: ProcessNode, port: Port, { provider }: SpawnerWire): void {
  const { process: template, name } = provider;
  const view = viewPort(node, template, name);
  const ours = port.resources.find((r) => r.name === PROCESS)?.resource;
  const theirs = view.resources.find((r) => r.name === PROCESS)?.resource;
  checkTypes(
    { process: node.name, file: node.component.file, port },
    { process: template.name, file: template.component.file, port: view, view: "process" },
    (a: ResourceType, b: ResourceType) =>
      b === theirs ? a === ours : sameOrigin(resourceOrigin(node, a), resourceOrigin(template, b)),
  );
  checkSources(node, port, provider);
  checkOwn(node, port, template, name);
}

/** Where handles come from is what the wire says. */
function checkSources(node: ProcessNode, port: Port, { process, by }: SpawnerWire["provider"]): void {
  const called = calledFunctions(node.component).get(port.name);
  const ways = [
    ["spawn", "spawn", `{ spawn: "${process.name}" }`],
    ["provider", "process", `"${process.name}"`],
  ] as const;
  for (const [name, needed, wire] of ways) {
    if (by === needed || called?.has(`[static]${PROCESS}.${name}`) !== true) continue;
    const found = by === "process" ? `"${process.name}"` : `{ ${by}: "${process.name}" }`;
    throw new LinkError(
      "wiring",
      `process "${node.name}", imports "${port.name}": ${node.component.file} calls ${name}, which is for the wire ${wire}, and this one is ${found}`,
      by === "handles"
        ? `Write the wire that it needs, or let others hand it handles.`
        : `Write the wire that it needs, or take the call out.`,
    );
  }
}

/** A handle is of one process, and so are its functions. */
function checkOwn(
  node: ProcessNode,
  port: Port,
  { name, component }: ProcessNode,
  interfaceName: string,
): void {
  const exported = portsOf(component.world.exports).find((other) => other.name === interfaceName);
  const found = exported?.functions.find((f) =>
    component.handedOn.some((on) => on.name === importKey(interfaceName, f.name)),
  );
  if (found === undefined) return;
  throw new LinkError(
    "not-yet",
    `process "${node.name}", imports "${port.name}": process "${name}" hands on the function "${found.name}" of another process, and Atoll cannot make handles for that yet`,
    "Wire it to the process that implements the functions.",
  );
}

function resourceOrigin(process: ProcessNode, type: ResourceType): Origin | undefined {
  return originOf(process, process.component.resources.of(type));
}

function viewPort(node: ProcessNode, template: ProcessNode, name: string): Port {
  const item = template.component.world.exports.find((e) => e.name === name);
  if (item?.kind !== "interface") throw new TypeError("checked before: the wire has ends");
  try {
    const view = { ...item, name: processViewName(name), interface: processView(name, item.interface) };
    const [port] = portsOf([view]);
    if (port === undefined) throw new TypeError("a process view has a resource");
    return port;
  } catch (error) {
    if (!(error instanceof AbiError)) throw error;
    throw new LinkError(
      "wiring",
      `process "${node.name}" has handles of "${template.name}" (${template.component.file}): ${error.message}`,
    );
  }
}

/** Handles of processes are given to others, not lent. @throws LinkError (`not-yet`) */
export function checkLent(node: ProcessNode): void {
  const { imports, exports } = node.component.world;
  const views = new Set(node.wires.flatMap((w) => (w.provider.kind === "spawner" ? [w.name] : [])));
  if (views.size === 0) return;
  for (const port of [...portsOf(imports), ...portsOf(exports)]) {
    for (const { name, type } of port.functions) {
      // A method is called by a handle, which goes nowhere.
      const params = views.has(port.name) && name.startsWith("[method]") ? type.params.slice(1) : type.params;
      if (!handlesOfFunction({ ...type, params }).some((handle) => isLentProcess(node, handle))) continue;
      throw new LinkError(
        "not-yet",
        `process "${node.name}": its function "${name}" of "${port.name}" borrows a handle of a process, and Atoll cannot lend such a handle to another process yet`,
        "Let the function take the handle itself, and give it one that `narrow` makes.",
      );
    }
  }
}

function isLentProcess(node: ProcessNode, { kind, resource }: HandleType): boolean {
  return kind === "borrow" && resourceOrigin(node, resource)?.kind === "spawner";
}

/** @throws LinkError (`not-yet`) for a process that cannot be made at run time. */
export function checkTemplate(node: ProcessNode): void {
  const { name, component } = node;
  const what = `process "${name}" is made at run time, and`;
  // Its own, and those of devices, are in no other process's table: messages do not carry them.
  const resource = component.resources.all.find((r) => {
    const origin = originOf(node, r);
    return origin === undefined || (origin.kind === "process" && origin.process !== node);
  });
  if (resource === undefined) return;
  throw new LinkError(
    "not-yet",
    `${what} ${component.file} has the resource "${resource.label}" of another process, and Atoll cannot give such a process handles of that yet`,
    "Leave such resources to a process that is there from the start.",
  );
}
