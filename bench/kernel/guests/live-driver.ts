// @wit bench:driver/main
//
// Keeps as many processes alive as it is told to, and asks each of them.
import { now } from "atoll:device/clock";
import { Process } from "bench:live/api-process";
import { Rounds, sample, serve } from "./lines";

const alive: Process[] = [];

export function run(): void {
  serve(carry);
}

function carry(name: string, count: u32): string {
  return name == "live:spawn" ? spawn(count) : ask();
}

/** Until there are so many. */
function spawn(count: u32): string {
  const rounds = new Rounds();
  while (<u32>alive.length < count) {
    rounds.begin();
    const process = Process.spawn();
    process.begin();
    rounds.end();
    alive.push(process);
  }
  return rounds.sample(alive.length);
}

/** Each that is alive. */
function ask(): string {
  const start = now();
  let sum: u32 = 0;
  for (let i = 0; i < alive.length; i++) sum = alive[i].answer(sum, i);
  return sample(now() - start, sum);
}
