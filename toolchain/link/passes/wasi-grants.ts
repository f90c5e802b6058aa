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
  /** In the process's `grants` of `system.ts`. */
  readonly grant?: string;
  /** Beside them. */
  readonly field?: string;
  /** What a component that imports it and is not granted it does not notice before it runs. */
  readonly without?: string;
}

/** What of WASI is of use with a grant alone. */
const WANTED: readonly Wanted[] = [
  {
    interfaces: /^wasi:clocks\//,
    device: "atoll:device/clock",
    grant: "clock()",
    without: "a look at the time ends it",
  },
  {
    interfaces: /^wasi:random\//,
    device: "atoll:device/entropy",
    grant: "entropy()",
    without: "asking for random numbers ends it",
  },
  {
    interfaces: /^wasi:cli\/std(?:in|out|err)$/,
    device: "atoll:device/stdio",
    grant: "stdio()",
    without: "it finds its input at the end and its output closed",
  },
  {
    interfaces: /^wasi:filesystem\/preopens$/,
    device: "atoll:device/files",
    grant: 'dir("./path", "read-write")',
  },
  {
    interfaces: /^wasi:cli\/environment$/,
    device: "atoll:device/configuration",
    field: "arguments: []",
  },
  {
    interfaces: /^wasi:sockets\/(?:instance-network|ip-name-lookup)$/,
    device: "atoll:device/sockets",
    grant: 'listen(8080), connect("host:443")',
  },
  {
    interfaces: /^wasi:http\/outgoing-handler$/,
    device: "atoll:device/http-client",
    grant: 'httpClient({ to: ["example.com"] })',
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
  const lines = missing.flatMap(({ imports, grant, field }) =>
    imports.map((wasi) => `\n  ${wasi}: ${grant ?? field}`),
  );
  throw new LinkError(
    "wiring",
    `process "${name}" (${component.file}) is strict, and imports what it is not granted:${lines.join("")}`,
    `In system.ts, process "${name}": ${lineToAdd(missing, config)}${toImport(missing)}\nWrite the paths and addresses that are meant; or take out strict, and it finds nothing there.`,
  );
}

/** All that is missing, as one line; the grants that there are stay, as the three dots say. */
function lineToAdd(missing: readonly Wanted[], { grants = [] }: ProcessNode["config"]): string {
  const wanted = missing.flatMap(({ grant }) => grant ?? []);
  const all = [...(grants.length > 0 ? ["…"] : []), ...wanted].join(", ");
  return [
    ...(wanted.length > 0 ? [`grants: [${all}],`] : []),
    ...missing.flatMap(({ field }) => (field === undefined ? [] : [`${field},`])),
  ].join(" ");
}

function toImport(missing: readonly Wanted[]): string {
  const names = missing.flatMap(({ grant = "" }) => grant.match(/\w+(?=\()/g) ?? []);
  return names.length === 0 ? "" : `\nand at the top: import { ${names.join(", ")} } from "atoll-os";`;
}

/** What a component is better granted, or told that it is not. */
export function missingGrants(node: ProcessNode): string[] {
  return ungranted(node).flatMap(({ imports, grant, without }) =>
    without === undefined
      ? []
      : [
          `process "${node.name}" (${node.component.file}) imports ${imports.join(", ")}, and is not granted it: ${without}. In system.ts: grants: [${grant}]`,
        ],
  );
}

/** What is of use with a grant alone, and the process has none; with the imports that would use it. */
function ungranted({
  component,
  config,
  grants,
}: ProcessNode): (Wanted & { readonly imports: readonly string[] })[] {
  return WANTED.flatMap((wanted) => {
    const imports = component.wasi.filter((wasi) => wanted.interfaces.test(splitVersion(wasi).id));
    const isGranted =
      grants.some((grant) => grant.device === wanted.device && !isEmpty(grant)) ||
      (wanted.device === "atoll:device/configuration" && saysNothingIsThere(config));
    return imports.length === 0 || isGranted ? [] : [{ ...wanted, imports }];
  });
}

/** Who writes that there are no arguments has thought of them. */
function saysNothingIsThere({
  arguments: words,
  environment,
  configuration,
}: ProcessNode["config"]): boolean {
  return (words ?? environment ?? configuration) !== undefined;
}

function isEmpty(grant: Grant): boolean {
  return JSON.stringify(grant) === JSON.stringify(EMPTY[grant.device]);
}
