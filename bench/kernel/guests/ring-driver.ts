// @wit bench:driver/main
//
// Has the members of a ring work side by side: 16 that call one cell, or 100 that give way to each other.
import { now } from "atoll:device/clock";
import { account } from "bench:cell/api";
import { calls, total, turns } from "bench:member/api";
import { sample, serve } from "./lines";

const CALLERS: u32 = 16;
const YIELDERS: u32 = 100;

export function run(): void {
  serve(carry);
}

function carry(name: string, rounds: u32): string {
  return name == "switch" ? switches(rounds) : busyCalls(rounds);
}

function busyCalls(rounds: u32): string {
  account();
  const start = now();
  calls(rounds, 0, CALLERS);
  const sum = total(0, CALLERS);
  const time = now() - start;
  return sample(time, sum + account());
}

function switches(rounds: u32): string {
  const start = now();
  turns(rounds, 0, YIELDERS);
  const sum = total(0, YIELDERS);
  return sample(now() - start, sum);
}
