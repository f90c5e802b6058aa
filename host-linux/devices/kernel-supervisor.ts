/**
 * `atoll:kernel/supervisor`: the end of others, as an operator has it by the control socket.
 *
 * A result<_, fault> is 2 long: its discriminant, and its fault at 1.
 */
import { EVENT_KILL, EVENT_STOP, STATUS_OK } from "../../kernel/abi.ts";
import { FAULTS } from "../../toolchain/link/plan.ts";
import type { Device, DeviceContext } from "./device.ts";
import type { KernelDoor } from "./kernel-door.ts";

export function createSupervisor({ transfer, checkStop }: DeviceContext, door: KernelDoor): Device {
  const order = (event: number, pid: number): number => {
    checkStop();
    const status = door.order(event, pid);
    // The caller may have gone with it.
    checkStop();
    return transfer.result(2, 1, (view) => {
      if (status === STATUS_OK) return;
      view.setUint8(0, 1);
      view.setUint8(1, FAULTS.indexOf("unavailable"));
    });
  };
  return { kill: (pid: number) => order(EVENT_KILL, pid), stop: (pid: number) => order(EVENT_STOP, pid) };
}
