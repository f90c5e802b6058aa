/**
 * Atoll's own interfaces, as types: what an import of them is checked against.
 *
 * Those of devices are here, the kernel's beside it; they are wired alike, and
 * called devices for short. The same as `wit/device.wit`, which a test compares.
 * Written out because linking must work where nothing that parses WIT is installed.
 */
import type { Interface, ResourceType, ValueType } from "../abi/index.ts";
import { HTTP_CLIENT, HTTP_SERVER } from "./devices/http.ts";
import { FILES } from "./devices/files.ts";
import { SOCKETS } from "./devices/sockets.ts";
import { STDIO } from "./devices/stdio.ts";
import {
  bytes,
  enumeration,
  func,
  interfaceOf,
  list,
  option,
  record,
  string,
  tuple,
  u32,
  u64,
} from "./interface-types.ts";
import { KERNEL_INTERFACES, KERNEL_PACKAGE } from "./kernel-interfaces.ts";
import type { Grant } from "./plan.ts";

export const DEVICE_PACKAGE = "atoll:device";
export const DEVICE_VERSION = "0.1.0";

const owner = `${DEVICE_PACKAGE}/directory@${DEVICE_VERSION}`;
const errorCode = enumeration(owner, "error-code", [
  "not-found",
  "not-a-directory",
  "is-a-directory",
  "escapes",
  "too-large",
  "invalid-utf8",
  "io",
]);
const kind = enumeration(owner, "kind", ["file", "directory"]);
const entry = record(owner, "entry", { name: string, kind, size: u64 });

const file: ResourceType = { name: { name: "file", owner } };
const self: ValueType = { kind: "borrow", resource: file };

/** By the id of the interface, without version. */
export const DEVICES: Readonly<Record<Grant["device"], Interface>> = {
  "atoll:device/console": interfaceOf({
    "write-line": func({ line: string }),
    "read-line": func({}, option(string)),
  }),
  "atoll:device/clock": interfaceOf({ now: func({}, u64), "wall-time": func({}, u64) }),
  "atoll:device/entropy": interfaceOf({ bytes: func({ count: u32 }, bytes), "random-u64": func({}, u64) }),
  "atoll:device/directory": interfaceOf(
    {
      list: func({ path: string }, orError(list(entry))),
      read: func({ path: string }, orError(bytes)),
      "read-text": func({ path: string }, orError(string)),
      stat: func({ path: string }, orError(entry)),
      open: func({ path: string }, orError({ kind: "own", resource: file })),
      "[method]file.read": func({ self, offset: u64, length: u32 }, orError(bytes)),
      "[method]file.size": func({ self }, orError(u64)),
    },
    [errorCode, kind, entry],
    [file],
  ),
  "atoll:device/files": FILES,
  "atoll:device/configuration": interfaceOf({
    "get-arguments": func({}, list(string)),
    get: func({ key: string }, option(string)),
    "get-environment": func({}, list(tuple(string, string))),
  }),
  "atoll:device/http-server": HTTP_SERVER,
  "atoll:device/http-client": HTTP_CLIENT,
  "atoll:device/sockets": SOCKETS,
  "atoll:device/stdio": STDIO,
  ...KERNEL_INTERFACES,
};

/** Functions that block their process, not the system: it has to have a stack of its own, under the kernel. */
const WAITING: ReadonlySet<string> = new Set([
  "atoll:device/console#read-line",
  "atoll:kernel/time#sleep",
  "atoll:kernel/wakeup#wait",
]);

export function waits(device: Grant["device"], name: string): boolean {
  return WAITING.has(`${device}#${name}`);
}

/** An interface that Atoll itself provides, or calls; by its id, with or without version. */
export function isAtolls(id: string): boolean {
  return [DEVICE_PACKAGE, KERNEL_PACKAGE].some((name) => id.startsWith(`${name}/`));
}

function orError(ok: ValueType): ValueType {
  return { kind: "result", ok, err: errorCode };
}
