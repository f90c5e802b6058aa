/**
 * Who pays: the caller, as far as its budget goes; and nobody dies of another's poverty.
 */
import { beforeAll, describe, expect, it } from "vitest";
import type { Running } from "../../../host-linux/instantiate.ts";
import type { SystemConfig } from "../../../toolchain/link/index.ts";
import { parsePlan, serialisePlan } from "../../../toolchain/link/plan-file.ts";
import { bringUp, call } from "./bring-up.ts";
import { ALLOCATOR, component, linked, refused } from "./guests.ts";

type Options = Omit<SystemConfig["processes"][string], "component">;

const PLENTY = 1_000_000_000;
/** What a call out of a process costs beside the call itself. */
const CROSSING = 10;

const API = `interface api {
  work: func(n: u32) -> u32;
  eat: func(text: string, numbers: list<u32>) -> u32;
  large: func(x: tuple<u64, u64, u64, u64, u64, u64, u64, u64, u64, u64, u64, u64, u64, u64, u64, u64, u64, u64, u64, u64>) -> u32;
  small: func(x: tuple<u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8, u8>) -> u32;
  give: func(n: u32) -> list<u32>;
  fail: func() -> u32;
  deep: func(n: u32) -> u32;
}`;
/** The loop of `work`: 7 instructions a turn, and one more. */
const SERVER_WAT = `(module ${ALLOCATOR}
  (func (export "t:t/api#work") (param i32) (result i32) (local $i i32)
    (loop $l (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (local.get 0))))
    (local.get $i))
  (func (export "t:t/api#eat") (param i32 i32 i32 i32) (result i32) (local.get 1))
  (func (export "t:t/api#large") (param i32) (result i32) (i32.const 5))
  (func (export "t:t/api#small") (param i32) (result i32) (i32.const 5))
  (func (export "t:t/api#give") (param i32) (result i32)
    (i32.store (i32.const 4) (local.get 0)) (i32.const 0))
  (func $deep (export "t:t/api#deep") (param i32) (result i32)
    (if (result i32) (local.get 0)
      (then (i32.add (i32.const 1) (call $deep (i32.sub (local.get 0) (i32.const 1))))) (else (i32.const 0))))
  (func (export "t:t/api#fail") (result i32) unreachable))`;
const CLIENT_WAT = `(module
  (import "t:t/api" "work" (func $work (param i32) (result i32)))
  (import "t:t/api" "eat" (func $eat (param i32 i32 i32 i32) (result i32)))
  (import "t:t/api" "large" (func $large (param i32) (result i32)))
  (import "t:t/api" "small" (func $small (param i32) (result i32)))
  (import "t:t/api" "give" (func $give (param i32 i32)))
  ${ALLOCATOR}
  (func (export "run") (param i32) (result i32) (call $work (local.get 0)))
  (func (export "twice") (param i32) (result i32) (drop (call $work (local.get 0))) (call $work (local.get 0)))
  (func (export "spill") (param i32) (result i32)
    (if (result i32) (local.get 0) (then (call $large (i32.const 64))) (else (call $small (i32.const 64)))))
  (func $tail (param i32) (result i32) (return_call $work (local.get 0)))
  (func (export "tail") (param i32) (result i32) (drop (call $tail (local.get 0))) (call $tail (local.get 0)))
  (table 1 funcref) (elem (i32.const 0) func $work)
  (func (export "indirect") (param i32) (result i32)
    (drop (call_indirect (param i32) (result i32) (local.get 0) (i32.const 0)))
    (call_indirect (param i32) (result i32) (local.get 0) (i32.const 0)))
  (func (export "send") (param i32 i32) (result i32)
    (call $eat (i32.const 8) (local.get 0) (i32.const 8) (local.get 1)))
  (func (export "get") (param i32) (result i32) (call $give (local.get 0) (i32.const 16)) (i32.const 0)))`;
