/**
 * Runs a link plan in the test's own thread, with devices that the test gives.
 */
import type { Device } from "../../../host-linux/devices/index.ts";
import type { Transfer } from "../../../host-linux/devices/transfer.ts";
import { instantiate, type Running } from "../../../host-linux/instantiate.ts";
import type { LinkPlan } from "../../../toolchain/link/plan.ts";

/** Devices by the id of their interface. */
export type TestDevices = Readonly<Record<string, (transfer: Transfer) => Device>>;

export function bringUp(plan: LinkPlan, devices: TestDevices = {}): Running {
  return instantiate(plan, (process, grant, transfer) => {
    const id = plan.root.processes[process]?.grants[grant]?.device ?? "";
    const device = devices[id];
    if (device === undefined) throw new Error(`the test has no device ${id}`);
    return device(transfer);
  });
}

/** A console that keeps its lines. */
export function consoleInto(lines: string[]): TestDevices {
  return {
    "atoll:device/console": (transfer) => ({
      "write-line": (offset: number, length: number) => void lines.push(transfer.string(offset, length)),
      "read-line": () => transfer.optionString(undefined),
    }),
  };
}

/** Calls an exported function of a process with core values. */
export function call(
  running: Running,
  process: string,
  name: string,
  ...args: readonly (number | bigint)[]
): unknown {
  const position = running.plan.root.processes.findIndex((p) => p.name === process);
  const template = running.plan.templates[running.plan.root.processes[position]?.template ?? -1];
  const found = template?.exports.find((e) => e.name === name);
  if (found === undefined) throw new Error(`process ${process} has no function ${name}`);
  return (running.item(position, found.func) as (...args: unknown[]) => unknown)(...args);
}

/** Exit code and message that the entry leaves in the transfer memory. */
export function runEntry(running: Running): { code: number; message: string } {
  const at = running.entry?.() ?? 0;
  const { transfer } = running;
  if (transfer === undefined) throw new Error("the plan has no transfer memory");
  const bytes = transfer.bytes(at, 12);
  const view = new DataView(bytes.buffer, bytes.byteOffset, 12);
  return {
    code: view.getUint32(0, true),
    message: transfer.string(view.getUint32(4, true), view.getUint32(8, true)),
  };
}
