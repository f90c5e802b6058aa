// @wit bench:driver/main
//
// Makes a cell crash again and again, and tells what the kernel holds.
import { now } from "atoll:device/clock";
import { totals } from "atoll:kernel/introspect";
import { first, tryCrash } from "bench:cell/api";
import { sample, serve } from "./lines";

export function run(): void {
  serve(carry);
}

function carry(name: string, count: u32): string {
  return name == "soak:restart" ? restarts(count) : sample(1, held(name.substring(5)));
}

function restarts(count: u32): string {
  const start = now();
  let sum: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    if (tryCrash().isOk) throw new Error("it did not crash");
    sum = first(sum, i);
  }
  return sample(now() - start, sum);
}

function held(table: string): u32 {
  const found = totals();
  if (table == "processes") return found.processes;
  if (table == "handles") return found.handles;
  return table == "timers" ? found.timers : found.messages;
}
