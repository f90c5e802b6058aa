/** Times of files: WASI has seconds and nanoseconds, the device nanoseconds since 1970. */
import {
  NewTimestamp as DeviceTimestamp,
  NewTimestampNoChange as DeviceNoChange,
  NewTimestampNow as DeviceNow,
  NewTimestampTimestamp as DeviceTime,
} from "atoll:device/files";
import { NewTimestamp, NewTimestampNow, NewTimestampTimestamp } from "wasi:filesystem/types";

const NANOSECONDS: u64 = 1_000_000_000;
const LAST: u64 = u64.MAX_VALUE / NANOSECONDS - 1;

/** A time after the year 2554 is in that year; nanoseconds are less than a second. */
export function timestampOf(time: NewTimestamp): DeviceTimestamp {
  if (time instanceof NewTimestampNow) return new DeviceNow();
  if (!(time instanceof NewTimestampTimestamp)) return new DeviceNoChange();
  const date = (<NewTimestampTimestamp>time).value;
  return new DeviceTime(min(date.seconds, LAST) * NANOSECONDS + min(<u64>date.nanoseconds, NANOSECONDS - 1));
}
