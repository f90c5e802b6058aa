/** Chains of calls: who dies with whom, by the bindings between them. */
import { beforeAll, describe, expect, it } from "vitest";
import { Stopped } from "../../../host-linux/host-error.ts";
import type { Running } from "../../../host-linux/instantiate.ts";
import { bringUp, call, consoleInto } from "../../toolchain/link/bring-up.ts";
import { CONSOLE, component, linked } from "../../toolchain/link/guests.ts";
import type { WireConfig } from "../../../toolchain/link/config/system.ts";

const LIVE = 0;
const TRAP = 1;
const OVERFLOW = 2;
/** The caller of `leaf` dies itself, once that has returned. */
const AFTER = 3;
const THROW = 4;

const WIT = {
  leaf: (
    view: string,
  ): string => `package t:leaf { interface api${view === "" ? "" : "-guarded"} { ${use(view)}
    go: func(way: u32) -> ${result(view)}; } }`,
  middle: (
    view: string,
  ): string => `package t:middle { interface api${view === "" ? "" : "-guarded"} { ${use(view)}
    go: func(way: u32) -> ${result(view)}; } }`,
};
function use(view: string): string {
  return view === "" ? "" : "use atoll:fault/types@0.1.0.{fault};";
}
function result(view: string): string {
  return view === "" ? "u32" : "result<u32, fault>";
}

const LEAF = `(module (memory (export "memory") 1) (tag $thrown)
  (global $n (mut i32) (i32.const 0))
  (func $deep (param i32) (result i32) (i32.add (call $deep (local.get 0)) (i32.const 1)))
  (func (export "t:leaf/api#go") (param i32) (result i32)
    (global.set $n (i32.add (global.get $n) (i32.const 1)))
    (if (i32.eq (local.get 0) (i32.const ${TRAP})) (then unreachable))
    (if (i32.eq (local.get 0) (i32.const ${OVERFLOW})) (then (drop (call $deep (i32.const 0)))))
    (if (i32.eq (local.get 0) (i32.const ${THROW})) (then (throw $thrown)))
    (global.get $n)))`;

/** Calls `leaf`, over a wire of either kind; what a guarded call left comes back as 100 and the fault. */
function middle(view: string, swallows = false): string {
  const params = view === "" ? "(param i32) (result i32)" : "(param i32 i32)";
  const direct = swallows
    ? `(block $caught (return (try_table (result i32) (catch_all $caught) (call $leaf (local.get 0))))) (i32.const 77)`
    : "(call $leaf (local.get 0))";
  const guarded = `(call $leaf (local.get 0) (i32.const 64))
    (if (result i32) (i32.load8_u (i32.const 64))
      (then (i32.add (i32.const 100) (i32.load8_u (i32.const 68)))) (else (i32.load (i32.const 68))))`;
  return `(module (import "t:leaf/api${view}" "go" (func $leaf ${params})) (memory (export "memory") 1)
    (func $ask (param i32) (result i32) ${view === "" ? direct : guarded})
    (func (export "t:middle/api#go") (param i32) (result i32)
      (call $ask (local.get 0))
      (if (i32.eq (local.get 0) (i32.const ${AFTER})) (then unreachable))))`;
}

const APP = `(module (import "t:middle/api-guarded" "go" (func $go (param i32 i32))) (memory (export "memory") 1)
  (func $deep (param i32 i32) (result i32)
    (if (result i32) (local.get 1)
      (then (i32.add (i32.const 0) (call $deep (local.get 0) (i32.sub (local.get 1) (i32.const 1)))))
      (else (call $ask (local.get 0)))))
  (func $ask (param i32) (result i32) (call $go (local.get 0) (i32.const 64))
    (if (result i32) (i32.load8_u (i32.const 64))
      (then (i32.add (i32.const 100) (i32.load8_u (i32.const 68)))) (else (i32.load (i32.const 68)))))
  (func (export "go") (param i32) (result i32) (call $ask (local.get 0)))
  (func (export "go-deep") (param i32 i32) (result i32) (call $deep (local.get 0) (local.get 1))))`;

