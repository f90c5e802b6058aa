/** A provider that dies in a guarded call: who goes on, who is told, how it comes back. */
import { beforeAll, describe, expect, it } from "vitest";
import { bringUp, call } from "../../toolchain/link/bring-up.ts";
import { component, linked } from "../../toolchain/link/guests.ts";
import { link } from "../../../toolchain/link/index.ts";
import type { LinkPlan } from "../../../toolchain/link/plan.ts";
import { consumer, provider, type Functions } from "./guests.ts";

const FUNCTIONS: Functions = {
  div: { params: "a: u32, b: u32", result: "u32" },
  say: { params: "text: string", result: "string" },
  fail: { params: "" },
};

const PROVIDER = `
  (global $calls (mut i32) (i32.const 0))
  (func (export "t:p/api#div") (param i32 i32) (result i32)
    (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
    (i32.div_u (local.get 0) (local.get 1)))
  (func (export "t:p/api#say") (param i32 i32) (result i32)
    (i32.store (i32.const 16) (local.get 0)) (i32.store (i32.const 20) (local.get 1)) (i32.const 16))
  (func (export "t:p/api#fail") unreachable)
  (func (export "calls") (result i32) (global.get $calls))`;

const imports = (name: string): string => `
  (import "${name}" "div" (func $div (param i32 i32 i32)))
  (import "${name}" "say" (func $say (param i32 i32 i32)))
  (import "${name}" "fail" (func $fail (param i32)))`;
/** What a guarded call left: discriminant and first word of the payload. */
const LEFT = `(i64.or (i64.extend_i32_u (i32.load8_u (i32.const 64)))
  (i64.shl (i64.load32_u (i32.const 68)) (i64.const 32)))`;
const CONSUMER = `${imports("t:p/api-guarded")}
  (data (i32.const 512) "h\\00i\\00")
  (func $clear (i64.store (i32.const 64) (i64.const 0)) (i64.store (i32.const 72) (i64.const 0)))
  (func (export "div") (param i32 i32) (result i64)
    (call $clear) (call $div (local.get 0) (local.get 1) (i32.const 64)) ${LEFT})
  (func (export "say") (param i32) (result i64)
    (call $clear) (call $say (local.get 0) (i32.const 2) (i32.const 64)) ${LEFT})
  (func (export "fail") (result i64)
    (call $clear) (call $fail (i32.const 64))
    (i64.or (i64.extend_i32_u (i32.load8_u (i32.const 64))) (i64.shl (i64.load8_u (i32.const 65)) (i64.const 32))))
  (func (export "misplace") (call $div (i32.const 1) (i32.const 1) (i32.const -4)))`;
const EXPORTS = `export div: func(a: u32, b: u32) -> u64; export say: func(at: u32) -> u64;
  export fail: func() -> u64; export misplace: func();`;

const CRASHED = 1n;
const UNAVAILABLE = 1n | (5n << 32n);
const ok = (value: number): bigint => BigInt(value) << 32n;

let plan: LinkPlan;
const components = new Map<string, Uint8Array>();
beforeAll(async () => {
  const app = await consumer(FUNCTIONS, true, EXPORTS, CONSUMER);
  const server = await provider(FUNCTIONS, PROVIDER);
  components.set("app", app).set("server", server);
  plan = linked(
    {
      app: { bytes: app, imports: { "t:p/api": "server" } },
      other: { bytes: app, imports: { "t:p/api-guarded": "server" } },
      server: { bytes: server },
    },
    undefined,
    { reset: true },
  ).plan;
});

function position(name: string): number {
  return plan.root.processes.findIndex((process) => process.name === name);
}

