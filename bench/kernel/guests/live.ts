// @wit bench:live/api
// @export atoll:kernel/alarms
//
// One of very many processes: it answers, and holds a timer that does not go off while it is watched.
import { setAlarm } from "atoll:kernel/time";

const HOUR: u64 = 3_600_000_000;

export function begin(): void {
  setAlarm(0, HOUR);
}

export function alarm(token: u32): void {
  unreachable();
}

export function answer(sum: u32, i: u32): u32 {
  return sum + i + 1;
}
