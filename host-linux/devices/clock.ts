/** `atoll:device/clock`: a monotonic clock and the time of day, in nanoseconds. */
import { performance } from "node:perf_hooks";
import type { Device, DeviceContext } from "./device.ts";
import { directU64, nanoseconds } from "./direct.ts";

const NANOSECONDS_PER_MILLISECOND = 1_000_000n;

export function createClock({ checkStop }: DeviceContext): Device {
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
