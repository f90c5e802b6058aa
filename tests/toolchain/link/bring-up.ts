/**
 * Runs a link plan in the test's own thread, with devices that the test gives.
 */
import type { Device } from "../../../host-linux/devices/index.ts";
import type { Transfer } from "../../../host-linux/devices/transfer.ts";
import { instantiate, type DeviceMaker, type Running } from "../../../host-linux/instantiate.ts";
import type { LinkPlan } from "../../../toolchain/link/plan.ts";
import { AFTER_RESET, keyOf, Pool } from "../../after-reset/pool.ts";
import { recording } from "../../host-linux/kernel/recording.ts";

/** Devices by the id of their interface. */
export type TestDevices = Readonly<Record<string, (transfer: Transfer) => Device>>;

/** In the project `after-reset`, a system that may have been used before, and reset. */
export function bringUp(plan: LinkPlan, devices: TestDevices = {}): Running {
  if (!AFTER_RESET || plan.templates.some(({ resets }) => resets === undefined)) {
    return new System(plan, devices).running;
  }
  const hashes = plan.modules.map(({ hash }) => hash);
  const key = keyOf(JSON.stringify([hashes, plan.templates, plan.root]));
  const system = systems.take(key, () => new System(plan, devices));
  system.devices = devices;
  return system.begin();
}

class System {
  readonly running: Running;
  devices: TestDevices;
  #resets = 0;

  constructor(plan: LinkPlan, devices: TestDevices) {
    this.devices = devices;
    const makeDevice: DeviceMaker = (process, grant, transfer) => {
      const id = plan.root.processes[process]?.grants[grant]?.device ?? "";
      return this.#device(id, transfer);
    };
    this.running = instantiate(plan, makeDevice, () => {}, recording(plan));
  }

  /** One whose functions are always those of the devices at hand. */
  #device(id: string, transfer: Transfer): Device {
    let [of, device] = [this.devices, makeDevice(this.devices, id, transfer)];
    if (!AFTER_RESET) return device;
    const current = (): Device => {
      if (of !== this.devices) [of, device] = [this.devices, makeDevice(this.devices, id, transfer)];
      return device;
    };
    const call = (name: string, args: readonly unknown[]): unknown =>
      (current()[name] as ((...args: readonly unknown[]) => unknown) | undefined)?.(...args);
    const names = Object.keys(device);
    return Object.fromEntries(
      names.map((name) => [name, (...args: unknown[]) => call(name, args)]),
    ) as Device;
  }

  /** As it looks to the next test, which is not told of earlier deaths. */
  begin(): Running {
    const { running } = this;
    const before = new Set(running.deaths);
    return {
      ...running,
      get deaths() {
        return running.deaths.filter((death) => !before.has(death));
      },
    };
  }

  /** Providers first, and the next time consumers first. */
  reset(): void {
    this.#grantAll();
    const processes = [...this.running.plan.root.processes.keys()];
    if (this.#resets++ % 2 === 1) processes.reverse();
    for (const process of processes) {
      try {
        this.running.reset(process);
      } catch (error) {
        // A destructor, in a process that a test has left in disorder.
        if (!(error instanceof WebAssembly.RuntimeError)) throw error;
      }
    }
  }

  /** A reset leaves revoked what was revoked. */
  #grantAll(): void {
    const { root, templates } = this.running.plan;
    for (const { provider, consumer, hole, binding } of root.edges) {
      const name = templates[root.processes[consumer]?.template ?? -1]?.holes[hole]?.name;
      if (binding === "fused" || provider.kind !== "process" || name === undefined) continue;
      this.running.grant(consumer, name);
    }
  }
}

const systems = new Pool<System>((system) => system.reset());

function makeDevice(devices: TestDevices, id: string, transfer: Transfer): Device {
  const make = devices[id];
  if (make === undefined) throw new Error(`the test has no device ${id}`);
  return make(transfer);
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
