/**
 * Calls devices with component values, by the canonical ABI of toolchain/abi.
 *
 * The devices lay out their results by themselves; the reference implementation
 * reads them by the interface's types, so the two check each other.
 */
import { createDevice, type DeviceContext, type Terminal } from "../../host-linux/devices/index.ts";
import type { KernelDoor } from "../../host-linux/devices/kernel-door.ts";
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
import type { Grant } from "../../toolchain/link/plan.ts";
import { TRANSFER, assemble } from "./hand-made-plan.ts";

export type Call = (name: string, ...args: unknown[]) => ComponentValue | undefined;

export interface Setting {
  readonly process?: string;
  readonly base?: string;
  readonly terminal?: Terminal;
  readonly kernel?: KernelDoor;
  /** Called when there is something new for the process. */
  readonly wake?: () => void;
}

const SILENT: Terminal = { writeLine: () => {}, readLine: () => undefined };

/** A device's functions by their WIT names, over a transfer memory of their own. */
export async function deviceCaller(
  grant: Grant,
  { process = "app", base = ".", terminal = SILENT, kernel, wake = () => {} }: Setting = {},
): Promise<Call> {
  const module = await assemble(`(module ${TRANSFER.wat})`);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module as Uint8Array<ArrayBuffer>));
  const context: DeviceContext = {
    process: { name: process },
    transfer: new Transfer(exports),
    terminal,
    files: new OpenFiles(),
    sockets: new OpenSockets(),
    give: (_, rep) => rep,
    waker: () => wake,
    checkStop: () => {},
    ...(kernel && { kernel }),
  };
  const device = createDevice(context, grant, base);
  return (name, ...args) => {
    const type = name.startsWith("[resource-drop]") ? DROP : typeOf(grant.device, name);
    const callee = {
      func: device[name] as CoreFunction,
      memory: exports["memory"] as WebAssembly.Memory,
      realloc: exports["realloc"] as Realloc,
      encoding: "utf8" as const,
    };
    const result = callFunction(callee, type, args);
    (exports["reset"] as () => void)();
    return result;
  };
}

const DROP: FunctionType = { async: false, params: [{ label: "rep", type: { kind: "u32" } }] };

/** Handles are reps here, and both are numbers. */
function typeOf(device: Grant["device"], name: string): FunctionType {
  const type = DEVICES[device].functions.find((candidate) => candidate.name === name)?.type;
  if (type === undefined) throw new Error(`${device} has no function ${name}`);
  const params = type.params.map(({ label, type: param }) => ({ label, type: withoutHandles(param) }));
  return type.result === undefined
    ? { async: false, params }
    : { async: false, params, result: withoutHandles(type.result) };
}

function withoutHandles(type: ValueType): ValueType {
  return JSON.parse(JSON.stringify(type), (_, part: ValueType) =>
    part?.kind === "own" || part?.kind === "borrow" ? { kind: "u32" } : part,
  ) as ValueType;
}
