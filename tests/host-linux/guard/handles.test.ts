/** Handles when processes die: what is dropped, what is given back, and who answers for it. */
import { beforeAll, describe, expect, it } from "vitest";
import type { LinkPlan } from "../../../toolchain/link/plan.ts";
import type { Running } from "../../../host-linux/instantiate.ts";
import { bringUp, call } from "../../toolchain/link/bring-up.ts";
import { linked } from "../../toolchain/link/guests.ts";
import { CURSED, trapOf, type Ask } from "../../toolchain/link/resource-guests.ts";
import { vaultSystem, type VaultSystem } from "./vault-guests.ts";

const CRASHED = -1;
const REVOKED = -2;
const EXHAUSTED = -5;
const UNAVAILABLE = -6;

let parts: VaultSystem;
let plan: LinkPlan;
beforeAll(async () => {
  parts = await vaultSystem();
  plan = planWith();
});

function planWith(quotas = {}): LinkPlan {
  const { blobs, vault, user } = parts;
  return linked(
    {
      user: { bytes: user, imports: { "t:r/blobs": "blobs", "t:r/vault": "vault" } },
      vault: { bytes: vault, imports: { "t:r/blobs": "blobs" }, quotas },
      blobs: { bytes: blobs },
    },
    undefined,
    { reset: true },
  ).plan;
}

interface System {
  readonly running: Running;
  readonly ask: Ask;
  readonly live: () => unknown;
  readonly dead: () => readonly string[];
}
const [BLOBS_PROCESS, VAULT_PROCESS, USER_PROCESS] = [0, 1, 2];

function started(of: LinkPlan = plan): System {
  expect(of.root.processes.map(({ name }) => name)).toEqual(["blobs", "vault", "user"]);
  const running = bringUp(of);
  return {
    running,
    ask: (name, ...args) => call(running, "user", name, ...args),
    live: () => call(running, "blobs", "t:r/blobs#live"),
    dead: () => running.deaths.map(({ process }) => process),
  };
}

describe("a destructor that traps", () => {
  it("kills its own process, and the dropper goes on, over a plain binding too", () => {
    const { running, ask, dead } = started();
    expect([ask("make", 1), ask("make", CURSED)]).toEqual([1, 2]);
    ask("drop", 2);
    expect(dead()).toEqual(["blobs"]);
    expect(running.deaths[0]).toMatchObject({ reason: "crashed", originator: "blobs" });
    expect(running.deaths[0]?.report?.kind).toBe("unreachable");
    expect(running.heldBy(USER_PROCESS)).toMatchObject([{ index: 1, stale: true }]);
    expect(trapOf(() => ask("get", 1))).toBe("trap: the process is dead");
  });

  it("is not called for what a dead process left, and handles to it go away quietly", () => {
    const { running, ask, live } = started();
    for (const n of [1, CURSED, 3]) ask("make", n);
    ask("drop", 2);
    for (const handle of [1, 3]) ask("drop", handle);
    expect(running.heldBy(USER_PROCESS)).toEqual([]);
    running.reset(BLOBS_PROCESS);
    expect([ask("make", 5), ask("get", 3), live()]).toEqual([3, 5, 1]);
  });

  it("in the middle of a guarded call: its process dies, those on either side do not", () => {
    const { ask, dead } = started();
    for (const n of [1, CURSED, 3]) ask("put", Number(ask("make", n)));
    expect(ask("drop-all")).toBe(0);
    expect(dead()).toEqual(["blobs"]);
    expect(ask("take")).toBe(CRASHED);
  });
});

describe("a process that dies", () => {
  it("gives up what it owned: it is destroyed where it is defined", () => {
    const { running, ask, live, dead } = started();
    for (const n of [1, 2, 3]) ask("make", n);
    for (const handle of [1, 2]) ask("put", handle);
    expect([ask("fail"), live(), dead()]).toEqual([CRASHED, 1, ["vault"]]);
    expect(running.heldBy(VAULT_PROCESS)).toEqual([]);
    expect([ask("put", 3), ask("get", 3), live()]).toEqual([UNAVAILABLE, 3, 1]);
    running.reset(VAULT_PROCESS);
    expect([ask("put", 3), ask("take"), ask("get", 3)]).toEqual([0, 3, 3]);
  });

  it("takes with it whose destructor traps then, and nobody else", () => {
    const { running, ask, live, dead } = started();
    for (const n of [1, CURSED, 3]) ask("put", Number(ask("make", n)));
    expect(ask("fail")).toBe(CRASHED);
    expect(dead()).toEqual(["vault", "blobs"]);
    for (const process of [BLOBS_PROCESS, VAULT_PROCESS]) running.reset(process);
    expect([ask("make", 4), ask("put", 1), live()]).toEqual([1, 0, 1]);
  });

  it("had been given a handle in that very call: it is destroyed", () => {
    const { ask, live } = started();
    for (const n of [1, 2]) ask("make", n);
    expect([ask("take-and-fail", 1), live()]).toEqual([CRASHED, 1]);
    expect(trapOf(() => ask("get", 1))).toBe("trap: unknown handle");
  });

  it("gives back what it had borrowed", () => {
    const { running, ask, live } = started();
    for (const n of [1, 2]) ask("make", n);
    const loans = running.handles("loans") as WebAssembly.Global<"i32">;
    const before = loans.value;
    expect(ask("lend-and-fail", 1, 2)).toBe(CRASHED);
    expect(running.heldBy(USER_PROCESS)).toMatchObject([{ index: 1, lends: 0 }]);
    expect([loans.value, running.heldBy(VAULT_PROCESS), live()]).toEqual([before, [], 1]);
    ask("drop", 1);
    expect(live()).toBe(0);
  });
});

