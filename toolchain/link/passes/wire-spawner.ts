/**
 * Pass: an import of a process view is bound to the process that its handles are made as.
 *
 * What is spawned exports the plain interface; the view is derived from that, and
 * must be what the import says. Which processes can be spawned at all, and what
 * may be done with their handles, is checked here too.
 */
import {
  AbiError,
  handlesOfFunction,
  PROCESS,
  processView,
  processViewName,
  spawnedName,
  type ResourceType,
} from "../../abi/index.ts";
import type { SpawnConfig } from "../config/system.ts";
import { LinkError } from "../error.ts";
import { checkTypes } from "./check-types.ts";
import { originOf } from "./origin.ts";
import { portsOf, type Port, type ProcessNode, type Wire } from "./process.ts";

type SpawnerWire = Wire & { readonly provider: { readonly kind: "spawner" } };

/** The name of the export that the template has to have. @throws LinkError (`wiring`) */
export function spawnedExport(
  node: ProcessNode,
  port: Port,
  { spawn, interface: given }: SpawnConfig,
): string {
  const wanted = spawnedName(port.name);
  if (wanted !== undefined && port.resources.some(({ name }) => name === PROCESS)) return given ?? wanted;
  throw new LinkError(
    "wiring",
    `process "${node.name}", imports "${port.name}": { spawn: "${spawn}" } is for a process view of an interface, and this import is none`,
    `Import ${processViewName(port.name)}, which \`atoll wit process\` prints; or wire it to a process that is there.`,
  );
}

/** The view is the one of what the template exports. @throws LinkError (`type`, `wiring`) */
export function checkSpawner(node: ProcessNode, port: Port, { provider }: SpawnerWire): void {
  const { process: template, name } = provider;
  const view = viewPort(node, template, name);
  const ours = port.resources.find((r) => r.name === PROCESS)?.resource;
  const theirs = view.resources.find((r) => r.name === PROCESS)?.resource;
  checkTypes(
    { process: node.name, file: node.component.file, port },
    { process: template.name, file: template.component.file, port: view, view: "process" },
    (a: ResourceType, b: ResourceType) => a === ours && b === theirs,
  );
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
      `process "${node.name}" makes processes as "${template.name}" (${template.component.file}): ${error.message}`,
    );
  }
}

/** Nobody but who spawned a process may have its handle, so far. @throws LinkError (`not-yet`) */
export function checkHandlesStay(node: ProcessNode): void {
  const { imports, exports } = node.component.world;
  const views = new Set(node.wires.flatMap((w) => (w.provider.kind === "spawner" ? [w.name] : [])));
  if (views.size === 0) return;
  for (const port of [...portsOf(imports), ...portsOf(exports)]) {
    if (views.has(port.name)) continue;
    for (const { name, type } of port.functions) {
      const found = handlesOfFunction(type).find(
        ({ resource }) => originOf(node, node.component.resources.of(resource))?.kind === "spawner",
      );
      if (found === undefined) continue;
      throw new LinkError(
        "not-yet",
        `process "${node.name}": its function "${name}" of "${port.name}" carries a handle of a process that it has made, and Atoll cannot give such a handle to another process yet`,
        "Keep the handle, and let others call this process.",
      );
    }
  }
}

/** @throws LinkError (`not-yet`) for a process that cannot be made at run time. */
export function checkTemplate({ name, component, config }: ProcessNode): void {
  const what = `process "${name}" is made at run time, and`;
  const { quotas = {}, imports = {} } = config;
  for (const quota of ["fuel", "slice", "depth"] as const) {
    if (quotas[quota] === undefined) continue;
    throw new LinkError(
      "not-yet",
      `${what} has quotas.${quota}, which Atoll cannot give such a process yet`,
      `Take out quotas.${quota}.`,
    );
  }
  const spawning = Object.entries(imports).find(([, wire]) => typeof wire === "object" && "spawn" in wire);
  if (spawning !== undefined) {
    throw new LinkError(
      "not-yet",
      `${what} makes others by "${spawning[0]}", which Atoll cannot do yet`,
      "Let a process that is there from the start make them.",
    );
  }
  const { resources } = component;
  const [resource] = resources.all;
  if (resource === undefined) return;
  throw new LinkError(
    "not-yet",
    `${what} ${component.file} has the resource "${resource.label}", and Atoll cannot give such a process handles yet`,
    "Leave resources to a process that is there from the start.",
  );
}
