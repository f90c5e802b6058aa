/**
 * Calls devices with component values, by the canonical ABI of toolchain/abi.
 *
 * The devices lay out their results by themselves; the reference implementation
 * reads them by the interface's types, so the two check each other.
 */
import { createDevice, type DeviceContext, type Terminal } from "../../host-linux/devices/index.ts";
import type { Streams } from "../../host-linux/devices/device.ts";
import type { KernelDoor } from "../../host-linux/devices/kernel-door.ts";
import { HttpListeners } from "../../host-linux/devices/http/listeners.ts";
import { Descriptors } from "../../host-linux/devices/files/descriptors.ts";
import { OpenFiles } from "../../host-linux/devices/open-files.ts";
import { OpenSockets } from "../../host-linux/devices/sockets/open-sockets.ts";
import { Transfer } from "../../host-linux/devices/transfer.ts";
import {
  callFunction,
  type ComponentValue,
  type CoreFunction,
  type FunctionType,
  type Realloc,
  type ValueType,
} from "../../toolchain/abi/index.ts";
import { DEVICES } from "../../toolchain/link/devices.ts";
import { deviceDestructor, type Grant } from "../../toolchain/link/plan.ts";
import { TRANSFER, assemble } from "./hand-made-plan.ts";

export type Call = (name: string, ...args: unknown[]) => ComponentValue | undefined;

export interface Setting {
  readonly process?: string;
  readonly base?: string;
  readonly terminal?: Terminal;
  readonly streams?: Streams;
  readonly kernel?: KernelDoor;
  /** Called when there is something new for the process. */
  readonly wake?: () => void;
  /** Shared with another process's device. */
  readonly descriptors?: Descriptors;
  readonly http?: HttpListeners;
}

const SILENT: Terminal = { writeLine: () => {}, readLine: () => undefined };

/** Standard streams that are at their end. */
export const CLOSED: Streams = {
  write: () => undefined,
  read: () => undefined,
  isTerminal: () => false,
};

/** A device's functions by their WIT names, and `drop RESOURCE` with a rep, over a transfer memory of their own. */
export async function deviceCaller(
  grant: Grant,
  {
    process = "app",
    base = ".",
    terminal = SILENT,
    streams = CLOSED,
    kernel,
    descriptors,
    http = new HttpListeners(),
    wake = () => {},
  }: Setting = {},
): Promise<Call> {
  const module = await assemble(`(module ${TRANSFER.wat})`);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module as Uint8Array<ArrayBuffer>));
  const context: DeviceContext = {
    process: { name: process },
    transfer: new Transfer(exports),
    terminal,
    files: new OpenFiles(),
    http,
    sockets: new OpenSockets(),
    descriptors: descriptors ?? new Descriptors(),
    give: (_, rep) => rep,
    streams,
    waker: () => wake,
    checkStop: () => {},
    ...(kernel && { kernel }),
  };
  const device = createDevice(context, grant, base);
  return (name, ...args) => {
    // As a handle's end is told.
    if (name.startsWith("drop ")) {
      const drop = device[deviceDestructor(name.slice("drop ".length))] as (rep: unknown) => void;
      drop(args[0]);
      return undefined;
    }
    const type = DEVICES[grant.device].functions.find((candidate) => candidate.name === name)?.type;
    if (type === undefined) throw new Error(`${grant.device} has no function ${name}`);
    const callee = {
      func: device[name] as CoreFunction,
      memory: exports["memory"] as WebAssembly.Memory,
      realloc: exports["realloc"] as Realloc,
      encoding: "utf8" as const,
    };
    const result = callFunction(callee, withReps(type), args);
    (exports["reset"] as () => void)();
    return result;
  };
}

/** Handles are the reps themselves here: a device is called without tables. */
function withReps(type: FunctionType): FunctionType {
  const params = type.params.map((param) => ({ ...param, type: repsIn(param.type) }));
  return type.result === undefined ? { ...type, params } : { ...type, params, result: repsIn(type.result) };
}

function repsIn(type: ValueType): ValueType {
  switch (type.kind) {
    case "own":
    case "borrow":
      return { kind: "u32" };
    case "list":
      return { ...type, element: repsIn(type.element) };
    case "tuple":
      return { ...type, types: type.types.map(repsIn) };
    case "option":
      return { ...type, type: repsIn(type.type) };
    case "result":
      return type.ok === undefined ? type : { ...type, ok: repsIn(type.ok) };
    default:
      return type;
  }
}
