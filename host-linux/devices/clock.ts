/** `atoll:device/clock`: a monotonic clock and the time of day, in nanoseconds. */
import type { Device, DeviceContext } from "./device.ts";

const NANOSECONDS_PER_MILLISECOND = 1_000_000n;

export function createClock({ checkStop }: DeviceContext): Device {
  return {
    now(): bigint {
      checkStop();
      return process.hrtime.bigint();
    },
    "wall-time"(): bigint {
      checkStop();
      return BigInt(Date.now()) * NANOSECONDS_PER_MILLISECOND;
    },
  };
}
