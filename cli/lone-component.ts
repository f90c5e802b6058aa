/**
 * A component on the command line without a system: what it may have, and how it runs.
 *
 * The terminal and the arguments are what a person hands over by calling it at
 * all; any other device has to be named, and another component's interface can
 * only come from a system. A command that uses WASI has time and random numbers
 * too, which no such program asks for by name.
 */
import { plainName, type World } from "../toolchain/abi/index.ts";
import type { Grant } from "../toolchain/link/plan.ts";
import type { SystemConfig } from "../toolchain/link/index.ts";
import type { GrantedDirectory } from "./directory-option.ts";
import { decode } from "./decode.ts";
import { UsageError } from "./report.ts";

const DEVICES = "atoll:device/";
const KERNEL = "atoll:kernel/";
const WASI = "wasi:";
const COMMAND = "wasi:cli/run";
/** What answers HTTP requests. */
const HANDLERS = ["atoll:http/handler", "wasi:http/incoming-handler"];

/** A port, and the name or address of an interface of the machine. */
export interface Address {
  readonly port: number;
  readonly host?: string;
}

/** What the command line says of it. */
export interface LoneOptions {
  readonly grants: readonly Grant[];
  readonly directories: readonly GrantedDirectory[];
  readonly environment: Readonly<Record<string, string>>;
  /** Where it answers HTTP requests. */
  readonly http?: Address;
  /** One of its functions is called: it needs no entry. */
  readonly called: boolean;
}

/** The system that a component is by itself. Throws UsageError when something that it needs is missing. */
export function systemAlone(
  name: string,
  file: string,
  bytes: Uint8Array,
  options: LoneOptions,
): SystemConfig {
  const { world } = decode(file, bytes);
  const imported = importsOf(world);
  const exported = new Set(world.exports.map((item) => withoutVersion(item.name)));
  const isWasi = imported.some((id) => id.startsWith(WASI)) || exported.has(COMMAND);
  const isService = checkService(file, exported, options);
  refuseForeign(file, imported, options);
  const grants = isWasi ? grantsOfCommand(options) : grantsAlone(file, imported, options);
  if (!isService && !options.called) checkRuns(file, world);
  if (isService && options.http !== undefined) {
    const processes = { [name]: { component: file, grants } };
    return { name, processes, supervisor: {}, http: { ...options.http, handler: name } };
  }
  const isSupervised = isWasi || imported.some(needsKernel);
  const entry = exported.has(COMMAND) ? { process: name, function: `${COMMAND}#run` } : name;
  return {
    name,
    processes: { [name]: { component: file, grants, ...(isSupervised && { restart: "temporary" }) } },
    ...(isSupervised && { supervisor: {} }),
    ...(!options.called && { entry }),
  };
}

/** Whether it is to be run as a service. Throws UsageError where it is one, or is none, and the command says otherwise. */
function checkService(file: string, exported: ReadonlySet<string>, { http, called }: LoneOptions): boolean {
  const handler = HANDLERS.find((name) => exported.has(name));
  if (http !== undefined && handler === undefined) {
    throw new UsageError(
      `${file}: --http is for a component that answers HTTP requests: it exports neither ${HANDLERS.join(" nor ")}.`,
    );
  }
  if (handler === undefined || called || http !== undefined) return http !== undefined;
  if (exported.has(COMMAND)) return false;
  throw new UsageError(
    `${file} answers HTTP requests (it exports ${handler}): it is no command that runs by itself.`,
    "Say where: atoll run --http 8080; or write a system.ts with http: { port, handler }.",
  );
}

