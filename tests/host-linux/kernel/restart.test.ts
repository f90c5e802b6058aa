/** Processes under the kernel that die in guarded calls: who comes back, in which order, and when the system gives up. */
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import * as abi from "../../../kernel/abi.ts";
import { builtKernel, type KernelModules } from "../../../kernel/built.ts";
import type { Running } from "../../../host-linux/instantiate.ts";
import type { SupervisorConfig } from "../../../toolchain/link/config/supervisor.ts";
import { bringUp, call } from "../../toolchain/link/bring-up.ts";
import { supervised, type Guests } from "../../toolchain/link/guests.ts";
import { consumer, provider, type Functions } from "../guard/guests.ts";

const FUNCTIONS: Functions = {
  div: { params: "a: u32, b: u32", result: "u32" },
  count: { params: "", result: "u32" },
};
/** Counts the calls of this life. */
const SERVER = `
  (global $calls (mut i32) (i32.const 0))
  (func (export "t:p/api#div") (param i32 i32) (result i32)
    (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
    (i32.div_u (local.get 0) (local.get 1)))
  (func (export "t:p/api#count") (result i32) (global.get $calls))`;
const CLIENT = `
  (import "t:p/api-guarded" "div" (func $div (param i32 i32 i32)))
  (import "t:p/api-guarded" "count" (func $count (param i32)))
  (func $left (result i64) (i64.or (i64.extend_i32_u (i32.load8_u (i32.const 64)))
    (i64.shl (i64.load32_u (i32.const 68)) (i64.const 32))))
  (func (export "div") (param i32 i32) (result i64)
    (i64.store (i32.const 64) (i64.const 0)) (i64.store (i32.const 72) (i64.const 0))
    (call $div (local.get 0) (local.get 1) (i32.const 64)) (call $left))
  (func (export "count") (result i64)
    (i64.store (i32.const 64) (i64.const 0)) (i64.store (i32.const 72) (i64.const 0))
    (call $count (i32.const 64)) (call $left))`;
const EXPORTS = "export div: func(a: u32, b: u32) -> u64; export count: func() -> u64;";

const CRASHED = 1n;
const UNAVAILABLE = 1n | (5n << 32n);
const ok = (value: number): bigint => BigInt(value) << 32n;

let kernel: KernelModules;
let client: Uint8Array;
let server: Uint8Array;
beforeAll(async () => {
  kernel = await builtKernel();
  client = await consumer(FUNCTIONS, true, EXPORTS, CLIENT);
  server = await provider(FUNCTIONS, SERVER);
});

let running: Running | undefined;
afterEach(() => running?.kernel?.close());

function start(guests: Guests, supervisor: SupervisorConfig = {}): Running {
  running = bringUp(supervised(guests, { supervisor, kernel }).plan);
  return running;
}

function clientOf(of: string): Guests[string] {
  return { bytes: client, imports: { "t:p/api-guarded": of } };
}

function timers(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;
}

/** How often each process was started. */
function lives({ kernel: host }: Running): Record<string, number> {
  return Object.fromEntries((host?.workers() ?? []).map(({ name, life }) => [name, life]));
}

describe("a process that dies in a guarded call", () => {
  it("is there again when its caller goes on, as new", () => {
    const system = start({ app: clientOf("server"), server: { bytes: server } });
    expect(call(system, "app", "div", 6, 3)).toBe(ok(2));
    expect(call(system, "app", "count")).toBe(ok(1));
    expect(call(system, "app", "div", 6, 0)).toBe(CRASHED);
    expect(call(system, "app", "count")).toBe(ok(0));
    expect(lives(system)).toEqual({ app: 1, server: 2 });
  });

  it("takes nobody else with it", () => {
    const system = start({
      app: clientOf("server"),
      server: { bytes: server },
      other: clientOf("bystander"),
      bystander: { bytes: server },
    });
    call(system, "other", "div", 1, 1);
    call(system, "app", "div", 6, 0);
    expect(call(system, "other", "count")).toBe(ok(1));
    expect(lives(system)).toEqual({ app: 1, server: 2, other: 1, bystander: 1 });
  });

  it("stays away when it is temporary", () => {
    const system = start({ app: clientOf("server"), server: { bytes: server, restart: "temporary" } });
    expect(call(system, "app", "div", 6, 0)).toBe(CRASHED);
    expect(call(system, "app", "div", 6, 3)).toBe(UNAVAILABLE);
  });

  it("comes back after its backoff", async () => {
    const backoff = { first: 20, limit: 20 };
    const system = start({ app: clientOf("server"), server: { bytes: server, backoff } });
    expect(call(system, "app", "div", 6, 0)).toBe(CRASHED);
    expect(call(system, "app", "div", 6, 3)).toBe(UNAVAILABLE);
    await expect.poll(() => call(system, "app", "div", 6, 3)).toBe(ok(2));
  });

  it("is not restarted for ever: its supervisor gives up, says why, and ends the others", async () => {
    const system = start({ app: clientOf("server"), server: { bytes: server } }, { intensity: 2 });
    const end = system.kernel?.run();
    for (let i = 0; i < 3; i++) expect(call(system, "app", "div", 6, 0)).toBe(CRASHED);
    expect(call(system, "app", "div", 6, 3)).toBe(UNAVAILABLE);
    expect(await end).toEqual({
      kind: "failed",
      message: expect.stringMatching(
        /process "server" crashed, 3 times within 5000 ms; its supervisor ".*" bears 2 failures in that time\.\nThe last time: process server trapped.*divided by zero/,
      ) as string,
    });
  });
});

