/** Handles when processes die: what is dropped, what is given back, and who answers for it. */
import { beforeAll, describe, expect, it } from "vitest";
import type { LinkPlan } from "../../../toolchain/link/plan.ts";
import type { Running } from "../../../host-linux/instantiate.ts";
import { bringUp, call } from "../../toolchain/link/bring-up.ts";
import { component, linked } from "../../toolchain/link/guests.ts";
import { blobProvider, BLOBS, CURSED, trapOf, type Ask } from "../../toolchain/link/resource-guests.ts";

/** What the vault does with blobs, in WIT; `result`: of a function with that result. */
function vault(name: string, use: string, result: (type?: string) => string): string {
  return `interface ${name} {
    use blobs.{blob}; ${use}
    put: func(b: blob)${result()};
    take: func() -> ${result("blob").slice(4)};
    take-and-fail: func(b: blob)${result()};
    lend-and-fail: func(a: borrow<blob>, b: blob)${result()};
    two: func(a: borrow<blob>, b: borrow<blob>)${result("u32")};
    drop-all: func()${result()};
    fail: func()${result()};
  }`;
}
const VAULT = vault("vault", "", (type) => (type === undefined ? "" : ` -> ${type}`));
const GUARDED = vault(
  "vault-guarded",
  "use atoll:fault/types@0.1.0.{fault};",
  (type) => ` -> result<${type ?? "_"}, fault>`,
);

const KEEPER = `(module
  (import "t:r/blobs" "[resource-drop]blob" (func $drop (param i32)))
  (import "t:r/blobs" "[method]blob.get" (func $get (param i32) (result i32)))
  (global $last (mut i32) (i32.const 0))
  (func (export "t:r/vault#put") (param i32) (global.set $last (local.get 0)))
  (func (export "t:r/vault#take") (result i32) (global.get $last))
  (func (export "t:r/vault#take-and-fail") (param i32) unreachable)
  (func (export "t:r/vault#lend-and-fail") (param i32 i32) unreachable)
  (func (export "t:r/vault#two") (param i32 i32) (result i32)
    (i32.add (i32.mul (call $get (local.get 0)) (i32.const 1000)) (call $get (local.get 1)))
    (call $drop (local.get 0)) (call $drop (local.get 1)))
  (func (export "t:r/vault#drop-all") (local $i i32)
    (loop $next
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (call $drop (local.get $i))
      (br_if $next (i32.lt_u (local.get $i) (global.get $last)))))
  (func (export "t:r/vault#fail") unreachable))`;

const USER = `(module
  (import "t:r/blobs" "[constructor]blob" (func $make (param i32) (result i32)))
  (import "t:r/blobs" "[method]blob.get" (func $get (param i32) (result i32)))
  (import "t:r/blobs" "[resource-drop]blob" (func $drop (param i32)))
  (import "t:r/vault-guarded" "put" (func $put (param i32 i32)))
  (import "t:r/vault-guarded" "take" (func $take (param i32)))
  (import "t:r/vault-guarded" "take-and-fail" (func $take-and-fail (param i32 i32)))
  (import "t:r/vault-guarded" "lend-and-fail" (func $lend-and-fail (param i32 i32 i32)))
  (import "t:r/vault-guarded" "two" (func $two (param i32 i32 i32)))
  (import "t:r/vault-guarded" "drop-all" (func $drop-all (param i32)))
  (import "t:r/vault-guarded" "fail" (func $fail (param i32)))
  (memory (export "memory") 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) unreachable)
  ;; What a call left: -1 - fault, or what it gave.
  (func $flat (result i32)
    (select (i32.sub (i32.const -1) (i32.load8_u (i32.const 65))) (i32.const 0) (i32.load8_u (i32.const 64))))
  (func $word (result i32)
    (select (i32.sub (i32.const -1) (i32.load8_u (i32.const 68))) (i32.load (i32.const 68)) (i32.load8_u (i32.const 64))))
  (func (export "make") (param i32) (result i32) (call $make (local.get 0)))
  (func (export "get") (param i32) (result i32) (call $get (local.get 0)))
  (func (export "drop") (param i32) (call $drop (local.get 0)))
  (func (export "put") (param i32) (result i32) (call $put (local.get 0) (i32.const 64)) (call $flat))
  (func (export "take") (result i32) (call $take (i32.const 64)) (call $word))
  (func (export "take-and-fail") (param i32) (result i32) (call $take-and-fail (local.get 0) (i32.const 64)) (call $flat))
  (func (export "lend-and-fail") (param i32 i32) (result i32)
    (call $lend-and-fail (local.get 0) (local.get 1) (i32.const 64)) (call $flat))
  (func (export "two") (param i32 i32) (result i32) (call $two (local.get 0) (local.get 1) (i32.const 64)) (call $word))
  (func (export "drop-all") (result i32) (call $drop-all (i32.const 64)) (call $flat))
  (func (export "fail") (result i32) (call $fail (i32.const 64)) (call $flat)))`;

const CRASHED = -1;
const EXHAUSTED = -5;
const UNAVAILABLE = -6;

let parts: [blobs: Uint8Array, vault: Uint8Array, user: Uint8Array];
let plan: LinkPlan;
beforeAll(async () => {
  parts = await Promise.all([
    blobProvider(),
    component(`package t:r; ${BLOBS} ${VAULT} world w { import blobs; export vault; }`, KEEPER),
    component(
      `package t:r; ${BLOBS} ${GUARDED} world w { import blobs; import vault-guarded;
        export make: func(n: u32) -> u32; export get: func(h: u32) -> u32; export drop: func(h: u32);
        export put: func(h: u32) -> s32; export take: func() -> s32; export take-and-fail: func(h: u32) -> s32;
        export lend-and-fail: func(a: u32, b: u32) -> s32; export two: func(a: u32, b: u32) -> s32;
        export drop-all: func() -> s32; export fail: func() -> s32; }`,
      USER,
    ),
  ]);
  plan = planWith();
});

function planWith(quotas = {}): LinkPlan {
  const [blobs, vault, user] = parts;
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
    expect(dead()).toEqual([]);
    expect(running.heldBy(VAULT_PROCESS)).toHaveLength(1);
    running.reset(USER_PROCESS);
    expect(running.heldBy(VAULT_PROCESS)).toEqual([]);
    expect([ask("make", 3), ask("make", 4), ask("two", 2, 1)]).toEqual([1, 2, 4003]);
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
