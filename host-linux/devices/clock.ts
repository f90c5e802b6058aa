/** `atoll:device/clock`: a monotonic clock and the time of day, in nanoseconds. */
import { hrtime } from "node:process";
import type { SeededRun } from "../seeded-run.ts";
import { DeviceTrap } from "../host-error.ts";
import type { Device, DeviceContext, GrantOf } from "./device.ts";
import { directU64 } from "./direct.ts";

/** Readings between two looks whether the system is to stop: a guest that only reads the clock has to end, too. */
const LOOK_AFTER = 16;
const NANOSECONDS_PER_MILLISECOND = 1_000_000n;

export function createClock(
  { checkStop, seeded }: DeviceContext,
  { denied }: GrantOf<"atoll:device/clock">,
): Device {
  if (denied === true) return deniedClock();
  if (seeded !== undefined) return clockOf(seeded, checkStop);
  let readings = 0;
  return {
    now: directU64(() => {
      readings = (readings + 1) % LOOK_AFTER;
      if (readings === 0) checkStop();
      // Its BigInt goes straight to Wasm and is never made, which beats the milliseconds of `performance.now`.
      return hrtime.bigint();
    }),
    "wall-time": directU64(() => {
      checkStop();
      return BigInt(Date.now()) * NANOSECONDS_PER_MILLISECOND;
    }),
  };
}

function deniedClock(): Device {
  const refuse = directU64(() => {
    throw new DeviceTrap("clock: the process was not granted it; in system.ts: grants: [clock()]");
  });
  return { now: refuse, "wall-time": refuse };
}

/** Both stand still while anybody has something to do, and begin at 0. */
function clockOf(seeded: SeededRun, checkStop: () => void): Device {
  const now = directU64(() => {
    checkStop();
    return seeded.nanoseconds;
  });
  return { now, "wall-time": now };
}