function four(): Guests {
  return {
    app: clientOf("middle"),
    first: { bytes: server },
    middle: { bytes: server },
    last: { bytes: server },
  };
}

describe("a strategy", () => {
  const children = ["first", "middle", "last"] as const;

  it("one_for_all begins anew with all", () => {
    const system = start(four(), { strategy: "one_for_all", children: [...children, "app"] });
    expect(call(system, "app", "div", 6, 0)).toBe(CRASHED);
    expect(lives(system)).toEqual({ app: 2, first: 2, middle: 2, last: 2 });
  });

  it("rest_for_one begins anew with those after it", () => {
    const system = start(four(), { strategy: "rest_for_one", children });
    expect(call(system, "app", "div", 6, 0)).toBe(CRASHED);
    expect(lives(system)).toEqual({ first: 1, middle: 2, last: 2, app: 2 });
  });

  it("counts for a nested supervisor alone", () => {
    const nested = { name: "back", strategy: "one_for_all", children: ["middle", "last"] } as const;
    const system = start(four(), { children: ["first", nested, "app"] });
    expect(call(system, "app", "div", 6, 0)).toBe(CRASHED);
    expect(lives(system)).toEqual({ first: 1, middle: 2, last: 2, app: 1 });
  });
});

describe("a plain caller", () => {
  it("dies with its callee, whose failure it is, and each of both counts", async () => {
    const plain = await consumer(
      FUNCTIONS,
      false,
      "export run: func() -> u8;",
      `(import "t:p/api" "div" (func $div (param i32 i32) (result i32)))
       (import "t:p/api" "count" (func $count (result i32)))
       (func (export "run") (result i32) (call $div (i32.const 6) (call $count)))`,
    );
    const guests = { app: { bytes: plain, imports: { "t:p/api": "server" } }, server: { bytes: server } };
    running = bringUp(supervised(guests, { entry: "app", supervisor: { intensity: 3 }, kernel }).plan);
    expect(await running.kernel?.run(() => {})).toEqual({
      kind: "failed",
      message: expect.stringMatching(/process "server" crashed, 2 times .* bears 3 failures/) as string,
    });
    expect(lives(running)).toEqual({ app: 2, server: 3 });
  });
});

describe("an operator", () => {
  it("kills a process, which its supervisor restarts", () => {
    const system = start({ app: clientOf("server"), server: { bytes: server } });
    call(system, "app", "div", 6, 3);
    expect(system.kernel?.kill("server")).toBe(true);
    expect(call(system, "app", "count")).toBe(ok(0));
    expect(() => system.kernel?.kill("sever")).toThrow(
      "The kernel runs no process sever; it runs server, app.",
    );
  });

  it("stops the system in order", async () => {
    const system = start({ app: clientOf("server"), server: { bytes: server } });
    const end = system.kernel?.run();
    system.kernel?.stop();
    expect(await end).toEqual({ kind: "stopped" });
    expect(system.kernel?.workers().map(({ state }) => state)).toEqual([abi.STATE_DOWN, abi.STATE_DOWN]);
  });
});

describe("a start", () => {
  it("that always traps ends the system, which says so", async () => {
    const bad = await provider(FUNCTIONS, `${SERVER} (func $start unreachable) (start $start)`);
    const system = start({ app: clientOf("server"), server: { bytes: bad } });
    expect(await system.kernel?.run()).toEqual({
      kind: "failed",
      message: expect.stringMatching(/process "server" crashed, 4 times .* bears 3 failures/) as string,
    });
  });
});

describe("a hundred restarts", () => {
  it("leave nothing behind", () => {
    const before = timers();
    const system = start(
      { app: clientOf("server"), server: { bytes: server } },
      { intensity: 16, window: 1 },
    );
    for (let i = 0; i < 100; i++) {
      call(system, "app", "div", 6, 0);
      const until = performance.now() + 1;
      while (performance.now() < until);
    }
    expect(lives(system)).toEqual({ app: 1, server: 101 });
    system.kernel?.close();
    expect(timers()).toBe(before);
  });

  it("are the supervisor's to do", () => {
    const system = start({ app: clientOf("server"), server: { bytes: server } });
    expect(() => system.reset(0)).toThrow("restarted by its supervisor");
  });
});