describe("a guarded call", () => {
  it("gives results as ok", () => {
    const running = bringUp(plan);
    expect(call(running, "app", "div", 6, 3)).toBe(ok(2));
    expect(call(running, "app", "fail")).toBe(CRASHED);
  });

  it("ends in a value when the callee dies, and nobody can enter the dead", () => {
    const running = bringUp(plan);
    expect(call(running, "app", "div", 6, 0)).toBe(CRASHED);
    expect(call(running, "app", "div", 6, 3)).toBe(UNAVAILABLE);
    expect(call(running, "other", "say", 512)).toBe(UNAVAILABLE);
    expect(call(running, "other", "fail")).toBe(UNAVAILABLE);
  });

  it("tells monitors who died, of what and where", () => {
    const running = bringUp(plan);
    const heard: string[] = [];
    const stop = running.onDeath(({ process, reason }) => heard.push(`${process} ${reason}`));
    call(running, "app", "div", 6, 0);
    expect(heard).toEqual(["server crashed"]);
    const [death] = running.deaths;
    expect(death).toMatchObject({ process: "server", originator: "server", reason: "crashed" });
    expect(death?.report?.kind).toBe("divide-by-zero");
    expect(death?.report?.segments.map(({ processes }) => processes)).toEqual([["server"], ["app", "other"]]);
    stop();
    running.reset(position("server"));
    call(running, "app", "div", 6, 0);
    expect(heard.length).toBe(1);
    expect(running.deaths.length).toBe(2);
  });

  it("tells what a process said before it died, also when that was reset since", async () => {
    // It leaves the address of a message: UTF-16, with its length before it.
    const saying = PROVIDER.replace(
      `(func (export "t:p/api#fail") unreachable)`,
      `(global (export "lastAbort") i32 (i32.const 16)) (data (i32.const 100) "\\06\\00\\00\\00n\\00o\\00t\\00")
       (func $"~lib/atoll/abi/abort" (i32.store (i32.const 16) (i32.const 104)) unreachable)
       (func (export "t:p/api#fail") call $"~lib/atoll/abi/abort")`,
    );
    const guests = {
      app: { bytes: components.get("app") ?? new Uint8Array(), imports: { "t:p/api": "server" } },
      server: { bytes: await provider(FUNCTIONS, saying) },
    };
    const running = bringUp(linked(guests, undefined, { reset: true }).plan);
    expect(call(running, "app", "fail")).toBe(CRASHED);
    const [death] = running.deaths;
    running.reset(running.plan.root.processes.findIndex(({ name }) => name === "server"));
    expect(death?.report).toMatchObject({ kind: "abort", reason: "gave up: not" });
  });

  it("works again once the callee was reset", () => {
    const running = bringUp(plan);
    call(running, "app", "div", 6, 0);
    running.reset(position("server"));
    expect(call(running, "app", "div", 6, 3)).toBe(ok(2));
    expect(call(running, "other", "div", 6, 3)).toBe(ok(2));
  });

  it("leaves the callee alone where the caller is wrong", () => {
    const running = bringUp(plan);
    expect(() => call(running, "app", "say", 0xffff)).toThrow(WebAssembly.RuntimeError);
    expect(() => call(running, "app", "misplace")).toThrow(WebAssembly.RuntimeError);
    expect(running.deaths).toEqual([]);
    expect(call(running, "other", "div", 6, 3)).toBe(ok(2));
  });
});

describe("a binding", () => {
  it("is revoked and granted at run time", () => {
    const running = bringUp(plan);
    running.revoke(position("app"), "t:p/api-guarded");
    expect(call(running, "app", "div", 6, 3)).toBe(1n | (1n << 32n));
    expect(call(running, "other", "div", 6, 3)).toBe(ok(2));
    running.grant(position("app"), "t:p/api-guarded");
    expect(call(running, "app", "div", 6, 3)).toBe(ok(2));
  });

  it("stays revoked when its provider dies and comes back", () => {
    const running = bringUp(plan);
    running.revoke(position("app"), "t:p/api-guarded");
    call(running, "other", "div", 6, 0);
    expect(call(running, "app", "div", 6, 3)).toBe(1n | (1n << 32n));
    running.reset(position("server"));
    expect(call(running, "app", "div", 6, 3)).toBe(1n | (1n << 32n));
    running.grant(position("app"), "t:p/api-guarded");
    expect(call(running, "app", "div", 6, 3)).toBe(ok(2));
  });

  it("cannot be revoked when there is none", () => {
    expect(() => bringUp(plan).revoke(position("app"), "t:p/ape")).toThrow(
      "process app imports no t:p/ape; it imports t:p/api-guarded.",
    );
  });
});