let leaf: Uint8Array;
let plainMiddle: Uint8Array;
let guardedMiddle: Uint8Array;
let swallowingMiddle: Uint8Array;
let app: Uint8Array;
let bystander: Uint8Array;
beforeAll(async () => {
  const guarded = "-guarded";
  const ofMiddle = (view: string): string =>
    `package t:test; world w { import t:leaf/api${view}; export t:middle/api; } ${WIT.leaf(view)} ${WIT.middle("")}`;
  leaf = await component(`package t:test; world w { export t:leaf/api; } ${WIT.leaf("")}`, LEAF);
  plainMiddle = await component(ofMiddle(""), middle(""));
  swallowingMiddle = await component(ofMiddle(""), middle("", true));
  guardedMiddle = await component(ofMiddle(guarded), middle(guarded));
  app = await component(
    `package t:test; world w { import t:middle/api-guarded;
      export go: func(way: u32) -> u32; export go-deep: func(way: u32, depth: u32) -> u32; } ${WIT.middle(guarded)}`,
    APP,
  );
  bystander = await component(
    `package t:test; world w { import t:leaf/api; export ask: func(way: u32) -> u32; } ${WIT.leaf("")}`,
    `(module (import "t:leaf/api" "go" (func $go (param i32) (result i32)))
      (func (export "ask") (param i32) (result i32) (call $go (local.get 0))))`,
  );
});

/** app ──guarded──▶ middle ──▶ leaf ◀──plain── bystander */
function chain(bytes: Uint8Array, wire: Partial<WireConfig> = {}): Running {
  const { plan } = linked(
    {
      app: { bytes: app, imports: { "t:middle/api": "middle" } },
      middle: { bytes, imports: { "t:leaf/api": { process: "leaf", ...wire } } },
      leaf: { bytes: leaf },
      bystander: { bytes: bystander, imports: { "t:leaf/api": "leaf" } },
    },
    undefined,
    { reset: true },
  );
  return bringUp(plan);
}

function position({ plan }: Running, name: string): number {
  return plan.root.processes.findIndex((process) => process.name === name);
}

function deaths(running: Running): string[] {
  return running.deaths.map(({ process, originator }) => `${process} by ${originator}`);
}

const CRASHED = 100;
const UNAVAILABLE = 105;

describe("a guard around a guard", () => {
  it("contains each death where it is caught first", () => {
    const running = chain(guardedMiddle);
    expect(call(running, "app", "go", LIVE)).toBe(1);
    expect(call(running, "app", "go", TRAP)).toBe(CRASHED);
    expect(deaths(running)).toEqual(["leaf by leaf"]);
    expect(call(running, "app", "go", LIVE)).toBe(UNAVAILABLE);
    running.reset(position(running, "leaf"));
    expect(call(running, "app", "go", LIVE)).toBe(1);
  });

  it("catches the death of the one in the middle alone", () => {
    const running = chain(guardedMiddle);
    expect(call(running, "app", "go", AFTER)).toBe(CRASHED);
    expect(deaths(running)).toEqual(["middle by middle"]);
    expect(call(running, "bystander", "ask", LIVE)).toBe(2);
    expect(call(running, "app", "go", LIVE)).toBe(UNAVAILABLE);
    running.reset(position(running, "middle"));
    expect(call(running, "app", "go", LIVE)).toBe(3);
  });

  it("survives stacks that are used up inside, as often as it happens", () => {
    const running = chain(guardedMiddle);
    for (let i = 0; i < 20; i++) {
      expect(call(running, "app", "go", OVERFLOW)).toBe(CRASHED);
      running.reset(position(running, "leaf"));
      expect(call(running, "app", "go", LIVE)).toBe(1);
    }
    expect(new Set(deaths(running))).toEqual(new Set(["leaf by leaf"]));
  });

  it("survives them wherever the guard itself has little stack left", () => {
    const running = chain(guardedMiddle);
    const reset = (): void => {
      for (const name of ["leaf", "middle", "app"]) running.reset(position(running, name));
    };
    let depth = 1000;
    while (reaches(running, depth)) depth *= 2;
    reset();
    let [low, high] = [depth / 2, depth];
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (reaches(running, middle)) low = middle;
      else high = middle;
      reset();
    }
    // Around the deepest call that still works, a guard is entered with almost no stack.
    for (let near = low - 40; near < low + 40; near++) {
      reaches(running, near, OVERFLOW);
      reset();
      expect(call(running, "app", "go", LIVE)).toBe(1);
      expect(call(running, "bystander", "ask", LIVE)).toBe(2);
    }
  });
});

