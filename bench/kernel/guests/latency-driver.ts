// @wit bench:driver/main
//
// What others have of a process in an endless loop: how long a slice of it is, and how long a call takes.
import { now } from "atoll:device/clock";
import { sleep } from "atoll:kernel/time";
import { account, step } from "bench:cell/api";
import { spin } from "bench:spinner/api";
import { Rounds, serve } from "./lines";

let spinning: bool = false;

export function run(): void {
  serve(carry);
}

function carry(name: string, count: u32): string {
  if (!spinning) spin();
  spinning = true;
  return name == "latency:slice" ? slices(count) : calls(count);
}

/** Gives way: what passes until it is its turn again is one slice of the other. */
function slices(count: u32): string {
  const rounds = new Rounds();
  let sum: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    rounds.begin();
    sleep(0);
    rounds.end();
    sum += i + 1;
  }
  return rounds.sample(sum);
}

/** As much, and a call of a server with a stack of its own: what somebody waits for who has to do both. */
function calls(count: u32): string {
  const rounds = new Rounds();
  account();
  let sum: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    rounds.begin();
    sleep(0);
    sum = step(sum, i);
    rounds.end();
  }
  return rounds.sample(sum + account());
}
