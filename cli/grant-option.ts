/** `--grant`: devices for a component that runs without a system. */
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
};
const GRANT_FORMS = "console, clock, entropy, entropy=SEED, directory=PATH or files=PATH";

/** Reads `--grant` of the command line. */
export function parseGrant(text: string, before: readonly Grant[]): Grant[] {
  const [name = "", ...rest] = text.split("=");
  const grant = Object.hasOwn(GRANTS, name)
    ? GRANTS[name]?.(rest.length > 0 ? rest.join("=") : undefined)
    : undefined;
  if (grant === undefined)
    throw new UsageError(`--grant: expected ${GRANT_FORMS}, found ${JSON.stringify(text)}.`);
  return [...before.filter(({ device }) => device !== grant.device), grant];
}
