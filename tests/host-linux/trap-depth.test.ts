/** How much of its stack a trap leaves, in a second with many deaths. */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { STACK_DEPTH } from "../../host-linux/trap/stack.ts";
import { SHORT_DEPTH, TraceDepth } from "../../host-linux/trap/trace-depth.ts";

const before = Error.stackTraceLimit;
beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  Error.stackTraceLimit = before;
});

function die(depth: TraceDepth, deaths: number): number {
  for (let i = 0; i < deaths; i++) depth.died();
  return Error.stackTraceLimit;
}

it("is all of it for the first twenty deaths of a second, and then where it happened", () => {
  const depth = new TraceDepth();
  expect(die(depth, 19)).toBe(STACK_DEPTH);
  expect(die(depth, 1)).toBe(SHORT_DEPTH);
  expect(die(depth, 1000)).toBe(SHORT_DEPTH);
});

it("is all of it again in the next second", () => {
  const depth = new TraceDepth();
  die(depth, 50);
  vi.advanceTimersByTime(1000);
  expect(die(depth, 19)).toBe(STACK_DEPTH);
  vi.advanceTimersByTime(1000);
  expect(die(depth, 19)).toBe(STACK_DEPTH);
  expect(die(depth, 1)).toBe(SHORT_DEPTH);
});
