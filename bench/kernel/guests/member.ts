// @wit bench:member/api
//
// One of several processes that work side by side, in a ring: who is told to
// start tells the next one. Each has the rounds `mine`, `mine + members`, ….
import { sleep } from "atoll:kernel/time";
import { step } from "bench:cell/api";
import { calls as nextCalls, total as nextTotal, turns as nextTurns } from "bench:next/api";

let sum: u32 = 0;

/** A call of the cell in each round. */
export function calls(rounds: u32, mine: u32, members: u32): void {
  if (mine + 1 < members) nextCalls(rounds, mine + 1, members);
  sum = 0;
  for (let i = mine; i < rounds; i += members) sum = step(sum, i);
}

/** Gives way in each round. */
export function turns(rounds: u32, mine: u32, members: u32): void {
  if (mine + 1 < members) nextTurns(rounds, mine + 1, members);
  sum = 0;
  for (let i = mine; i < rounds; i += members) {
    sleep(0);
    sum += i + 1;
  }
}

/** Of this member and all after it: it is asked by a message, so when they are ready. */
export function total(mine: u32, members: u32): u32 {
  return mine + 1 < members ? sum + nextTotal(mine + 1, members) : sum;
}
