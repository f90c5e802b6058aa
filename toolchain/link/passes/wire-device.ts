/**
 * Pass: an import of a device or of the kernel is bound to the process's grant.
 *
 * A process's own time, end, mailbox and handles are not authority over anybody:
 * every process under the kernel that imports them has them.
 */
import { DEVICE_VERSION, DEVICES } from "../devices.ts";
import { LinkError } from "../error.ts";
import { findInterface, splitVersion } from "../interface-name.ts";
import { KERNEL_PACKAGE } from "../kernel-interfaces.ts";
import { didYouMean } from "../nearest.ts";
import type { Grant } from "../plan.ts";
import type { Port, ProcessNode, Wire } from "./process.ts";
import { grantForShim, usesWasi } from "./wasi-grants.ts";

/** What nobody is granted, because each has its own. */
const OWN = {
  "atoll:kernel/time": true,
  "atoll:kernel/wakeup": true,
  "atoll:kernel/process": true,
  "atoll:kernel/mailbox": true,
  "atoll:kernel/capability": true,
} as const;

/** What to write in `system.ts` to grant a device. */
const WRITTEN: Readonly<Record<Exclude<Grant["device"], keyof typeof OWN>, string>> = {
  "atoll:device/console": "console()",
  "atoll:device/clock": "clock()",
  "atoll:device/entropy": "entropy()",
  "atoll:device/directory": 'directory("./path")',
  "atoll:device/files": 'dir("./path", "read-write")',
  "atoll:device/configuration": "configuration()",
  "atoll:device/http-server": "httpServer({ port: 8080 })",
  "atoll:device/http-client": 'httpClient({ to: ["example.com"] })',
  "atoll:device/sockets": 'connect("host:port")',
  "atoll:device/stdio": "stdio()",
  "atoll:kernel/introspect": "introspection()",
  "atoll:kernel/supervisor": "supervision()",
};

/**
 * @param kernel Whether the system runs under the kernel.
 * @throws LinkError (`wiring`, `type`)
 */
export function wireDevice(node: ProcessNode, port: Port, kernel: boolean): Wire {
  const device = deviceOf(node, port);
  if (!kernel && needsKernel(device)) {
    const what = usesWasi(node) ? "uses WASI, which can wait" : `imports "${port.name}"`;
    throw new LinkError(
      "wiring",
      `process "${node.name}" (${node.component.file}) ${what}, and the system has no kernel`,
      "In system.ts, beside processes: supervisor: {}. The system then runs under the kernel, which starts, supervises and schedules its processes.",
    );
  }
  const found = node.grants.findIndex((g) => g.device === device);
  if (found < 0 && !isOwn(device) && grantForShim(node, device) === undefined) {
    throw new LinkError(
      "wiring",
      `process "${node.name}" (${node.component.file}) imports "${port.name}", and is not granted it`,
      `In system.ts, process "${node.name}": grants: [${WRITTEN[device]}]; import { ${WRITTEN[device].split("(")[0]} } from "atoll-os"`,
    );
  }
  const given = grantForShim(node, device) ?? ({ device } as Grant);
  const grant = found < 0 ? node.grants.push(given) - 1 : found;
  return { name: port.name, fault: { guarded: false }, provider: { kind: "device", grant } };
}

/** What is never there at once needs somebody who lets others run meanwhile. */
const WAITED_FOR: ReadonlySet<Grant["device"]> = new Set([
  "atoll:device/stdio",
  "atoll:device/sockets",
  "atoll:device/http-server",
  "atoll:device/http-client",
]);

function needsKernel(device: Grant["device"]): boolean {
  return device.startsWith(`${KERNEL_PACKAGE}/`) || WAITED_FOR.has(device);
}

function isOwn(device: Grant["device"]): device is keyof typeof OWN {
  return Object.hasOwn(OWN, device);
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
      `${where}, and Atoll has no such interface.${didYouMean(id, known)} It has: ${known.join(", ")}.`,
    );
  }
  if (findInterface(port.name, [`${id}@${DEVICE_VERSION}`]) === undefined) {
    throw new LinkError(
      "wiring",
      `${where}, and this Atoll has ${id.split("/")[0]} in version ${DEVICE_VERSION}`,
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
  // A shim imports all that any component could want of it.
  if (usesWasi(node)) return [];
  const used = new Set(node.wires.map(({ provider }) => (provider.kind === "device" ? provider.grant : -1)));
  return node.grants.flatMap(({ device }, i) =>
    used.has(i)
      ? []
      : [`process "${node.name}" is granted ${device}, and ${node.component.file} does not import it`],
  );
}
