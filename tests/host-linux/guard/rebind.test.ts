/** Bindings that are taken away, given back and led elsewhere while a system runs. */
import { beforeAll, describe, expect, it } from "vitest";
import type { Running } from "../../../host-linux/instantiate.ts";
import type { WireConfig } from "../../../toolchain/link/config/system.ts";
import { parsePlan, serialisePlan } from "../../../toolchain/link/plan-file.ts";
import { capabilityGraph, whoMayCall } from "../../../toolchain/link/index.ts";
import { bringUp, call, consoleInto } from "../../toolchain/link/bring-up.ts";
import { component, CONSOLE, linked, refused, text } from "../../toolchain/link/guests.ts";
import { consumer, provider, type Functions } from "./guests.ts";

const FUNCTIONS: Functions = {
  name: { params: "way: u32", result: "string" },
  count: { params: "", result: "u32" },
};

const server = (name: string): Promise<Uint8Array> =>
  provider(
    FUNCTIONS,
    `(data (i32.const 1024) "${name}")
    (global $n (mut i32) (i32.const 0))
    (func (export "t:p/api#name") (param i32) (result i32) (if (local.get 0) (then unreachable))
      (i32.store (i32.const 16) (i32.const 1024)) (i32.store (i32.const 20) (i32.const 1)) (i32.const 16))
    (func (export "t:p/api#count") (result i32)
      (global.set $n (i32.add (global.get $n) (i32.const 1))) (global.get $n))`,
  );

let guarded: Uint8Array;
let plain: Uint8Array;
let first: Uint8Array;
let second: Uint8Array;
beforeAll(async () => {
  first = await server("a\\00");
  second = await server("b\\00");
  const exports = "export name: func(way: u32) -> u32; export count: func() -> u32;";
  guarded = await consumer(
    FUNCTIONS,
    true,
    exports,
    `(import "t:p/api-guarded" "name" (func $name (param i32 i32)))
     (import "t:p/api-guarded" "count" (func $count (param i32)))
     (func $left (result i32) (if (result i32) (i32.load8_u (i32.const 64))
       (then (i32.add (i32.const 1000) (i32.load8_u (i32.const 68)))) (else (i32.load (i32.const 68)))))
     (func (export "name") (param i32) (result i32) (call $name (local.get 0) (i32.const 64))
       (if (result i32) (i32.load8_u (i32.const 64)) (then (call $left)) (else (i32.load16_u (i32.load (i32.const 68))))))
     (func (export "count") (result i32) (call $count (i32.const 64)) (call $left))`,
  );
  plain = await consumer(
    FUNCTIONS,
    false,
    exports,
    `(import "t:p/api" "name" (func $name (param i32 i32)))
     (import "t:p/api" "count" (func $count (result i32)))
     (func (export "name") (param i32) (result i32) (call $name (local.get 0) (i32.const 64))
       (i32.load16_u (i32.load (i32.const 64))))
     (func (export "count") (result i32) (call $count))`,
  );
});

function system(app: Uint8Array, wire: Partial<WireConfig> = { alternatives: ["second"] }): Running {
  const { plan } = linked(
    {
      app: { bytes: app, imports: { "t:p/api": { process: "first", ...wire } } },
      first: { bytes: first },
      second: { bytes: second },
    },
    undefined,
    { reset: true },
  );
  return bringUp(parsePlan(serialisePlan(plan)));
}

function position({ plan }: Running, name: string): number {
  return plan.root.processes.findIndex((process) => process.name === name);
}

const A = 97;
const B = 98;
const REVOKED = 1001;
const UNAVAILABLE = 1005;

describe("an import that is rebound", () => {
  it.each([
    ["guarded", "t:p/api-guarded"],
    ["plain", "t:p/api"],
  ])("leads elsewhere, and back, over a %s binding", (kind, name) => {
    const running = system(kind === "plain" ? plain : guarded);
    const [app, one, two] = ["app", "first", "second"].map((p) => position(running, p)) as [
      number,
      number,
      number,
    ];
    expect([call(running, "app", "name", 0), call(running, "app", "count")]).toEqual([A, 1]);
    running.rebind(app, name, two);
    expect([call(running, "app", "name", 0), call(running, "app", "count")]).toEqual([B, 1]);
    running.rebind(app, name, one);
    expect([call(running, "app", "name", 0), call(running, "app", "count")]).toEqual([A, 2]);
  });

  it("leaves a dead provider behind, and stays revoked if it was", () => {
    const running = system(guarded);
    const app = position(running, "app");
    expect(call(running, "app", "name", 1)).toBe(1000);
    expect(call(running, "app", "name", 0)).toBe(UNAVAILABLE);
    running.rebind(app, "t:p/api-guarded", position(running, "second"));
    expect(call(running, "app", "name", 0)).toBe(B);
    expect(call(running, "app", "name", 1)).toBe(1000);
    running.reset(position(running, "first"));
    expect(call(running, "app", "name", 0)).toBe(UNAVAILABLE);
    running.rebind(app, "t:p/api-guarded", position(running, "first"));
    expect(call(running, "app", "name", 0)).toBe(A);
    running.revoke(app, "t:p/api-guarded");
    running.rebind(app, "t:p/api-guarded", position(running, "second"));
    expect(call(running, "app", "name", 0)).toBe(REVOKED);
    running.reset(position(running, "second"));
    running.grant(app, "t:p/api-guarded");
    expect(call(running, "app", "name", 0)).toBe(B);
  });

  it("can only lead where system.ts says", () => {
    const running = system(guarded, {});
    expect(() =>
      running.rebind(position(running, "app"), "t:p/api-guarded", position(running, "second")),
    ).toThrow(
      "process app, import t:p/api-guarded: it cannot be led to second, only to first; `alternatives` in system.ts names others.",
    );
  });

  it("shows its alternatives to who asks", () => {
    const { plan } = system(guarded);
    expect(whoMayCall(capabilityGraph(plan), "second").direct.map(({ name }) => name)).toEqual(["app"]);
  });
});

