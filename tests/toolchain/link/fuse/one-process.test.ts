/**
 * A fused domain is one process: one budget, one life, one order; and what may not be one.
 */
import { beforeAll, describe, expect, it } from "vitest";
import type { Running } from "../../../../host-linux/instantiate.ts";
import type { LinkPlan } from "../../../../toolchain/link/plan.ts";
import { consumer, provider, type Functions } from "../../../host-linux/guard/guests.ts";
import { bringUp, call } from "../bring-up.ts";
import { ALLOCATOR, component, linked, refused } from "../guests.ts";

const FUNCTIONS: Functions = {
  div: { params: "a: u32, b: u32", result: "u32" },
  say: { params: "text: string", result: "string" },
};
const API = `interface api { div: func(a: u32, b: u32) -> u32; say: func(text: string) -> string; }`;

/** Divides in a loop, so that fuel is spent; counts its calls. */
const BOTTOM = `
  (global $calls (mut i32) (i32.const 0))
  (func (export "t:p/api#div") (param i32 i32) (result i32) (local $i i32)
    (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
    (loop $again
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $again (i32.lt_u (local.get $i) (local.get 0))))
    (i32.add (i32.mul (global.get $calls) (i32.const 1000)) (i32.div_u (local.get 0) (local.get 1))))
  (func (export "t:p/api#say") (param i32 i32) (result i32)
    (i32.store (i32.const 16) (local.get 0)) (i32.store (i32.const 20) (local.get 1)) (i32.const 16))`;

/** Answers by asking another. */
const MIDDLE = `(module
  (import "t:p/api" "div" (func $div (param i32 i32) (result i32)))
  (import "t:p/api" "say" (func $say (param i32 i32 i32)))
  (global $calls (mut i32) (i32.const 0))
  (func (export "t:p/api#div") (param i32 i32) (result i32)
    (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
    (i32.add (i32.mul (global.get $calls) (i32.const 100000)) (call $div (local.get 0) (local.get 1))))
  (func (export "t:p/api#say") (param i32 i32) (result i32)
    (call $say (local.get 0) (local.get 1) (i32.const 64)) (i32.const 64))
  ${ALLOCATOR})`;

const guarding = (functions: string): string => `
  (import "t:p/api-guarded" "div" (func $div (param i32 i32 i32)))
  (import "t:p/api-guarded" "say" (func $say (param i32 i32 i32)))
  ${functions}`;

let bottom: Uint8Array;
let middle: Uint8Array;
let top: Uint8Array;

beforeAll(async () => {
  bottom = await provider(FUNCTIONS, BOTTOM);
  middle = await component(`package t:p; ${API} world w { import api; export api; }`, MIDDLE);
  top = await consumer(
    FUNCTIONS,
    true,
    "export div: func(a: u32, b: u32) -> u64;",
    guarding(`(func (export "div") (param i32 i32) (result i64)
      (i64.store (i32.const 64) (i64.const 0)) (call $div (local.get 0) (local.get 1) (i32.const 64))
      (i64.or (i64.extend_i32_u (i32.load8_u (i32.const 64)))
        (i64.shl (i64.load32_u (i32.const 68)) (i64.const 32))))`),
  );
});

const IMPORTS = { "t:p/api": "bottom" };
const ASKED = "t:p/api#div";

/** `middle` asks `bottom`; each with a budget unless they share one. */
function pair(mode: "unfused" | "merged" | "optimised", reset = false): LinkPlan {
  const domain = mode === "unfused" ? {} : { domain: "pair" };
  return linked(
    {
      middle: { bytes: middle, imports: IMPORTS, quotas: { fuel: 1e6 }, ...domain },
      bottom: { bytes: bottom, quotas: { fuel: 1e6 }, ...domain },
    },
    undefined,
    { reset, optimised: mode === "optimised" },
  ).plan;
}

function budgeted(first: number, second?: number): unknown {
  return linked(
    {
      middle: { bytes: middle, imports: IMPORTS, quotas: { fuel: first }, domain: "pair" },
      bottom: { bytes: bottom, domain: "pair", ...(second !== undefined && { quotas: { fuel: second } }) },
    },
    undefined,
    { optimised: false },
  );
}

/** A domain with a process outside of it between its members. */
function around(): unknown {
  return linked({
    top: { bytes: top, imports: { "t:p/api": "middle" }, domain: "ends" },
    middle: { bytes: middle, imports: IMPORTS },
    bottom: { bytes: bottom, domain: "ends" },
  });
}

function many(count: number): unknown {
  const processes = Array.from({ length: count }, (_, i) => [`p${i}`, { bytes: bottom, domain: "many" }]);
  return linked(Object.fromEntries(processes), undefined, { optimised: false });
}

/** What is left of each process's budget. */
function budgets({ plan, fuel }: Running): bigint[] {
  return plan.root.processes.map((_, process) => fuel?.of(process).left ?? -1n);
}

