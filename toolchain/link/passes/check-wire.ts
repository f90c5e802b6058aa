/**
 * Pass: the two ends of a wire agree on resources and functions.
 *
 * A resource of the consumer is one of the provider's when both come from the
 * same definition, whatever they are called on the way.
 */
import { guardedFunction, type ResourceType } from "../../abi/index.ts";
import { LinkError } from "../error.ts";
import { checkTypes } from "./check-types.ts";
import { exportedPort, importedOrigin, originOf, originText, sameOrigin, type Origin } from "./origin.ts";
import { devicePort } from "./wire-device.ts";
import { checkSpawner } from "./wire-spawner.ts";
import { portsOf, type Port, type ProcessNode, type Wire } from "./process.ts";

/** @throws LinkError (`type`) */
export function checkWire(node: ProcessNode, { name, provider, fault }: Wire): void {
  const port = portsOf(node.component.world.imports).find((p) => p.name === name);
  if (provider.kind === "device") return checkDevice(node, port, provider.grant);
  if (provider.kind === "spawner") return checkSpawned(node, port, { name, provider, fault });
  const offered = exportedPort(provider.process, provider.name);
  if (port === undefined || offered === undefined) throw new TypeError("checked before: the wire has ends");
  const who = `process "${provider.process.name}" (${provider.process.component.file})`;
  checkResources(node, port, who, offered);
  checkTypes(
    { process: node.name, file: node.component.file, port },
    {
      process: provider.process.name,
      file: provider.process.component.file,
      port: fault.view === "guarded" ? guardedPort(offered) : offered,
      ...(fault.view && { view: fault.view }),
    },
    (ours, theirs) => sameOrigin(origin(node, ours), origin(provider.process, theirs)),
  );
}

function checkSpawned(
  node: ProcessNode,
  port: Port | undefined,
  wire: Wire & { readonly provider: { readonly kind: "spawner" } },
): void {
  if (port === undefined) throw new TypeError("checked before: the wire has ends");
  checkSpawner(node, port, wire);
}

function checkDevice(node: ProcessNode, port: Port | undefined, grant: number): void {
  const device = node.grants[grant]?.device;
  if (port === undefined || device === undefined) throw new TypeError("checked before: the wire has ends");
  const offered = devicePort(device);
  const who = `Atoll's ${offered.name}`;
  checkResources(node, port, who, offered);
  checkTypes(
    { process: node.name, file: node.component.file, port },
    { file: who, port: offered },
    (ours, theirs) => {
      const found = origin(node, ours);
      return found?.kind === "device" && found.device === device && found.name === theirs.name?.name;
    },
  );
}

/** An export as a consumer of its guarded view sees it. */
function guardedPort(port: Port): Port {
  return { ...port, functions: port.functions.map((f) => ({ ...f, type: guardedFunction(f.type) })) };
}

function origin(process: ProcessNode, type: ResourceType): Origin | undefined {
  return originOf(process, process.component.resources.of(type));
}

/** Each resource of the import is there, and is what it is elsewhere in the consumer. */
function checkResources(node: ProcessNode, port: Port, provider: string, offered: Port): void {
  const who = `process "${node.name}" (${node.component.file})`;
  for (const { name, resource } of port.resources) {
    const here = `the resource "${name}" of "${port.name}"`;
    if (!offered.resources.some((r) => r.name === name)) {
      throw new LinkError(
        "type",
        `${who} imports ${here}, and ${provider} does not have it in "${offered.name}". ${listed(offered)}`,
        "Build both against the same interface.",
      );
    }
    const found = importedOrigin(node, port.name, name);
    const declared = origin(node, resource);
    if (sameOrigin(found, declared)) continue;
    const [first] = node.component.resources.of(resource).imports;
    throw new LinkError(
      "type",
      `${who} takes ${here} and "${first?.name}" of "${first?.interface}" for one type, and they are two:\n` +
        `  "${first?.name}" of "${first?.interface}" is ${originText(declared)}\n` +
        `  "${name}" of "${port.name}" is ${originText(found)}`,
      "Wire both interfaces to processes that use the same one.",
    );
  }
}

function listed({ resources }: Port): string {
  return resources.length === 0
    ? "It has no resource there."
    : `It has: ${resources.map((r) => r.name).join(", ")}.`;
}
