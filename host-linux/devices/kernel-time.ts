/**
 * `atoll:kernel/time`: sleep and alarms of the process itself.
 *
 * A result<u32, fault> is 8 long: its discriminant at 0, its payload at 4.
 */
import { EVENT_ALARM, EVENT_CANCEL, STATUS_EXHAUSTED, STATUS_OK } from "../../kernel/abi.ts";
import { FAULTS } from "../../toolchain/link/plan.ts";
import { DeviceTrap } from "../host-error.ts";
import type { Device, DeviceContext } from "./device.ts";
import { waitingCall } from "./direct.ts";
import type { KernelDoor } from "./kernel-door.ts";

/** Microseconds that the kernel can count. */
const LONGEST = 2n ** 52n - 1n;

export function createTime({ transfer, checkStop }: DeviceContext, door: KernelDoor): Device {
  return {
    // An instance of its own, which not every one of thousands that set alarms needs.
    get sleep() {
      return waitingCall(
        (microseconds) => {
          checkStop();
          const status = door.wait(microseconds === 0n ? 0n : bounded(microseconds));
          if (status !== STATUS_OK) throw new DeviceTrap(refusalToWait(status, "sleep"));
          return 1;
        },
        () => door.suspend(),
      );
    },
    "set-alarm"(token: number, microseconds: bigint): number {
      checkStop();
      const time = bounded(microseconds);
      const ref = door.ask(EVENT_ALARM, token, Number(time & 0xffff_ffffn), Number(time >> 32n));
      return transfer.result(8, 4, (view) => {
        if (ref > 0) return view.setUint32(4, ref, true);
        view.setUint8(0, 1);
        view.setUint8(4, FAULTS.indexOf("exhausted"));
      });
    },
    "cancel-alarm"(alarm: number): number {
      checkStop();
      return door.ask(EVENT_CANCEL, alarm) === STATUS_OK ? 1 : 0;
    },
  };
}

/** Why a process cannot wait now. */
export function refusalToWait(status: number, what: "sleep" | "wait"): string {
  if (status === STATUS_EXHAUSTED) return `the kernel has no room for one more that ${what}s`;
  const where = what === "wait" ? ", nor where `atoll call` calls it" : "";
  return `a process cannot ${what} while it starts${where}, only in a function that is called, such as run or alarm`;
}

/** As much as the kernel can count. */
export function bounded(microseconds: bigint): bigint {
  const time = BigInt.asUintN(64, microseconds);
  return time < LONGEST ? time : LONGEST;
}
