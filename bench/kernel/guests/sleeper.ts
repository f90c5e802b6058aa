// @wit bench:cell/api
//
// A cell that may sleep, so that it has a stack of its own.
import { sleep } from "atoll:kernel/time";

let served: u32 = 0;
let noted: u32 = 0;

export function step(sum: u32, i: u32): u32 {
  served++;
  return sum + i;
}

export function note(i: u32): void {
  served++;
  noted += i;
}

/** As of a cell. */
export function account(): u32 {
  const sum = served + noted;
  served = 0;
  noted = 0;
  return sum;
}

export function first(sum: u32, i: u32): u32 {
  served++;
  return sum + i + served;
}

export function crash(): void {
  unreachable();
}

export function nap(): void {
  sleep(0);
}
