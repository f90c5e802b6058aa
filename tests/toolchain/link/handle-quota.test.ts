/**
 * How many handles a process may have, and what happens when it is given one more.
 */
import { beforeAll, describe, expect, it } from "vitest";
import { trapText } from "../../../host-linux/index.ts";
import type { Running } from "../../../host-linux/instantiate.ts";
import { describeTrap } from "../../../host-linux/trap/trap.ts";
import { printDescription } from "../../../toolchain/link/describe-text.ts";
import { describePlan } from "../../../toolchain/link/describe.ts";
import { parsePlan, serialisePlan } from "../../../toolchain/link/plan-file.ts";
import { HANDLES_EXHAUSTED, type LinkPlan } from "../../../toolchain/link/plan.ts";
import { bringUp, call } from "./bring-up.ts";
import { linked, refused } from "./guests.ts";
import { blobProvider, blobStore, blobStoreUser, siblings, trapOf, type Ask } from "./resource-guests.ts";

let parts: [Uint8Array, Uint8Array, Uint8Array];
beforeAll(async () => {
  parts = await Promise.all([blobProvider(), blobStore(), blobStoreUser()]);
});

function planWith(user: number, store: number): LinkPlan {
  const [blobs, middle, end] = parts;
  const { plan } = linked(
    {
      user: {
        bytes: end,
        imports: { "t:r/blobs": "blobs", "t:r/store": "store" },
        quotas: { handles: user },
      },
      store: { bytes: middle, imports: { "t:r/blobs": "blobs" }, quotas: { handles: store } },
      blobs: { bytes: blobs },
    },
    undefined,
    { reset: true },
  );
  return parsePlan(serialisePlan(plan));
}

function started(user: number, store: number): { running: Running; ask: Ask } {
  const running = bringUp(planWith(user, store));
  return { running, ask: (name, ...args) => call(running, "user", name, ...args) };
}

describe("a handle quota", () => {
  it("is of what a process has at once, not of what it ever had", () => {
    const { ask } = started(3, 9);
    for (let round = 0; round < 5; round++) {
      expect([ask("make", 1), ask("make", 2), ask("make", 3)]).toHaveLength(3);
      for (const handle of [1, 2, 3]) ask("drop", handle);
    }
    for (const n of [1, 2, 3]) ask("make", n);
    expect(trapOf(() => ask("make", 4))).toBe(HANDLES_EXHAUSTED);
  });

  it("counts what the process was given: owns and borrows", () => {
    const { ask } = started(9, 1);
    for (const n of [7, 8]) ask("make", n);
    expect(ask("peek", 1)).toBe(1007);
    ask("put", 1);
    expect(trapOf(() => ask("peek", 2))).toBe(HANDLES_EXHAUSTED);
    const again = started(9, 1).ask;
    for (const n of [7, 8]) again("make", n);
    again("put", 1);
    expect(trapOf(() => again("put", 2))).toBe(HANDLES_EXHAUSTED);
  });

  it("begins anew with the process", () => {
    const { running, ask } = started(2, 9);
    for (let round = 0; round < 3; round++) {
      expect([ask("make", 1), ask("make", 2)]).toEqual([1, 2]);
      expect(trapOf(() => ask("make", 3))).toBe(HANDLES_EXHAUSTED);
      for (const process of running.plan.root.processes.keys()) running.reset(process);
    }
  });

  it("is of all component instances of the process together", async () => {
    const bytes = await siblings();
    const run = (handles: number): unknown =>
      call(bringUp(linked({ p: { bytes, quotas: { handles } } }).plan), "p", "go");
    expect(run(2)).toBe(7);
    expect(trapOf(() => run(1))).toBe(HANDLES_EXHAUSTED);
  });

  it("is named when it is used up", () => {
    const { running, ask } = started(1, 9);
    ask("make", 1);
    try {
      ask("make", 2);
      expect.unreachable();
    } catch (error) {
      const report = describeTrap(error, running.plan, running);
      expect(report?.kind).toBe("out-of-handles");
      expect(report && trapText(report).split("\n")[0]).toBe(
        "a value between user and blobs (t:r/blobs) was refused: handle table is full",
      );
    }
  });

  it("is told by inspect", () => {
    expect(printDescription(describePlan(planWith(3, 9)))).toContain("handles: at most 3\n");
  });

  it("of nothing is refused", () => {
    const bytes = parts[0];
    expect(refused(() => linked({ a: { bytes, quotas: { handles: 0 } } }))).toContain(
      'process "a", quotas.handles: expected at least 1, found 0',
    );
  });
});
