/** `atoll:kernel/capability`: the handles of the kernel that a process holds. */
import { LOOK_HANDLE } from "../../kernel/abi.ts";
import type { Device, DeviceContext } from "./device.ts";
import type { KernelDoor } from "./kernel-door.ts";
import { HANDLE_INFO, reports, storeHandle, word } from "./kernel-reports.ts";

/** Of LOOK_HANDLE. */
const HOLDER = 1;

export function createCapability({ transfer, checkStop }: DeviceContext, door: KernelDoor): Device {
  return {
    held(): number {
      checkStop();
      const pid = door.pid();
      const mine = [...reports(door, LOOK_HANDLE)].filter((words) => word(words, HOLDER) === pid);
      return transfer.list(transfer.storeList(mine, HANDLE_INFO, storeHandle));
    },
  };
}
