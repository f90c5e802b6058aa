/**
 * Grants of a process that uses WASI: what its shim finds where it has none.
 *
 * A shim imports the devices of all that it implements, and the component that it
 * serves may never ask for them. So what is not granted is there, and empty: no
 * arguments, no environment, no directories, no network. What cannot be empty, such as the
 * time, traps when it is asked for. With `strict` it is an error instead.
 */
import { HTTP_LIMITS } from "../config/http-grants.ts";
import { LinkError } from "../error.ts";
import { splitVersion } from "../interface-name.ts";
import type { Grant } from "../plan.ts";
import type { ProcessNode } from "./process.ts";

type Device = Grant["device"];

/** The grant of a device that is not granted. */
const EMPTY: Partial<{ readonly [D in Device]: Extract<Grant, { readonly device: D }> }> = {
  "atoll:device/clock": { device: "atoll:device/clock", denied: true },
  "atoll:device/entropy": { device: "atoll:device/entropy", denied: true },
  "atoll:device/configuration": { device: "atoll:device/configuration", arguments: [], values: {} },
  "atoll:device/files": { device: "atoll:device/files", directories: [] },
  "atoll:device/sockets": { device: "atoll:device/sockets", listen: [], connect: [] },
  "atoll:device/http-client": { device: "atoll:device/http-client", to: [] },
  "atoll:device/http-server": {
    device: "atoll:device/http-server",
    host: "127.0.0.1",
    port: 0,
    limits: HTTP_LIMITS,
    closed: true,
  },
  "atoll:device/stdio": { device: "atoll:device/stdio", closed: true },
};

interface Wanted {
  readonly interfaces: RegExp;
  readonly device: Device;
  /** In `system.ts`. */
  readonly write: string;
  /** What a component that imports it and is not granted it does not notice before it runs. */
  readonly without?: string;
}

/** What of WASI is of use with a grant alone. */
const WANTED: readonly Wanted[] = [
  {
    interfaces: /^wasi:clocks\//,
    device: "atoll:device/clock",
    write: "grants: [clock()]",
    without: "a look at the time ends it",
  },
  {
    interfaces: /^wasi:random\//,
    device: "atoll:device/entropy",
    write: "grants: [entropy()]",
    without: "asking for random numbers ends it",
  },
  {
    interfaces: /^wasi:cli\/std(?:in|out|err)$/,
    device: "atoll:device/stdio",
    write: "grants: [stdio()]",
    without: "it finds its input at the end and its output closed",
  },
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
    interfaces: /^wasi:sockets\/(?:instance-network|ip-name-lookup)$/,
    device: "atoll:device/sockets",
    write: 'grants: [listen(8080)], or grants: [connect("host:port")]',
  },
  {
    interfaces: /^wasi:http\/outgoing-handler$/,
    device: "atoll:device/http-client",
    write: 'grants: [httpClient({ to: ["example.com"] })]',
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
export function checkStrict(node: ProcessNode): void {
  const { name, config, component } = node;
  const missing = config.strict === true ? ungranted(node) : [];
  if (missing.length === 0) return;
  const lines = missing.flatMap(({ imports, write }) => imports.map((wasi) => `\n  ${wasi}: ${write}`));
  throw new LinkError(
    "wiring",
    `process "${name}" (${component.file}) is strict, and imports what it is not granted:${lines.join("")}`,
    `Write that into system.ts, process "${name}"; or take out strict, and it finds nothing there.`,
  );
}

/** What a component is better granted, or told that it is not. */
export function missingGrants(node: ProcessNode): string[] {
  return ungranted(node).flatMap(({ imports, write, without }) =>
    without === undefined
      ? []
      : [
          `process "${node.name}" (${node.component.file}) imports ${imports.join(" and ")}, and is not granted it: ${without}. In system.ts: ${write}`,
        ],
  );
}

/** What is of use with a grant alone, and the process has none; with the imports that would use it. */
function ungranted({ component, grants }: ProcessNode): (Wanted & { readonly imports: readonly string[] })[] {
  return WANTED.flatMap((wanted) => {
    const imports = component.wasi.filter((wasi) => wanted.interfaces.test(splitVersion(wasi).id));
    const isGranted = grants.some((grant) => grant.device === wanted.device && !isEmpty(grant));
    return imports.length === 0 || isGranted ? [] : [{ ...wanted, imports }];
  });
}

function isEmpty(grant: Grant): boolean {
  return JSON.stringify(grant) === JSON.stringify(EMPTY[grant.device]);
}
