/**
 * Grants of a process that uses WASI: what its shim finds where it has none.
 *
 * A shim imports the devices of all that it implements, and the component that it
 * serves may never ask for them. So what is not granted is there, and empty: no
 * arguments, no environment, no directories, no network. What cannot be empty, such as the
 * time, traps when it is asked for. With `strict` it is an error instead.
 */
import { LinkError } from "../error.ts";
import { splitVersion } from "../interface-name.ts";
import type { Grant } from "../plan.ts";
import type { ProcessNode } from "./process.ts";

type Device = Grant["device"];

/** The grant of a device that is not granted. */
const EMPTY: Partial<{ readonly [D in Device]: Extract<Grant, { readonly device: D }> }> = {
  "atoll:device/clock": { device: "atoll:device/clock", denied: true },
  "atoll:device/entropy": { device: "atoll:device/entropy", denied: true },
  "atoll:device/files": { device: "atoll:device/files", directories: [] },
  "atoll:device/configuration": { device: "atoll:device/configuration", arguments: [], values: {} },
  "atoll:device/sockets": { device: "atoll:device/sockets", listen: [], connect: [] },
  "atoll:device/stdio": { device: "atoll:device/stdio", closed: true },
};

/** What of WASI is of use with a grant alone, and what to write for it in `system.ts`. */
const WANTED: readonly { readonly interfaces: RegExp; readonly device: Device; readonly write: string }[] = [
  { interfaces: /^wasi:clocks\//, device: "atoll:device/clock", write: "grants: [clock()]" },
  { interfaces: /^wasi:random\//, device: "atoll:device/entropy", write: "grants: [entropy()]" },
  {
    interfaces: /^wasi:filesystem\/preopens$/,
    device: "atoll:device/files",
    write: 'grants: [dir("./path", "read-write")]',
  },
  {
    interfaces: /^wasi:cli\/environment$/,
    device: "atoll:device/configuration",
    write: "arguments: [], or environment: {}",
  },
  {
    interfaces: /^wasi:cli\/(?:stdin|stdout|stderr)$/,
    device: "atoll:device/stdio",
    write: "grants: [stdio()]",
  },
  {
    interfaces: /^wasi:sockets\/(?:instance-network|ip-name-lookup)$/,
    device: "atoll:device/sockets",
    write: 'grants: [listen(8080)], or grants: [connect("host:port")]',
  },
];

export function usesWasi({ component }: ProcessNode): boolean {
  return component.wasi.length > 0;
}

/** Undefined for a process that does not use WASI, and has to be granted what it imports. */
export function grantForShim(node: ProcessNode, device: Device): Grant | undefined {
  return usesWasi(node) ? EMPTY[device] : undefined;
}

/** @throws LinkError (`wiring`) for a `strict` process that imports what it has no grant for. */
export function checkStrict({ name, config, component, grants }: ProcessNode): void {
  if (config.strict !== true) return;
  const missing = component.wasi.flatMap((wasi) => {
    const wanted = WANTED.find(({ interfaces }) => interfaces.test(splitVersion(wasi).id));
    const isGranted = grants.some((grant) => grant.device === wanted?.device && !("denied" in grant));
    return wanted === undefined || isGranted ? [] : [`  ${wasi}: ${wanted.write}`];
  });
  if (missing.length === 0) return;
  throw new LinkError(
    "wiring",
    `process "${name}" (${component.file}) is strict, and imports what it is not granted:\n${missing.join("\n")}`,
    `Write that into system.ts, process "${name}"; or take out strict, and it finds nothing there.`,
  );
}
