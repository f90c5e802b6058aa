/**
 * Pass: an import of one of Atoll's devices is bound to the process's grant.
 */
import { DEVICE_PACKAGE, DEVICE_VERSION, DEVICES } from "../devices.ts";
import { LinkError } from "../error.ts";
import { findInterface, splitVersion } from "../interface-name.ts";
import { didYouMean } from "../nearest.ts";
import type { Grant } from "../plan.ts";
import type { Port, ProcessNode, Wire } from "./process.ts";

/** What to write in `system.ts` to grant a device. */
const WRITTEN: Readonly<Record<Grant["device"], string>> = {
  "atoll:device/console": "console()",
  "atoll:device/clock": "clock()",
  "atoll:device/entropy": "entropy()",
  "atoll:device/directory": 'directory("./path")',
  "atoll:device/configuration": "configuration()",
};

/** @throws LinkError (`wiring`, `type`) */
export function wireDevice(node: ProcessNode, port: Port): Wire {
  const device = deviceOf(node, port);
  const grant = node.grants.findIndex((g) => g.device === device);
  if (grant < 0) {
    throw new LinkError(
      "wiring",
      `process "${node.name}" (${node.component.file}) imports "${port.name}", and is not granted it`,
      `In system.ts, process "${node.name}": grants: [${WRITTEN[device]}]; import { ${WRITTEN[device].split("(")[0]} } from "atoll-os"`,
    );
  }
  return { name: port.name, fault: { guarded: false }, provider: { kind: "device", grant } };
}

/** A device's interface, as what it exports. */
export function devicePort(device: Grant["device"]): Port {
  const { functions, types } = DEVICES[device];
  const resources = types.flatMap(({ name, type }) =>
    type.kind === "resource" ? [{ name, resource: type.resource }] : [],
  );
  return { name: `${device}@${DEVICE_VERSION}`, kind: "interface", functions, resources };
}

function deviceOf(node: ProcessNode, port: Port): Grant["device"] {
  const { id } = splitVersion(port.name);
  const known = Object.keys(DEVICES);
  const where = `process "${node.name}" (${node.component.file}) imports "${port.name}"`;
  if (!isDevice(id)) {
    throw new LinkError(
      "wiring",
      `${where}, and Atoll has no such device.${didYouMean(id, known)} It has: ${known.join(", ")}.`,
    );
  }
  if (findInterface(port.name, [`${id}@${DEVICE_VERSION}`]) === undefined) {
    throw new LinkError(
      "wiring",
      `${where}, and this Atoll has ${DEVICE_PACKAGE} in version ${DEVICE_VERSION}`,
      "Build the component against this version, or update atoll-os.",
    );
  }
  return id;
}

function isDevice(id: string): id is Grant["device"] {
  return Object.hasOwn(DEVICES, id);
}

/** Grants that no import uses: authority that was given for nothing. */
export function unusedGrants(node: ProcessNode): string[] {
  const used = new Set(node.wires.map(({ provider }) => (provider.kind === "device" ? provider.grant : -1)));
  return node.grants.flatMap(({ device }, i) =>
    used.has(i)
      ? []
      : [`process "${node.name}" is granted ${device}, and ${node.component.file} does not import it`],
  );
}
