/**
 * The functions of `atoll:device/files` in the runtime, and the data of a process's device.
 */
import { deviceDestructor, type Grant, type LinkPlan } from "../../toolchain/link/plan.ts";
import type { core } from "../../toolchain/wasm/index.ts";
import { cString } from "./c-text.ts";

/** A core type by a letter for each parameter, `i` or `j`; functions of the device that return anything return an i32. */
function typed(params: string, hasResult = true): core.FuncType {
  return {
    params: params.split("").map((letter) => (letter === "j" ? "i64" : "i32")),
    results: hasResult ? ["i32"] : [],
  };
}

const METHODS: Readonly<Record<string, string>> = {
  read: "ijj",
  write: "iiij",
  append: "iii",
  "set-size": "ij",
  sync: "i",
  "sync-data": "i",
  "get-flags": "i",
  "get-type": "i",
  stat: "i",
  "set-times": "iijij",
  "is-same-object": "ii",
  "metadata-hash": "i",
  "read-directory": "i",
  "open-at": "iiiiii",
  "stat-at": "iiii",
  "set-times-at": "iiiiijij",
  "metadata-hash-at": "iiii",
  "create-directory-at": "iii",
  "remove-directory-at": "iii",
  "unlink-file-at": "iii",
  "rename-at": "iiiiii",
  "link-at": "iiiiiii",
  "symlink-at": "iiiii",
  "readlink-at": "iii",
};

interface DeviceFunction {
  readonly symbol: string;
  readonly type: core.FuncType;
}

const ENTRIES = "read-directory-entries";
const DROP: DeviceFunction = { symbol: "device_files_drop", type: typed("i", false) };

/** By the names of the interface's functions. */
export const FILES_FUNCTIONS: Readonly<Record<string, DeviceFunction>> = {
  preopens: { symbol: symbolOf("preopens"), type: typed("") },
  ...Object.fromEntries(
    Object.entries(METHODS).map(([name, params]) => [
      `[method]descriptor.${name}`,
      { symbol: symbolOf(name), type: typed(params) },
    ]),
  ),
  [`[method]directory-entry-stream.${ENTRIES}`]: { symbol: symbolOf(ENTRIES), type: typed("i") },
  [deviceDestructor("descriptor")]: DROP,
  [deviceDestructor("directory-entry-stream")]: DROP,
};

function symbolOf(name: string): string {
  return `device_files_${name.replaceAll("-", "_")}`;
}

type FilesGrant = Extract<Grant, { device: "atoll:device/files" }>;

/** Whether some process has a directory, whose descriptors others may get. */
export function hasFiles({ root }: LinkPlan): boolean {
  return root.processes.some(({ grants }) =>
    grants.some((grant) => grant.device === "atoll:device/files" && grant.directories.length > 0),
  );
}

/** `process`: position in the plan. */
export function filesData(
  variable: string,
  { root }: LinkPlan,
  process: number,
  { device, directories }: FilesGrant,
): string {
  const { tables = [], types = [] } = root.handles ?? {};
  const typeOf = (name: string): number =>
    types.findIndex((it) => "device" in it && it.device === device && it.name === name);
  const granted = directories.map(({ path, as, write }) => `{${cString(path)}, ${cString(as)}, ${write}}`);
  const positions = [
    tables.findIndex((it) => "device" in it && it.device === device),
    typeOf("descriptor"),
    typeOf("directory-entry-stream"),
  ];
  const fields = [
    cString(root.processes[process]?.name ?? ""),
    process,
    `${variable}_granted`,
    directories.length,
    ...positions.map((position) => Math.max(0, position)),
  ];
  return [
    `static const struct device_files_granted ${variable}_granted[] = {${[...granted, "{0}"].join(", ")}};`,
    `static struct device_files ${variable} = {${fields.join(", ")}};`,
  ].join("\n");
}
