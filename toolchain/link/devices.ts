/**
 * Atoll's own interfaces, as types: what a device import is checked against.
 *
 * The same as `wit/device.wit`, which a test compares. Written out here because
 * linking must work where nothing that parses WIT is installed.
 */
import type { FunctionType, Interface, ResourceType, ValueType } from "../abi/index.ts";
import type { Grant } from "./plan.ts";

export const DEVICE_PACKAGE = "atoll:device";
export const DEVICE_VERSION = "0.1.0";

const string: ValueType = { kind: "string" };
const u32: ValueType = { kind: "u32" };
const u64: ValueType = { kind: "u64" };
const bytes: ValueType = { kind: "list", element: { kind: "u8" } };

const owner = `${DEVICE_PACKAGE}/directory@${DEVICE_VERSION}`;
const errorCode: ValueType = {
  name: { name: "error-code", owner },
  kind: "enum",
  labels: ["not-found", "not-a-directory", "is-a-directory", "escapes", "too-large", "invalid-utf8", "io"],
};
const kind: ValueType = { name: { name: "kind", owner }, kind: "enum", labels: ["file", "directory"] };
const entry: ValueType = {
  name: { name: "entry", owner },
  kind: "record",
  fields: [
    { label: "name", type: string },
    { label: "kind", type: kind },
    { label: "size", type: u64 },
  ],
};

const file: ResourceType = { name: { name: "file", owner } };
const self: ValueType = { kind: "borrow", resource: file };

/** By the id of the interface, without version. */
export const DEVICES: Readonly<Record<Grant["device"], Interface>> = {
  "atoll:device/console": device({
    "write-line": func({ line: string }),
    "read-line": func({}, option(string)),
  }),
  "atoll:device/clock": device({ now: func({}, u64), "wall-time": func({}, u64) }),
  "atoll:device/entropy": device({ bytes: func({ count: u32 }, bytes), "random-u64": func({}, u64) }),
  "atoll:device/directory": device(
    {
      list: func({ path: string }, orError({ kind: "list", element: entry })),
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
  "atoll:device/configuration": device({
    "get-arguments": func({}, { kind: "list", element: string }),
    get: func({ key: string }, option(string)),
  }),
};

/** Functions that block their process, not the system: under the kernel it has to have a stack of its own. */
const WAITING: ReadonlySet<string> = new Set(["atoll:device/console#read-line"]);

export function waits(device: Grant["device"], name: string): boolean {
  return WAITING.has(`${device}#${name}`);
}

function device(
  functions: Record<string, FunctionType>,
  types: readonly ValueType[] = [],
  resources: readonly ResourceType[] = [],
): Interface {
  return {
    types: [
      ...types.map((type) => ({ name: type.name?.name ?? "", type: { kind: "value" as const, type } })),
      ...resources.map((resource) => ({
        name: resource.name?.name ?? "",
        type: { kind: "resource" as const, resource },
      })),
    ],
    functions: Object.entries(functions).map(([name, type]) => ({ name, type })),
  };
}

function func(params: Record<string, ValueType>, result?: ValueType): FunctionType {
  const fields = Object.entries(params).map(([label, type]) => ({ label, type }));
  return result === undefined ? { async: false, params: fields } : { async: false, params: fields, result };
}

function option(type: ValueType): ValueType {
  return { kind: "option", type };
}

function orError(ok: ValueType): ValueType {
  return { kind: "result", ok, err: errorCode };
}
