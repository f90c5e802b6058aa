/** `atoll:device/clock`: a monotonic clock and the time of day, in nanoseconds. */
import { performance } from "node:perf_hooks";
import type { SeededRun } from "../seeded-run.ts";
import type { Device, DeviceContext } from "./device.ts";
import { directU64, nanoseconds } from "./direct.ts";

const NANOSECONDS_PER_MILLISECOND = 1_000_000n;

export function createClock({ checkStop, seeded }: DeviceContext): Device {
  if (seeded !== undefined) return clockOf(seeded, checkStop);
  return {
    now: nanoseconds(() => {
      checkStop();
      return performance.now();
    }),
    "wall-time": directU64(() => {
      checkStop();
      return BigInt(Date.now()) * NANOSECONDS_PER_MILLISECOND;
    }),
  };
}

/** Both stand still while anybody has something to do, and begin at 0. */
function clockOf(seeded: SeededRun, checkStop: () => void): Device {
  const now = directU64(() => {
    checkStop();
    return seeded.nanoseconds;
  });
  return { now, "wall-time": now };
}