const GUARDED_WAT = `(module
  (import "t:t/api-guarded" "work" (func $work (param i32 i32)))
  (import "t:t/api-guarded" "deep" (func $deep (param i32 i32)))
  (import "t:t/api-guarded" "fail" (func $fail (param i32)))
  ${ALLOCATOR}
  (func (export "run") (param i32) (result i32) (call $work (local.get 0) (i32.const 16)) (call $code))
  (func (export "deep") (param i32) (result i32) (call $deep (local.get 0) (i32.const 16)) (call $code))
  (func (export "fail") (result i32) (call $fail (i32.const 16)) (call $code))
  (func $code (result i32)
    (if (result i32) (i32.load8_u (i32.const 16)) (then (i32.add (i32.const 100) (i32.load8_u (i32.const 20)))) (else (i32.load (i32.const 20))))))`;

let server: Uint8Array;
let client: Uint8Array;
let guarded: Uint8Array;

beforeAll(async () => {
  server = await component(`package t:t; ${API} world w { export api; }`, SERVER_WAT, "utf8");
  client = await component(
    `package t:t; ${API} world w { import api; export run: func(n: u32) -> u32; export twice: func(n: u32) -> u32; export spill: func(n: u32) -> u32;
       export tail: func(n: u32) -> u32; export indirect: func(n: u32) -> u32;
       export send: func(n: u32, m: u32) -> u32; export get: func(n: u32) -> u32; }`,
    CLIENT_WAT,
    "utf8",
  );
  guarded = await component(
    `package t:t; ${API}
     interface api-guarded {
       use atoll:fault/types@0.1.0.{fault};
       work: func(n: u32) -> result<u32, fault>;
       fail: func() -> result<u32, fault>;
       deep: func(n: u32) -> result<u32, fault>;
     }
     world w { import api-guarded; export run: func(n: u32) -> u32; export fail: func() -> u32;
       export deep: func(n: u32) -> u32; }`,
    GUARDED_WAT,
    "utf8",
  );
});

/** `a` calls `b`. */
function started(a: Options, b: Options, from: Uint8Array = client): Running {
  const imports = { [from === guarded ? "t:t/api-guarded" : "t:t/api"]: "b" };
  const { plan } = linked({ a: { bytes: from, imports, ...a }, b: { bytes: server, ...b } }, undefined, {
    reset: true,
  });
  const running = bringUp(parsePlan(serialisePlan(plan)));
  running.fuel?.pays(position(running, "a"));
  return running;
}

function position(running: Running, name: string): number {
  return running.plan.root.processes.findIndex((process) => process.name === name);
}

function used(running: Running, name: string): number {
  return Number(running.fuel?.of(position(running, name)).used);
}

function work(turns: number): number {
  return 7 * turns + 1;
}

function fuel(units: number): Options {
  return { quotas: { fuel: units } };
}

