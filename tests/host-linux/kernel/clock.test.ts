/** The kernel's clock: whoever is woken by a time runs, whoever told the kernel of it. */
import { setTimeout as after } from "node:timers/promises";
import { expect, it } from "vitest";
import { EVENT_CLOCK } from "../../../kernel/abi.ts";
import { KernelClock } from "../../../host-linux/kernel/clock.ts";
import type { Kernel } from "../../../host-linux/kernel/kernel.ts";

const MILLISECOND = 1000;
const NEVER = [-1, -1] as const;

/** A kernel that wants to know one time; `runs` counts how often somebody was let run: a timer may ring too early. */
function waiting(microseconds: number): { clock: KernelClock; runs: () => number } {
  let runs = 0;
  const kernel = {
    event: (kind: number, low: number) => {
      if (kind === EVENT_CLOCK && low >= microseconds) clock.wake(...NEVER);
      return 0;
    },
  } as Kernel;
  const clock = new KernelClock(kernel, () => (runs += 1));
  clock.wake(microseconds, 0);
  return { clock, runs: () => runs };
}

it("lets run who waited for a time, once it has come", async () => {
  const { runs } = waiting(5 * MILLISECOND);
  expect(runs()).toBe(0);
  await after(30);
  expect(runs()).toBeGreaterThan(0);
});

it("does so when somebody who looked at the system was the first to tell the time", async () => {
  const { clock, runs } = waiting(5 * MILLISECOND);
  while (clock.now < 10 * MILLISECOND);
  clock.tell();
  await after(30);
  expect(runs()).toBeGreaterThan(0);
});

it("rings no more once it is stopped", async () => {
  const { clock, runs } = waiting(5 * MILLISECOND);
  clock.stop();
  await after(30);
  expect(runs()).toBe(0);
});
