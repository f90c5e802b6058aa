/** `atoll:device/clock`: a monotonic clock and the time of day, in nanoseconds. */
import type { Device, DeviceContext } from "./device.ts";
import { directU64 } from "./direct.ts";

const NANOSECONDS_PER_MILLISECOND = 1_000_000n;

export function createClock({ checkStop }: DeviceContext): Device {
  return {
    now: directU64(() => {
      checkStop();
      return process.hrtime.bigint();
    }),
    "wall-time": directU64(() => {
      checkStop();
      return BigInt(Date.now()) * NANOSECONDS_PER_MILLISECOND;
    }),
  };
}