describe("a reset that fails", () => {
  it("leaves the process dead, and those whose calls it had not finished", async () => {
    const leaf = await component(
      chainOf("export t:l/api;"),
      `(module (memory (export "memory") 1) (global $n (mut i32) (i32.const 0))
        (func (export "t:l/api#go") (global.set $n (i32.add (global.get $n) (i32.const 1)))
          (if (i32.eq (global.get $n) (i32.const 2)) (then unreachable))))`,
    );
    const server = await component(
      chainOf("import t:l/api; export t:p/api;"),
      `(module (import "t:l/api" "go" (func $go)) (memory (export "memory") 1)
        (func (export "_initialize") (call $go))
        (func (export "t:p/api#go") (result i32) (if (i32.load (i32.const 0)) (then unreachable))
          (i32.store (i32.const 0) (i32.const 1)) (i32.const 7)))`,
    );
    const app = await consumer(
      { go: { params: "", result: "u32" } },
      true,
      "export go: func() -> u64;",
      `(import "t:p/api-guarded" "go" (func $go (param i32)))
       (func (export "go") (result i64) (i64.store (i32.const 64) (i64.const 0)) (call $go (i32.const 64)) ${LEFT})`,
    );
    const processes = {
      app: { bytes: app, imports: { "t:p/api": "server" } },
      server: { bytes: server, imports: { "t:l/api": "leaf" } },
      leaf: { bytes: leaf },
    };
    const running = bringUp(linked(processes, undefined, { reset: true }).plan);
    const at = (name: string): number => running.plan.root.processes.findIndex((p) => p.name === name);
    expect(call(running, "app", "go")).toBe(ok(7));
    expect(call(running, "app", "go")).toBe(CRASHED);
    expect(() => running.reset(at("server"))).toThrow(WebAssembly.RuntimeError);
    expect(running.deaths.map(({ process, originator }) => [process, originator])).toEqual([
      ["server", "server"],
      ["leaf", "leaf"],
      ["server", "leaf"],
    ]);
    expect(call(running, "app", "go")).toBe(UNAVAILABLE);
    for (const name of ["leaf", "server"]) running.reset(at(name));
    expect(call(running, "app", "go")).toBe(ok(7));
  });
});

describe("a system that is measured", () => {
  it("keeps its guards", async () => {
    const result = link({
      config: {
        name: "test",
        processes: {
          app: { component: "app", imports: { "t:p/api": "server" } },
          server: { component: "server" },
        },
      },
      components: new Map([
        ["app", built("app")],
        ["server", built("server")],
      ]),
      meter: true,
    });
    const running = bringUp(result.plan);
    expect(call(running, "app", "div", 6, 3)).toBe(ok(2));
    expect(call(running, "app", "div", 6, 0)).toBe(CRASHED);
    expect(call(running, "app", "div", 6, 3)).toBe(UNAVAILABLE);
    expect(running.readings().find((reading) => reading.function === "div")?.calls).toBe(2);
  });
});

/** A chain of two interfaces, with a world between them. */
function chainOf(world: string): string {
  return `package t:i; world w { ${world} } package t:l { interface api { go: func(); } }
    package t:p { interface api { go: func() -> u32; } }`;
}

function built(name: string): Uint8Array {
  const found = components.get(name);
  if (found === undefined) throw new Error(name);
  return found;
}