describe("the caller pays", () => {
  it("for itself and for whom it calls, and the callee's budget stays", () => {
    const running = started(fuel(PLENTY), fuel(PLENTY));
    expect(call(running, "a", "run", 30)).toBe(30);
    expect([used(running, "a"), used(running, "b")]).toEqual([2 + CROSSING + work(30), 0]);
  });

  it("the same in every slicing", () => {
    const running = started({ quotas: { fuel: PLENTY, slice: 17 } }, fuel(PLENTY));
    const ends: [number, number][] = [];
    running.fuel?.onSliceEnd((payer, runner) => void ends.push([payer, runner]));
    call(running, "a", "run", 30);
    expect(used(running, "a")).toBe(2 + CROSSING + work(30));
    const [a, b] = [position(running, "a"), position(running, "b")];
    expect(ends.length).toBe(Math.floor((2 + CROSSING + work(30)) / 17));
    expect(new Set(ends.map(String))).toEqual(new Set([`${a},${b}`]));
  });

  it("nothing for work of a callee that is not metered", () => {
    const running = started(fuel(PLENTY), {});
    call(running, "a", "run", 30);
    expect(used(running, "a")).toBe(2 + CROSSING);
  });

  it("what a callee has to use up is its own when the caller has no budget", () => {
    const running = started({}, fuel(100));
    expect(call(running, "a", "run", 10)).toBe(10);
    expect(used(running, "b")).toBe(work(10));
    expect(call(running, "a", "run", 1)).toBe(1);
    expect(() => call(running, "a", "run", 10)).toThrow(WebAssembly.RuntimeError);
    running.reset(position(running, "b"));
    expect(call(running, "a", "run", 14)).toBe(14);
  });

  it("unless the callee pays for itself", () => {
    const running = started(fuel(PLENTY), { ...fuel(1000), pays: "self" });
    expect(call(running, "a", "twice", 30)).toBe(30);
    expect([used(running, "a"), used(running, "b")]).toEqual([5 + 2 * CROSSING, 2 * work(30)]);
  });

  it("for what crosses, by its length", () => {
    const running = started(fuel(PLENTY), {});
    const cost = (n: number, m: number): number => {
      const before = used(running, "a");
      expect(call(running, "a", "send", n, m)).toBe(n);
      return used(running, "a") - before;
    };
    const least = cost(0, 0);
    // The text and the list cost 1 each, and so much more for 8 bytes.
    expect(least).toBe(5 + CROSSING + 2);
    expect(cost(807, 0) - least).toBe(100);
    expect(cost(0, 301) - least).toBe(150);
    expect(cost(16, 6) - least).toBe(5);
  });

  it("for results too, with the memory that they are put into", () => {
    const running = started(fuel(PLENTY), {});
    const cost = (n: number): number => {
      const before = used(running, "a");
      call(running, "a", "get", n);
      return used(running, "a") - before;
    };
    const least = cost(0);
    expect(cost(201) - least).toBe(100);
  });

  it("for large values of fixed size", () => {
    const running = started(fuel(PLENTY), {});
    const [small, large] = [0, 1].map((which) => {
      const before = used(running, "a");
      expect(call(running, "a", "spill", which)).toBe(5);
      return used(running, "a") - before;
    });
    expect([small, large]).toEqual([4 + CROSSING, 4 + CROSSING + 20]);
  });

  it("the same fused and unfused", () => {
    const counts = [undefined, "d"].map((domain) => {
      const options = { ...fuel(PLENTY), ...(domain !== undefined && { domain }) };
      const running = started(options, options);
      call(running, "a", "twice", 30);
      call(running, "a", "send", 807, 301);
      call(running, "a", "get", 100);
      call(running, "a", "spill", 1);
      return used(running, "a");
    });
    expect(counts[0]).toBe(counts[1]);
    expect(counts[0]).toBeGreaterThan(2 * work(30));
  });
});

