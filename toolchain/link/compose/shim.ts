/**
 * Which WASI shim a component is composed with, and whether that has what it imports.
 *
 * A shim is a component that implements WASI on Atoll's devices, one for each
 * process. There are several, so that what no component imports is in no system.
 */
import { LinkError } from "../error.ts";
import { findInterface, fittingInterfaces, otherVersions, splitVersion } from "../interface-name.ts";
import type { Part } from "./compose.ts";
import { outerNames } from "./outer-names.ts";

/** Each has what those before it have. */
export const SHIMS = ["base", "sockets", "http"] as const;
export type ShimName = (typeof SHIMS)[number];

/** By the names of its imports; undefined for a component that imports nothing of WASI. */
export function shimFor(imports: readonly string[]): ShimName | undefined {
  const packages = new Set(imports.flatMap((name) => wasiPackage(name) ?? []));
  if (packages.size === 0) return undefined;
  if (packages.has("http")) return "http";
  return packages.has("sockets") ? "sockets" : "base";
}

export function isWasi(name: string): boolean {
  return wasiPackage(name) !== undefined;
}

/** `io` of `wasi:io/poll@0.2.0`. */
function wasiPackage(name: string): string | undefined {
  return /^wasi:([^/]+)\//.exec(name)?.[1];
}

/**
 * The shims that `link` may have to be given for these components: processes made of them, alone or with one
 * another. None for what is no component, of which `link` tells what is wrong.
 */
export function shimsFor(components: Iterable<Uint8Array>): Set<ShimName> {
  return new Set([...components].flatMap((bytes) => shimFor(outerNames(bytes)?.imports ?? []) ?? []));
}

const SUPPORT = "docs/support.md lists what of WASI 0.2 Atoll provides.";

/**
 * @param before The shim, and what is composed before the part.
 * @param wired What the process imports from others, as `system.ts` names it.
 * @throws LinkError (`not-yet`) that names each interface and function that they lack.
 */
export function checkShim(
  { file, world }: Part,
  before: readonly Part[],
  wired: readonly string[] = [],
): void {
  const exports = before.flatMap((part) => part.world.exports);
  const offered = new Map(
    exports.flatMap((item) => (item.kind === "interface" ? [[item.name, item.interface] as const] : [])),
  );
  const missing = world.imports.flatMap((item) => {
    if (item.kind !== "interface" || !isWasi(item.name)) return [];
    const found = offered.get(findInterface(item.name, [...offered.keys()]) ?? "");
    if (found === undefined && wired.some((name) => fittingInterfaces(name, [item.name]).length > 0))
      return [];
    if (found === undefined) return [`${item.name}${versionsOf(item.name, [...offered.keys()])}`];
    const names = new Set(found.functions.map(({ name }) => name));
    return item.interface.functions
      .filter(({ name }) => !names.has(name))
      .map(({ name }) => `${item.name}#${name}`);
  });
  if (missing.length === 0) return;
  throw new LinkError(
    "not-yet",
    `${file} imports of WASI what Atoll does not provide:\n${missing.map((name) => `  ${name}`).join("\n")}`,
    missing.some((name) => name.endsWith(")"))
      ? `Build it for WASI 0.2, such as for the target wasm32-wasip2. ${SUPPORT}`
      : `${SUPPORT} An interface that is not there can be another process's: imports: { "ns:package/name": "PROCESS" }.`,
  );
}

function versionsOf(name: string, offered: readonly string[]): string {
  const versions = otherVersions(name, offered).flatMap((other) => splitVersion(other).version ?? []);
  return versions.length > 0 ? ` (Atoll provides ${versions.join(" and ")})` : "";
}
