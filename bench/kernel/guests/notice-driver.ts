// @wit bench:driver/main
//
// Has a watcher make its rounds, and looks now and then whether they are done.
import { sleep } from "atoll:kernel/time";
import { result, watch } from "bench:watcher/api";
import { serve } from "./lines";

const LOOK_EVERY: u64 = 1000;

export function run(): void {
  serve(carry);
}

function carry(_: string, count: u32): string {
  watch(count);
  let line = result();
  while (line.length == 0) {
    sleep(LOOK_EVERY);
    line = result();
  }
  return line;
}