function position({ root }: LinkPlan, name: string): number {
  return root.processes.findIndex((process) => process.name === name);
}

describe("the budget of a domain", () => {
  it.each(["merged", "optimised"] as const)("is spent as those of its members were (%s)", (mode) => {
    const unfused = bringUp(pair("unfused"));
    const fused = bringUp(pair(mode));
    expect(budgets(fused)).toEqual([1_000_000n, 1_000_000n]);
    for (const [a, b] of [
      [10, 3],
      [1, 1],
      [500, 7],
    ] as const) {
      expect(call(fused, "middle", ASKED, a, b)).toBe(call(unfused, "middle", ASKED, a, b));
      const spent = budgets(unfused).reduce((sum, left) => sum + 1_000_000n - left, 0n);
      expect(budgets(fused)).toEqual([1_000_000n - spent, 1_000_000n - spent]);
    }
    expect(() => call(fused, "middle", ASKED, 1_000_000, 1)).toThrow(WebAssembly.RuntimeError);
  });

  it("is one number", () => {
    expect(refused(() => budgeted(5))).toBe("linked");
    expect(refused(() => budgeted(5, 6))).toBe(
      [
        `config: domain "pair": quotas.fuel is 6 for process "bottom" and 5 for process "middle", and a domain has one budget`,
        "Write it for one of its members: the domain has that much together.",
      ].join("\n"),
    );
  });
});

describe("the life of a domain", () => {
  it.each(["merged", "optimised"] as const)("begins anew for all members (%s)", (mode) => {
    const plan = pair(mode, true);
    const running = bringUp(plan);
    const first = call(running, "middle", ASKED, 10, 3);
    expect(call(running, "middle", ASKED, 10, 3)).not.toBe(first);
    for (const name of ["bottom", "middle"]) {
      running.reset(position(plan, name));
      expect(budgets(running)).toEqual([1_000_000n, 1_000_000n]);
      expect(call(running, "middle", ASKED, 10, 3)).toBe(first);
    }
  });

  it("ends for all members, and a caller outside goes on", () => {
    const { plan } = linked(
      {
        top: { bytes: top, imports: { "t:p/api": "middle" } },
        middle: { bytes: middle, imports: IMPORTS, domain: "pair" },
        bottom: { bytes: bottom, domain: "pair" },
      },
      undefined,
      { reset: true, optimised: false },
    );
    const running = bringUp(plan);
    const first = call(running, "top", "div", 10, 3);
    // `crashed`, then `unavailable`.
    expect([1, 2].map(() => call(running, "top", "div", 1, 0))).toEqual([1n, 1n | (5n << 32n)]);
    expect(running.deaths.map(({ process, originator }) => [process, originator])).toEqual([
      ["bottom", "middle"],
      ["middle", "middle"],
    ]);
    running.reset(position(plan, "bottom"));
    expect(call(running, "top", "div", 10, 3)).toBe(first);
  });

  it("knows no guard inside: a guarded view only says ok", () => {
    const { plan } = linked(
      {
        top: { bytes: top, imports: { "t:p/api": "bottom" }, domain: "pair" },
        bottom: { bytes: bottom, domain: "pair" },
      },
      undefined,
      { optimised: false },
    );
    const running = bringUp(plan);
    expect(call(running, "top", "div", 10, 3)).toBe(1003n << 32n);
    expect(() => call(running, "top", "div", 1, 0)).toThrow(WebAssembly.RuntimeError);
    expect(() => running.revoke(position(plan, "top"), "t:p/api-guarded")).toThrow(
      "it is fused with its provider",
    );
  });
});

describe("what a domain may be", () => {
  it("is not: processes with another one between", () => {
    expect(refused(around)).toBe(
      [
        "cycle: processes call each other in a circle, once the members of a domain are one process: domain ends → middle → domain ends",
        "Put the processes between into the domain too, or take a member out of it.",
      ].join("\n"),
    );
  });

  it("has at most 16 memories", () => {
    expect(refused(() => many(16))).toBe("linked");
    expect(refused(() => many(17))).toBe(
      [
        `limit: domain "many": its 17 processes have 17 linear memories, and a domain has at most 16`,
        "Make two domains of it: what calls each other most belongs together.",
      ].join("\n"),
    );
  });

  it("may be several in one system, which call each other as processes do", () => {
    const { plan } = linked(
      {
        top: { bytes: top, imports: { "t:p/api": "middle" }, domain: "first" },
        middle: { bytes: middle, imports: IMPORTS, domain: "second" },
        bottom: { bytes: bottom, domain: "second" },
      },
      undefined,
      { optimised: false },
    );
    expect(plan.root.edges.map(({ binding }) => binding).toSorted()).toEqual(["fused", "guarded"]);
    expect(call(bringUp(plan), "top", "div", 10, 3)).toBe(101_003n << 32n);
  });
});