function reaches(running: Running, depth: number, way = LIVE): boolean {
  try {
    return (call(running, "app", "go-deep", way, depth) as number) < CRASHED;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return false;
  }
}

describe("a plain call inside a guarded one", () => {
  it("takes its caller along", () => {
    const running = chain(plainMiddle);
    expect(call(running, "app", "go", LIVE)).toBe(1);
    expect(call(running, "app", "go", TRAP)).toBe(CRASHED);
    expect(deaths(running).sort()).toEqual(["leaf by leaf", "middle by leaf"]);
    expect(() => call(running, "bystander", "ask", LIVE)).toThrow(WebAssembly.RuntimeError);
    expect(call(running, "app", "go", LIVE)).toBe(UNAVAILABLE);
    running.reset(position(running, "middle"));
    expect(call(running, "app", "go", LIVE)).toBe(CRASHED);
    for (const name of ["middle", "leaf"]) running.reset(position(running, name));
    expect(call(running, "app", "go", LIVE)).toBe(1);
    expect(call(running, "bystander", "ask", LIVE)).toBe(2);
  });

  it("spares the callee that had returned", () => {
    const running = chain(plainMiddle);
    expect(call(running, "app", "go", AFTER)).toBe(CRASHED);
    expect(deaths(running)).toEqual(["middle by middle"]);
    expect(call(running, "bystander", "ask", LIVE)).toBe(2);
  });

  it("is what plain: true makes of a guarded view", () => {
    const running = chain(guardedMiddle, { plain: true });
    expect(running.plan.root.edges.map(({ binding }) => binding).sort()).toEqual([
      "guarded",
      "plain",
      "plain",
    ]);
    expect(call(running, "app", "go", LIVE)).toBe(1);
    expect(call(running, "app", "go", TRAP)).toBe(CRASHED);
    expect(deaths(running).sort()).toEqual(["leaf by leaf", "middle by leaf"]);
  });

  it("cannot swallow an exception that is on its way: the callee is not entered again", () => {
    const running = chain(swallowingMiddle);
    expect(call(running, "app", "go", THROW)).toBe(77);
    expect(call(running, "app", "go", LIVE)).toBe(CRASHED);
    expect(deaths(running).sort()).toEqual(["leaf by leaf", "middle by leaf"]);
    for (const name of ["middle", "leaf"]) running.reset(position(running, name));
    expect(call(running, "app", "go", LIVE)).toBe(1);
  });

  it.each([TRAP, OVERFLOW])("cannot catch what kills the callee (%i)", (way) => {
    const running = chain(swallowingMiddle);
    expect(call(running, "app", "go", way)).toBe(CRASHED);
    expect(deaths(running).sort()).toEqual(["leaf by leaf", "middle by leaf"]);
  });
});

describe("a call that nobody guards", () => {
  it("lets a trap through, and no process is called dead", () => {
    const running = chain(plainMiddle);
    expect(() => call(running, "bystander", "ask", TRAP)).toThrow(WebAssembly.RuntimeError);
    expect(running.deaths).toEqual([]);
  });
});

describe("what is not the guest's", () => {
  it.each([
    ["a stop", new Stopped()],
    ["a defect of the host", new TypeError("a defect")],
  ])("passes guards: %s", async (_, error) => {
    const talking = await component(
      `package t:test; world w { import atoll:device/console@0.1.0; export t:middle/api; } ${WIT.middle("")}`,
      `(module (import "atoll:device/console@0.1.0" "write-line" (func $write (param i32 i32)))
        (memory (export "memory") 1)
        (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
        (func (export "t:middle/api#go") (param i32) (result i32)
          (call $write (i32.const 0) (i32.const 0)) (i32.const 9)))`,
    );
    const { plan } = linked({
      app: { bytes: app, imports: { "t:middle/api": "middle" } },
      middle: { bytes: talking, grants: [CONSOLE] },
    });
    const running = bringUp(plan, {
      "atoll:device/console": (transfer) => ({
        ...consoleInto([])["atoll:device/console"]?.(transfer),
        "write-line": () => {
          throw error;
        },
      }),
    });
    expect(() => call(running, "app", "go", LIVE)).toThrow(error);
    expect(running.deaths).toEqual([]);
  });
});
