// @wit bench:driver/main
//
// Calls a cell, casts to it, makes it crash: over the one wire that its system gives it.
import { Fault } from "atoll";
import { now } from "atoll:device/clock";
import { account, first, note, step, tryCrash } from "bench:cell/api";
import { Rounds, sample, serve } from "./lines";

/** Casts after which the sender waits until all are served: a mailbox is bounded. */
const BATCH: u32 = 500;

export function run(): void {
  serve(carry);
}

function carry(name: string, rounds: u32): string {
  if (name.startsWith("mailbox-cast")) return casts(rounds);
  if (name.startsWith("restart")) return restarts(rounds);
  return calls(rounds);
}

function calls(rounds: u32): string {
  account();
  const start = now();
  let sum: u32 = 0;
  for (let i: u32 = 0; i < rounds; i++) sum = step(sum, i);
  const time = now() - start;
  return sample(time, sum + account());
}

function casts(rounds: u32): string {
  account();
  const start = now();
  let sum: u32 = 0;
  for (let i: u32 = 0; i < rounds; i++) {
    note(i);
    if (i % BATCH == BATCH - 1) sum += account();
  }
  sum += account();
  return sample(now() - start, sum);
}

function restarts(count: u32): string {
  const rounds = new Rounds();
  let sum: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    rounds.begin();
    const end = tryCrash();
    sum = first(sum, i);
    rounds.end();
    if (end.isOk || end.error != Fault.Crashed) throw new Error("it did not crash");
  }
  return rounds.sample(sum);
}
