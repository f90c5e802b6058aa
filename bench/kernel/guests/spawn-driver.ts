// @wit bench:driver/main
//
// Makes cells, asks each once, and lets go of it.
import { Process } from "bench:cell/api-process";
import { Rounds, serve } from "./lines";

export function run(): void {
  serve(carry);
}

function carry(_: string, count: u32): string {
  const rounds = new Rounds();
  let sum: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    rounds.begin();
    const cell = Process.spawn();
    sum = cell.first(sum, i);
    rounds.end();
    cell.drop();
  }
  return rounds.sample(sum);
}
