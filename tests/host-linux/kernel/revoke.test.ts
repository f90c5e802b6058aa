/** An operator takes away what a process gets handles of processes by, and gives it back. */
import { afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import type { Running } from "../../../host-linux/instantiate.ts";
import { LOOK_HANDLE } from "../../../kernel/abi.ts";
import { builtKernel, type KernelModules } from "../../../kernel/built.ts";
import { bringUp, call } from "../../toolchain/link/bring-up.ts";
import { ALLOCATOR, component, supervised } from "../../toolchain/link/guests.ts";

const view = (name: string): string => `
  interface ${name} { say: func(n: u32); }
  interface ${name}-process {
    use atoll:fault/types@0.1.0.{fault};
    flags functions { say }
    resource process {
      spawn: static func() -> result<process, fault>;
      provider: static func() -> result<process, fault>;
      monitor: func(token: u32) -> result<_, fault>;
      link: func() -> result<_, fault>;
      narrow: func(functions: functions, uses: u32, rate: u32, microseconds: u64) -> result<process, fault>;
      revoke: func() -> result<_, fault>;
      say: func(n: u32) -> result<_, fault>;
    }
  }`;
const WIT = `package t:p; ${view("room")} ${view("store")} ${view("hall")}`;
const [ROOM, STORE, HALL] = ["t:p/room-process", "t:p/store-process", "t:p/hall-process"];

/** Functions return the index of a handle, or 0; below 0 is a fault: -1 is crashed, -2 is revoked, and so on. */
const GUEST = `(module
  (import "${ROOM}" "[static]process.spawn" (func $spawn (param i32)))
  (import "${ROOM}" "[method]process.say" (func $say-room (param i32 i32 i32)))
  (import "${STORE}" "[static]process.provider" (func $provider (param i32)))
  (import "${STORE}" "[method]process.narrow" (func $narrow (param i32 i32 i32 i32 i64 i32)))
  (import "${STORE}" "[method]process.say" (func $say-store (param i32 i32 i32)))
  (import "${HALL}" "[method]process.say" (func $say-hall (param i32 i32 i32)))
  ${ALLOCATOR}
  (func $made (result i32) (if (result i32) (i32.load8_u (i32.const 64))
    (then (i32.sub (i32.const -1) (i32.load8_u (i32.const 68)))) (else (i32.load (i32.const 68)))))
  (func $done (result i32) (if (result i32) (i32.load8_u (i32.const 64))
    (then (i32.sub (i32.const -1) (i32.load8_u (i32.const 65)))) (else (i32.const 0))))
  (func (export "spawn") (result i32) (call $spawn (i32.const 64)) (call $made))
  (func (export "provider") (result i32) (call $provider (i32.const 64)) (call $made))
  (func (export "narrow") (param i32) (result i32)
    (call $narrow (local.get 0) (i32.const 1) (i32.const 0) (i32.const 0) (i64.const 0) (i32.const 64))
    (call $made))
  (func (export "room") (param i32) (result i32)
    (call $say-room (local.get 0) (i32.const 1) (i32.const 64)) (call $done))
  (func (export "store") (param i32) (result i32)
    (call $say-store (local.get 0) (i32.const 1) (i32.const 64)) (call $done))
  (func (export "hall") (param i32) (result i32)
    (call $say-hall (local.get 0) (i32.const 1) (i32.const 64)) (call $done)))`;
const REVOKED = -2;

let kernel: KernelModules;
let bytes: { server: Uint8Array; guest: Uint8Array };
beforeAll(async () => {
  const names = ["room", "store", "hall"];
  const says = names.map((name) => `(func (export "t:p/${name}#say") (param i32))`);
  const one = "func(handle: s32) -> s32";
  const [server, guest] = await Promise.all([
    component(
      `${WIT} world w { ${names.map((name) => `export ${name};`).join(" ")} }`,
      `(module ${says.join(" ")} ${ALLOCATOR})`,
    ),
    component(
      `${WIT} world w {
         import room-process; import store-process; import hall-process;
         export spawn: func() -> s32; export provider: func() -> s32;
         export narrow: ${one}; export room: ${one}; export store: ${one}; export hall: ${one};
       }`,
      GUEST,
    ),
  ]);
  kernel = await builtKernel();
  bytes = { server, guest };
});

let running: Running;
let guest: number;
beforeEach(() => {
  const server = { bytes: bytes.server };
  const cast = ["say"];
  const imports = {
    [ROOM]: { spawn: "room", cast, limits: { uses: 3 } },
    [STORE]: { process: "store", cast },
    [HALL]: { handles: "room", cast },
  };
  const guests = { room: server, store: server, guest: { bytes: bytes.guest, imports } };
  const supervisor = {
    children: [{ name: "rooms", strategy: "dynamic", child: "room" }],
  } as const;
  running = bringUp(supervised(guests, { supervisor, kernel }).plan);
  guest = running.plan.root.processes.findIndex(({ name }) => name === "guest");
});
afterEach(() => running.kernel?.close());

function ask(name: string, ...args: number[]): number {
  return call(running, "guest", name, ...args) as number;
}

it("the authority to spawn: what was made lives on, and no more is made, also in the next life", () => {
  const room = ask("spawn");
  running.revoke(guest, ROOM);
  running.revoke(guest, ROOM);
  expect(ask("spawn")).toBe(REVOKED);
  expect(ask("room", room)).toBe(0);
  expect(ask("provider")).toBeGreaterThan(0);
  running.kernel?.kill("guest");
  expect(ask("spawn")).toBe(REVOKED);
  running.grant(guest, ROOM);
  expect(ask("spawn")).toBeGreaterThan(0);
});

it("what is given back has its limits, and giving what nobody took changes nothing", () => {
  running.grant(guest, ROOM);
  expect([ask("spawn"), ask("spawn"), ask("spawn")].every((handle) => handle > 0)).toBe(true);
  running.grant(guest, ROOM);
  expect(ask("spawn")).toBe(REVOKED);
});

it("as often as one likes: nothing of what was taken away is left", () => {
  for (let i = 0; i < 50; i++) {
    running.revoke(guest, ROOM);
    running.grant(guest, ROOM);
  }
  expect(ask("spawn")).toBeGreaterThan(0);
  const held = running.kernel?.workers().find(({ name }) => name === "guest")?.pid;
  const all = Array.from({ length: 1024 }, (_, i) => running.kernel?.look(LOOK_HANDLE, i + 1) ?? []);
  // To spawn, whole and within limits; of the store; the room.
  expect(all.filter(([, holder]) => holder === held)).toHaveLength(4);
});

it("the authority over a process that is there: with all handles that were made of it", () => {
  const store = ask("provider");
  const less = ask("narrow", store);
  expect([ask("store", store), ask("store", less)]).toEqual([0, 0]);
  running.revoke(guest, STORE);
  expect([ask("store", store), ask("store", less), ask("provider")]).toEqual([REVOKED, REVOKED, REVOKED]);
  running.grant(guest, STORE);
  expect([ask("store", store), ask("store", ask("provider"))]).toEqual([REVOKED, 0]);
});

it("not what others hand over, nor what is not there", () => {
  expect(() => running.revoke(guest, HALL)).toThrow(
    "process guest, import t:p/hall-process: it calls by the handles of processes that others gave it, and has no binding of its own.",
  );
  expect(() => running.revoke(guest, "t:p/room")).toThrow("process guest imports no t:p/room");
});
