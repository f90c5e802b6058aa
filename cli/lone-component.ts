/**
 * A component on the command line without a system: what it may have.
 *
 * The terminal and the arguments are what a person hands over by calling it at
 * all; any other device has to be named, and another component's interface can
 * only come from a system.
 */
import { plainName, type World } from "../toolchain/abi/index.ts";
import type { Grant } from "../toolchain/link/plan.ts";
import { decode } from "./decode.ts";
import { UsageError } from "./report.ts";

const DEVICES = "atoll:device/";
const HANDED_OVER: readonly Grant[] = [
  { device: "atoll:device/console" },
  { device: "atoll:device/configuration", arguments: [], values: {} },
];
/** The grants that the component has a use for. Throws UsageError when something that it needs is missing. */
export function grantsAlone(
  file: string,
  bytes: Uint8Array,
  given: readonly Grant[],
  called: boolean,
): Grant[] {
  const imported = importsOf(decode(file, bytes).world);
  // The linker has its own words for WASI.
  const foreign = imported.filter((name) => !name.startsWith(DEVICES) && !name.startsWith("wasi:"));
  if (foreign.length > 0) {
    throw new UsageError(
      `${file} imports ${foreign.map((name) => plainName(name) ?? name).join(" and ")}, which only a system can give it.`,
      called
        ? "Name the system that it is part of: --system system.ts --process NAME."
        : "Write a system.ts that says who provides what, and run that; atoll new makes one.",
    );
  }
  const all = [
    ...given,
    ...HANDED_OVER.filter(({ device }) => given.every((grant) => grant.device !== device)),
  ];
  const missing = imported.filter(
    (name) => name.startsWith(DEVICES) && all.every(({ device }) => device !== name),
  );
  if (missing.length > 0) {
    throw new UsageError(
      `${file} imports ${missing.join(" and ")}, and was not granted it.`,
      `Grant it: --grant ${missing.map((name) => grantForm(name)).join(" --grant ")}`,
    );
  }
  return all.filter(({ device }) => imported.includes(device));
}

/** Interfaces with functions, and functions, without versions. */
function importsOf({ imports }: World): string[] {
  return imports
    .filter(
      (item) =>
        item.kind === "function" || (item.kind === "interface" && item.interface.functions.length > 0),
    )
    .map(({ name }) => name.replace(/@.*/, ""));
}

function grantForm(device: string): string {
  const name = device.slice(DEVICES.length);
  return name === "directory" || name === "files" ? `${name}=PATH` : name;
}