describe("a caller that is wrong", () => {
  it("leaves nothing in the table of the callee that it had lent to", () => {
    const { running, ask, dead } = started();
    for (const n of [1, 2]) ask("make", n);
    expect(ask("two", 1, 2)).toBe(1002);
    expect(trapOf(() => ask("two", 1, 9))).toBe("trap: unknown handle");
    expect([dead(), running.heldBy(VAULT_PROCESS)]).toEqual([[], []]);
    running.reset(USER_PROCESS);
    expect([ask("make", 3), ask("make", 4), ask("two", 2, 1)]).toEqual([1, 2, 4003]);
  });

  it("leaves nothing there that it had given either", () => {
    const { running, ask, live, dead } = started();
    ask("make", 1);
    expect(trapOf(() => ask("give-and-lend", 1, 9))).toBe("trap: unknown handle");
    expect([dead(), running.heldBy(VAULT_PROCESS)]).toEqual([[], []]);
    running.reset(USER_PROCESS);
    expect(live()).toBe(0);
  });
});

describe("a table that is full", () => {
  it("is the fault of whom it belongs to", () => {
    const { running, ask, live } = started(planWith({ handles: 1 }));
    for (const n of [1, 2]) ask("make", n);
    expect([ask("put", 1), ask("put", 2)]).toEqual([0, EXHAUSTED]);
    expect(running.deaths).toMatchObject([{ process: "vault", reason: "exhausted" }]);
    // What did not fit stayed with the caller.
    expect([ask("get", 2), live()]).toEqual([2, 1]);
  });
});

/** Handle 1 is stale, 2 and 3 are not. */
function withStale(): System {
  const system = started();
  system.ask("make", 1);
  system.running.reset(BLOBS_PROCESS);
  for (const n of [2, 3]) system.ask("make", n);
  return system;
}

describe("a stale handle in a guarded call", () => {
  it.each([
    ["put", [1]],
    ["two", [1, 2]],
    ["two", [2, 1]],
    ["lend-and-fail", [1, 2]],
    ["lend-and-fail", [2, 1]],
  ])("is revoked, and the call was not made: %s %s", (name, args) => {
    const { running, ask, live, dead } = withStale();
    const loans = running.handles("loans") as WebAssembly.Global<"i32">;
    const before = [loans.value, running.heldBy(USER_PROCESS)];
    expect(ask(name, ...args)).toBe(REVOKED);
    expect([loans.value, running.heldBy(USER_PROCESS)]).toEqual(before);
    expect([dead(), running.heldBy(VAULT_PROCESS), live()]).toEqual([[], [], 2]);
    expect([ask("two", 2, 3), ask("put", 2), ask("take")]).toEqual([2003, 0, 2]);
    ask("drop", 1);
    expect(running.heldBy(USER_PROCESS)).toHaveLength(2);
  });

  it("takes with it what was given before it", () => {
    const { running, ask, live, dead } = withStale();
    expect(ask("give-and-lend", 2, 1)).toBe(REVOKED);
    expect([dead(), running.heldBy(VAULT_PROCESS), live()]).toEqual([[], [], 1]);
    expect(running.heldBy(USER_PROCESS)).toMatchObject([
      { index: 1, stale: true },
      { index: 3, lends: 0 },
    ]);
    expect([ask("make", 4), ask("give-and-lend", 2, 3), live()]).toEqual([2, 0, 1]);
  });

  it("that is returned is revoked too, and its keeper lives", () => {
    const { running, ask, dead } = started();
    ask("put", Number(ask("make", 1)));
    running.reset(BLOBS_PROCESS);
    expect([ask("take"), ask("take"), dead()]).toEqual([REVOKED, REVOKED, []]);
    expect(running.heldBy(VAULT_PROCESS)).toMatchObject([{ stale: true }]);
    expect([ask("put", Number(ask("make", 2))), ask("take")]).toEqual([0, 1]);
  });

  it("that is returned after a good one takes that with it", () => {
    const { running, ask, live, dead } = started();
    ask("put", Number(ask("make", 1)));
    running.reset(BLOBS_PROCESS);
    ask("put", Number(ask("make", 2)));
    expect([ask("take-two"), live(), dead()]).toEqual([REVOKED, 0, []]);
    expect(running.heldBy(USER_PROCESS)).toEqual([]);
  });

  it("is no excuse for one that never was", () => {
    const { ask, dead } = withStale();
    expect(trapOf(() => ask("two", 1, 9))).toBe("no trap");
    expect(trapOf(() => ask("two", 9, 1))).toBe("trap: unknown handle");
    expect(dead()).toEqual([]);
  });
});
