// @wit bench:watcher/api
// @export atoll:kernel/notices
//
// Monitors a cell, tells it to crash, and waits for the notice; again and again.
import { Reason } from "atoll:kernel/types";
import { Process } from "bench:cell/api-process";
import { Rounds } from "./lines";

let rounds: Rounds = new Rounds();
let left: u32 = 0;
let sum: u32 = 0;
let cell: Process | null = null;

export function watch(count: u32): void {
  rounds = new Rounds();
  left = count;
  sum = 0;
  next(0);
}

function next(i: u32): void {
  const victim = Process.spawn();
  victim.monitor(i);
  cell = victim;
  rounds.begin();
  victim.crash();
}

export function notice(token: u32, reason: Reason): void {
  rounds.end();
  if (reason == Reason.Crashed) sum += token + 1;
  cell!.drop();
  left--;
  if (left > 0) next(token + 1);
}

/** As of `Rounds.sample`; empty while there are rounds left. */
export function result(): string {
  return left > 0 ? "" : rounds.sample(sum);
}
