/**
 * `atoll:kernel/process`: who a process is, and its own end.
 *
 * An identity is 16 long: name (offset, length), pid at 8, life at 12.
 */
import { REASON_NORMAL } from "../../kernel/abi.ts";
import type { Device, DeviceContext } from "./device.ts";
import { trappingCall } from "./direct.ts";
import type { KernelDoor } from "./kernel-door.ts";
import { storeSpan } from "./transfer.ts";

export function createProcess({ transfer, checkStop }: DeviceContext, door: KernelDoor): Device {
  return {
    self(): number {
      checkStop();
      const name = transfer.storeString(door.name);
      return transfer.result(16, 4, (view) => {
        storeSpan(view, 0, name);
        view.setUint32(8, door.pid(), true);
        view.setUint32(12, door.life(), true);
      });
    },
    exit: trappingCall(() => {
      checkStop();
      door.ends(REASON_NORMAL);
    }),
  };
}
