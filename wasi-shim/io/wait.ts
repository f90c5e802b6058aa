/**
 * The one place where a process waits: until a condition has come.
 *
 * A look at the conditions, then `wait` of atoll:kernel/wakeup, then a look again.
 * Nothing is lost in between: `wait` returns at once if a device had something
 * new after it returned last, and it may return without a cause.
 */
import { now } from "atoll:device/clock";
import { wait } from "atoll:kernel/wakeup";
import { Condition, NEVER } from "./condition";

/** How often a program may look without waiting before the others get a turn. */
const LOOKS: i32 = 64;
let looks: i32 = 0;

/** Returns when the condition has come. */
export function waitFor(condition: Condition): void {
  looked();
  while (!condition.ready()) sleepUntil(condition.deadline());
}

/** The places of those conditions that have come: one or more. */
export function waitForAny(conditions: Condition[]): u32[] {
  looked();
  while (true) {
    const come: u32[] = [];
    let deadline = NEVER;
    for (let i = 0; i < conditions.length; i++) {
      const condition = conditions[i];
      if (condition.ready()) come.push(i);
      else if (come.length == 0) deadline = min(deadline, condition.deadline());
    }
    if (come.length > 0) return come;
    sleepUntil(deadline);
  }
}

/** Returns when a device has something new, for what is no condition of anybody's. */
export function waitForNews(): void {
  sleepUntil(NEVER);
}

/**
 * To be told of each look that may be followed by the next without a wait. A program
 * that only looks, or waits for what is always there, would keep out what it looks for.
 */
export function looked(): void {
  if (++looks < LOOKS) return;
  looks = 0;
  wait(0);
}

function sleepUntil(deadline: u64): void {
  const time = deadline == NEVER ? 0 : now();
  if (deadline <= time) return;
  looks = 0;
  wait(deadline == NEVER ? NEVER : deadline - time);
}