describe("a process whose budget is used up", () => {
  it.each(["twice", "tail", "indirect"])("dies when another one has ended its call: %s", (way) => {
    const running = started(fuel(100), fuel(10_000));
    expect(() => call(running, "a", way, 500)).toThrow(WebAssembly.RuntimeError);
    const [a, b] = [position(running, "a"), position(running, "b")];
    // One call was ended, at the callee's expense; all that is missing is missing to the caller.
    const paid = used(running, "b");
    expect(paid).toBeGreaterThan(work(500) - 100);
    expect(paid).toBeLessThanOrEqual(work(500));
    expect(running.fuel?.of(a).left).toBe(BigInt(-paid));
    // It stays so, and nobody pays twice.
    running.fuel?.pays(a);
    expect(() => call(running, "a", "run", 1)).toThrow(WebAssembly.RuntimeError);
    expect(used(running, "b")).toBe(paid);
    running.fuel?.pays(b);
    expect(call(running, "b", "t:t/api#work", 5)).toBe(5);
  });

  it("takes nobody with it, however often it tries", () => {
    const running = started(fuel(100), fuel(50_000));
    for (let i = 0; i < 5; i++) {
      running.reset(position(running, "a"));
      running.fuel?.pays(position(running, "a"));
      expect(() => call(running, "a", "twice", 500)).toThrow(WebAssembly.RuntimeError);
    }
    running.fuel?.pays(position(running, "b"));
    expect(call(running, "b", "t:t/api#work", 5)).toBe(5);
  });

  it("is the callee itself, when it has used up its own in a call that nobody pays any more", () => {
    const running = started(fuel(100), fuel(5000), guarded);
    expect(call(running, "a", "run", 3)).toBe(3);
    expect(() => call(running, "a", "run", 2_000_000_000)).toThrow(WebAssembly.RuntimeError);
    expect(running.deaths.map(({ process, reason }) => [process, reason])).toEqual([["b", "exhausted"]]);
  });

  it("is told to its caller as a fault", () => {
    const running = started({}, fuel(100), guarded);
    expect(call(running, "a", "run", 5)).toBe(5);
    expect(call(running, "a", "run", 1000)).toBe(104);
    expect(running.deaths.map(({ process, reason }) => [process, reason])).toEqual([["b", "exhausted"]]);
  });

  it("is told to its caller as a fault of the same name when it is call depth that ended", () => {
    const running = started({}, { quotas: { depth: 20 } }, guarded);
    expect(call(running, "a", "deep", 19)).toBe(19);
    expect(call(running, "a", "deep", 20)).toBe(104);
    running.reset(position(running, "b"));
    expect(call(running, "a", "deep", 19)).toBe(19);
  });

  it("can be given more, before it ends or then", () => {
    const running = started(fuel(100), {});
    running.fuel?.credit(position(running, "a"), 50n);
    expect(running.fuel?.of(position(running, "a"))).toEqual({ used: 0n, left: 150n });
    const ends = running.fuel?.onSliceEnd((payer) => running.fuel?.credit(payer, 1000n));
    for (let i = 0; i < 50; i++) call(running, "a", "run", 1);
    expect(used(running, "a")).toBe(50 * (2 + CROSSING));
    expect(running.fuel?.of(position(running, "a")).left).toBe(1150n - BigInt(50 * (2 + CROSSING)));
    ends?.();
    expect(() => {
      for (let i = 0; i < 100; i++) call(running, "a", "run", 1);
    }).toThrow(WebAssembly.RuntimeError);
  });
});

describe("who pays, after a trap", () => {
  it("is who paid before the guard", () => {
    const running = started(fuel(PLENTY), { ...fuel(1000), pays: "self" }, guarded);
    const before = used(running, "a");
    expect(call(running, "a", "fail")).toBe(100);
    expect(running.deaths.length).toBe(1);
    expect(running.fuel?.payer).toBe(position(running, "a"));
    expect(used(running, "a")).toBeGreaterThan(before);
    running.reset(position(running, "b"));
    expect(running.fuel?.payer).toBe(position(running, "a"));
    expect(call(running, "a", "run", 3)).toBe(3);
    expect(used(running, "b")).toBe(work(3));
  });
});

describe("what system.ts says of fuel", () => {
  it("is refused without a budget", () => {
    const wrong = refused(() => linked({ a: { bytes: server, pays: "self", quotas: { slice: 5 } } }));
    expect(wrong).toContain('process "a", quotas.slice: expected quotas.fuel beside it, found no budget');
    expect(wrong).toContain('process "a", pays: expected quotas.fuel beside it, found no budget');
  });

  it("is all that a plan holds of it", () => {
    const { plan } = linked({ a: { bytes: client, imports: { "t:t/api": "b" } }, b: { bytes: server } });
    expect(plan.root.accounts).toBeUndefined();
    expect(plan.modules.filter(({ role }) => role === "accounts")).toEqual([]);
    expect(bringUp(plan).fuel).toBeUndefined();
  });
});
