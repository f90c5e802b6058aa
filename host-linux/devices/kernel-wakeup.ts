/** `atoll:kernel/wakeup`: a process waits until one of its devices has something new. */
import { STATUS_OK } from "../../kernel/abi.ts";
import { DeviceTrap } from "../host-error.ts";
import type { Device, DeviceContext } from "./device.ts";
import { waitingCall } from "./direct.ts";
import { WOKEN, type KernelDoor } from "./kernel-door.ts";
import { bounded, refusalToWait } from "./kernel-time.ts";

const NANOSECONDS_PER_MICROSECOND = 1000n;
const FOR_EVER = 2n ** 64n - 1n;

export function createWakeup({ checkStop }: DeviceContext, door: KernelDoor): Device {
  return {
    wait: waitingCall(
      (nanoseconds) => {
        checkStop();
        const status = door.waitForWake(microsecondsOf(BigInt.asUintN(64, nanoseconds)));
        if (status === WOKEN) return 0;
        if (status === STATUS_OK) return 1;
        throw new DeviceTrap(refusalToWait(status, "wait"));
      },
      () => door.suspend(),
    ),
  };
}

/** Rounded up, so that nobody wakes too early; undefined for ever. */
function microsecondsOf(nanoseconds: bigint): bigint | undefined {
  if (nanoseconds === FOR_EVER) return undefined;
  return bounded((nanoseconds + NANOSECONDS_PER_MICROSECOND - 1n) / NANOSECONDS_PER_MICROSECOND);
}
