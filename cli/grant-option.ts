/** `--grant`: devices for a component that runs without a system. */
import { connect, listen } from "../toolchain/link/config/grants.ts";
import { mergeGrants } from "../toolchain/link/config/merge-grants.ts";
import { wrongOfSockets } from "../toolchain/link/config/validate-sockets.ts";
import type { Grant } from "../toolchain/link/plan.ts";
import { UsageError } from "./report.ts";

/** How each device is named after `--grant`. */
const GRANTS: Readonly<Record<string, (value: string | undefined) => Grant | undefined>> = {
  console: (value) => (value === undefined ? { device: "atoll:device/console" } : undefined),
  clock: (value) => (value === undefined ? { device: "atoll:device/clock" } : undefined),
  entropy: (value) => ({ device: "atoll:device/entropy", ...(value !== undefined && { seed: value }) }),
  directory: (value) => (value === undefined ? undefined : { device: "atoll:device/directory", path: value }),
  files: (value) =>
    value === undefined
      ? undefined
      : { device: "atoll:device/files", directories: [{ path: value, as: value, write: true }] },
  listen: (value) => (value === undefined ? undefined : listenAt(value)),
  connect: (value) => (value === undefined ? undefined : connect(value)),
};
const GRANT_FORMS =
  "console, clock, entropy, entropy=SEED, directory=PATH, files=PATH, listen=[HOST:]PORT or connect=HOST:PORT";

/** Reads `--grant` of the command line. */
export function parseGrant(text: string, before: readonly Grant[]): Grant[] {
  const [name = "", ...rest] = text.split("=");
  const grant = Object.hasOwn(GRANTS, name)
    ? GRANTS[name]?.(rest.length > 0 ? rest.join("=") : undefined)
    : undefined;
  if (grant === undefined)
    throw new UsageError(`--grant: expected ${GRANT_FORMS}, found ${JSON.stringify(text)}.`);
  if (grant.device !== "atoll:device/sockets")
    return [...before.filter(({ device }) => device !== grant.device), grant];
  const wrong = wrongOfSockets(grant);
  if (wrong !== undefined) throw new UsageError(`--grant ${text}: ${wrong}.`);
  return mergeGrants([...before, grant]);
}

/** A port, or behind the address that others find it at. */
function listenAt(text: string): Grant {
  const [, host, port = text] =
    /^(?:\[(.*)\]|([^:]*)):(.*)$/s.exec(text)?.filter((part) => part !== undefined) ?? [];
  const number = /^\d+$/.test(port) ? Number(port) : Number.NaN;
  return listen({ port: number, ...(host !== undefined && { host }) });
}