/** Whether there are several, and whether one can be started with, is the linker's to say. */
function checkRuns(file: string, { exports }: World): void {
  const functions = exports.flatMap((item) => {
    if (item.kind === "function") return [item.name];
    return item.kind === "interface"
      ? item.interface.functions.map(({ name }) => `${item.name}#${name}`)
      : [];
  });
  if (functions.some((name) => /(?:^|#)run$/.test(name))) return;
  const shown = functions.slice(0, MOST_SHOWN).join(", ") + (functions.length > MOST_SHOWN ? ", …" : "");
  throw new UsageError(
    `${file}: expected a function named run among its exports, found ${functions.length === 0 ? "no function" : `none. It exports: ${shown}`}.`,
    functions.length === 0
      ? "Nothing can be started or called in it. atoll inspect shows what it is."
      : `Export one to run it. Or call a function: atoll call ${file} lists them.`,
  );
}
const MOST_SHOWN = 8;

/** What nobody but another process can provide. */
function refuseForeign(file: string, imported: readonly string[], { called }: LoneOptions): void {
  const foreign = imported.filter((id) => ![DEVICES, KERNEL, WASI].some((known) => id.startsWith(known)));
  if (foreign.length === 0) return;
  throw new UsageError(
    `${file} imports ${foreign.map((id) => plainName(id) ?? id).join(" and ")}, which only a system can give it.`,
    called
      ? "Name the system that it is part of: --system system.ts --process NAME."
      : "Write a system.ts that says who provides what, and run that; atoll new makes one.",
  );
}

/** What it writes is the output as it stands: it is a command like any other of the shell. */
export function writesBytes({ processes, http }: SystemConfig): boolean {
  if (http !== undefined) return false;
  return Object.values(processes).some(({ grants = [] }) =>
    grants.some(({ device }) => device === "atoll:device/stdio"),
  );
}

function grantsOfCommand({ grants, directories, environment }: LoneOptions): Grant[] {
  return withHandedOver(grants, [
    { device: "atoll:device/stdio" },
    { device: "atoll:device/clock" },
    { device: "atoll:device/entropy" },
    { device: "atoll:device/configuration", arguments: [], values: {}, environment },
    ...filesOf(directories),
  ]);
}

function grantsAlone(file: string, imported: readonly string[], options: LoneOptions): Grant[] {
  const { grants, directories, environment, called } = options;
  checkUsed(file, imported, options);
  const all = withHandedOver(grants, [
    { device: "atoll:device/console" },
    { device: "atoll:device/stdio" },
    { device: "atoll:device/configuration", arguments: [], values: {}, environment },
    ...filesOf(directories),
  ]);
  const missing = imported.filter((id) => id.startsWith(DEVICES) && all.every(({ device }) => device !== id));
  if (missing.length > 0) {
    throw new UsageError(
      `${file} imports ${missing.join(" and ")}, and was not granted it.`,
      `Grant it: ${missing.map((id) => grantForm(id, called)).join(" ")}`,
    );
  }
  return all.filter(({ device }) => imported.includes(device));
}

/** Authority for nobody is a mistake. */
function checkUsed(file: string, imported: readonly string[], options: LoneOptions): void {
  const unused = [
    ["--dir", options.directories.length > 0, "atoll:device/files"],
    ["--env", Object.keys(options.environment).length > 0, "atoll:device/configuration"],
  ] as const;
  for (const [option, isGiven, device] of unused) {
    if (!isGiven || imported.includes(device)) continue;
    throw new UsageError(
      `${file}: ${option} is for a component that imports WASI or ${device}, and this one does not.`,
    );
  }
}

function withHandedOver(given: readonly Grant[], handedOver: readonly Grant[]): Grant[] {
  return [...given, ...handedOver.filter(({ device }) => given.every((grant) => grant.device !== device))];
}

function filesOf(directories: readonly GrantedDirectory[]): Grant[] {
  return directories.length === 0 ? [] : [{ device: "atoll:device/files", directories }];
}

function needsKernel(id: string): boolean {
  return id.startsWith(KERNEL) || id === "atoll:device/stdio" || id === "atoll:device/sockets";
}

/** Interfaces with functions, and functions, without versions. */
function importsOf({ imports }: World): string[] {
  return imports
    .filter(
      (item) =>
        item.kind === "function" || (item.kind === "interface" && item.interface.functions.length > 0),
    )
    .map(({ name }) => withoutVersion(name));
}

function withoutVersion(name: string): string {
  return name.replace(/@.*/, "");
}

/** `called`: by `atoll call`, which has no `--dir`. */
function grantForm(device: string, called: boolean): string {
  const name = device.slice(DEVICES.length);
  if (name === "files") return called ? "--grant files=PATH" : "--dir PATH";
  if (name === "sockets") return "--grant connect=HOST:PORT";
  return `--grant ${name === "directory" ? "directory=PATH" : name}`;
}