describe("a plain binding that is revoked", () => {
  it("traps, and says so", () => {
    const running = system(plain);
    running.revoke(position(running, "app"), "t:p/api");
    expect(() => call(running, "app", "count")).toThrow(WebAssembly.RuntimeError);
    running.grant(position(running, "app"), "t:p/api");
    expect(call(running, "app", "count")).toBe(1);
  });
});

describe("what is handed on", () => {
  it.each([
    ["guarded", "t:p/api-guarded"],
    ["plain", "t:p/api"],
  ])("goes with the import that it came through, over a %s binding", async (kind) => {
    const relay = await text(`(component
      (import "t:p/api" (instance $api
        (export "name" (func (param "way" u32) (result string))) (export "count" (func (result u32)))))
      (export "t:p/api" (instance $api)))`);
    const { plan } = linked(
      {
        app: { bytes: kind === "plain" ? plain : guarded, imports: { "t:p/api": "relay" } },
        relay: { bytes: relay, imports: { "t:p/api": "first" } },
        first: { bytes: first },
      },
      undefined,
      { reset: true },
    );
    const running = bringUp(parsePlan(serialisePlan(plan)));
    const outcome = (way: number): unknown => {
      try {
        return call(running, "app", "name", way);
      } catch {
        return "trap";
      }
    };
    expect(outcome(0)).toBe(A);
    running.revoke(position(running, "relay"), "t:p/api");
    expect(outcome(0)).toBe(kind === "plain" ? "trap" : REVOKED);
    running.grant(position(running, "relay"), "t:p/api");
    expect(outcome(0)).toBe(A);
    if (kind === "plain") return;
    expect([outcome(1), outcome(0)]).toEqual([1000, UNAVAILABLE]);
    expect(running.deaths.map(({ process }) => process)).toEqual(["first"]);
    running.reset(position(running, "first"));
    expect(outcome(0)).toBe(A);
  });
});

describe("a device that is revoked", () => {
  it("cannot be used until it is given back", async () => {
    const talker = await component(
      "package t:d; world w { import atoll:device/console@0.1.0; export say: func(); }",
      `(module (import "atoll:device/console@0.1.0" "write-line" (func $write (param i32 i32)))
        (memory (export "memory") 1) (data (i32.const 0) "hi")
        (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 1024))
        (func (export "say") (call $write (i32.const 0) (i32.const 1))))`,
    );
    const lines: string[] = [];
    const { plan } = linked({ talker: { bytes: talker, grants: [CONSOLE] } });
    const running = bringUp(plan, consoleInto(lines));
    call(running, "talker", "say");
    running.revoke(0, "atoll:device/console@0.1.0");
    expect(() => call(running, "talker", "say")).toThrow(WebAssembly.RuntimeError);
    running.grant(0, "atoll:device/console@0.1.0");
    call(running, "talker", "say");
    expect(lines).toHaveLength(2);
    expect(() => running.rebind(0, "atoll:device/console@0.1.0", 0)).toThrow(
      "it cannot be led to talker, only to atoll:device/console",
    );
  });
});

describe("alternatives", () => {
  it("are processes, each once", () => {
    expect(refused(() => system(guarded, { alternatives: ["secund"] }))).toContain(
      'there is no process "secund". Did you mean "second"?',
    );
    expect(refused(() => system(guarded, { alternatives: ["first"] }))).toContain(
      'expected each process once, found "first" more than once',
    );
  });

  it("export the same functions", async () => {
    const other = await provider(
      { name: { params: "", result: "u32" } },
      `(func (export "t:p/api#name") (result i32) i32.const 1)`,
    );
    const wire = { process: "first", alternatives: ["other"] };
    expect(
      refused(() =>
        linked({
          app: { bytes: guarded, imports: { "t:p/api": wire } },
          first: { bytes: first },
          other: { bytes: other },
        }),
      ),
    ).toMatch(/^type: process "app" .* and process "other"/);
  });

  it("are not for interfaces with resources", async () => {
    const face = "package t:r; interface api { resource thing { constructor(); } }";
    const app = await component(
      `${face} world w { import api; export go: func(); }`,
      `(module (import "t:r/api" "[constructor]thing" (func $new (result i32))) (func (export "go") (drop (call $new))))`,
    );
    const maker = await component(
      `${face} world w { export api; }`,
      `(module (import "[export]t:r/api" "[resource-new]thing" (func $new (param i32) (result i32)))
        (func (export "t:r/api#[constructor]thing") (result i32) (call $new (i32.const 1))))`,
    );
    expect(
      refused(() =>
        linked({
          app: { bytes: app, imports: { "t:r/api": { process: "one", alternatives: ["two"] } } },
          one: { bytes: maker },
          two: { bytes: maker },
        }),
      ),
    ).toContain(
      'not-yet: process "app", imports "t:r/api", alternatives: its function "[constructor]thing" carries handles',
    );
  });
});
