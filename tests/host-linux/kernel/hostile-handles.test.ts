/** A guest that makes up handles of processes, keeps old ones, and tries those of others: it dies, and nobody else. */
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Running } from "../../../host-linux/instantiate.ts";
import * as abi from "../../../kernel/abi.ts";
import { builtKernel, type KernelModules } from "../../../kernel/built.ts";
import { bringUp, call } from "../../toolchain/link/bring-up.ts";
import { ALLOCATOR, component, supervised } from "../../toolchain/link/guests.ts";

const view = (name: string): string => `interface ${name}-process {
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
const WIT = `package t:p;
  interface room { say: func(n: u32); }
  interface hall { say: func(n: u32); }
  ${view("room")} ${view("hall")}
  interface guest { open: func() -> u32; open-hall: func() -> u32; try: func(way: u32, handle: u32) -> u32; }
  interface guest-guarded {
    use atoll:fault/types@0.1.0.{fault};
    open: func() -> result<u32, fault>;
    open-hall: func() -> result<u32, fault>;
    try: func(way: u32, handle: u32) -> result<u32, fault>;
  }`;

/** What a guest can do with the index of a handle. */
const WAYS = ["say", "monitor", "link", "narrow", "revoke", "drop"] as const;
type Way = (typeof WAYS)[number];

/** `open` returns the index of a new handle, `try` 0 when it was done, else 1; both may trap. */
const GUEST = `(module
  (import "t:p/room-process" "[static]process.spawn" (func $spawn (param i32)))
  (import "t:p/hall-process" "[static]process.spawn" (func $build (param i32)))
  (import "t:p/room-process" "[method]process.say" (func $say (param i32 i32 i32)))
  (import "t:p/room-process" "[method]process.monitor" (func $monitor (param i32 i32 i32)))
  (import "t:p/room-process" "[method]process.link" (func $link (param i32 i32)))
  (import "t:p/room-process" "[method]process.narrow" (func $narrow (param i32 i32 i32 i32 i64 i32)))
  (import "t:p/room-process" "[method]process.revoke" (func $revoke (param i32 i32)))
  (import "t:p/room-process" "[resource-drop]process" (func $drop (param i32)))
  ${ALLOCATOR}
  (func $opened (result i32)
    (if (i32.load8_u (i32.const 64)) (then unreachable))
    (i32.load (i32.const 68)))
  (func (export "t:p/guest#open") (result i32) (call $spawn (i32.const 64)) (call $opened))
  (func (export "t:p/guest#open-hall") (result i32) (call $build (i32.const 64)) (call $opened))
  (func (export "t:p/guest#try") (param $way i32) (param $h i32) (result i32)
    (i32.store8 (i32.const 64) (i32.const 0))
    (block $drop (block $revoke (block $narrow (block $link (block $monitor (block $say
      (br_table $say $monitor $link $narrow $revoke $drop (local.get $way)))
      (call $say (local.get $h) (i32.const 1) (i32.const 64)) (br $drop))
      (call $monitor (local.get $h) (i32.const 1) (i32.const 64)) (br $drop))
      (call $link (local.get $h) (i32.const 64)) (br $drop))
      (call $narrow (local.get $h) (i32.const 1) (i32.const 0) (i32.const 0) (i64.const 0) (i32.const 64))
      (br $drop))
      (call $revoke (local.get $h) (i32.const 64)) (br $drop))
    (if (i32.eq (local.get $way) (i32.const 5)) (then (call $drop (local.get $h))))
    (i32.load8_u (i32.const 64)))
  (func (export "atoll:kernel/notices@0.1.0#notice") (param i32 i32)))`;

/** The results of the guarded view lie at 64: 0 and a number, or 1 and a fault. */
const CLIENT = `(module
  (import "t:p/guest-guarded" "open" (func $open (param i32)))
  (import "t:p/guest-guarded" "open-hall" (func $hall (param i32)))
  (import "t:p/guest-guarded" "try" (func $try (param i32 i32 i32)))
  ${ALLOCATOR}
  (func $result (result i64) (i64.or (i64.extend_i32_u (i32.load8_u (i32.const 64)))
    (i64.shl (i64.load32_u (i32.const 68)) (i64.const 32))))
  (func (export "open") (result i64) (call $open (i32.const 64)) (call $result))
  (func (export "open-hall") (result i64) (call $hall (i32.const 64)) (call $result))
  (func (export "try") (param i32 i32) (result i64)
    (i32.store (i32.const 68) (i32.const 0))
    (call $try (local.get 0) (local.get 1) (i32.const 64)) (call $result)))`;

const CRASHED = 1n;
const DONE = 0n;

let kernel: KernelModules;
let bytes: { room: Uint8Array; hall: Uint8Array; guest: Uint8Array; client: Uint8Array };
beforeAll(async () => {
  const server = (name: string): Promise<Uint8Array> =>
    component(
      `${WIT} world w { export ${name}; }`,
      `(module (func (export "t:p/${name}#say") (param i32)) ${ALLOCATOR})`,
    );
  const world = "import room-process; import hall-process; export guest; export atoll:kernel/notices@0.1.0;";
  const [room, hall, guest, client] = await Promise.all([
    server("room"),
    server("hall"),
    component(`${WIT} world w { ${world} }`, GUEST),
    component(
      `${WIT} world w {
         import guest-guarded;
         export open: func() -> u64; export open-hall: func() -> u64; export try: func(way: u32, handle: u32) -> u64;
       }`,
      CLIENT,
    ),
  ]);
  kernel = await builtKernel();
  bytes = { room, hall, guest, client };
});

let running: Running;
beforeEach(() => {
  const imports = {
    "t:p/room-process": { spawn: "room", cast: ["say"] },
    "t:p/hall-process": { spawn: "hall", cast: ["say"] },
  };
  const guest = { bytes: bytes.guest, imports };
  const guests = {
    room: { bytes: bytes.room },
    hall: { bytes: bytes.hall },
    hostile: guest,
    honest: guest,
    mallory: { bytes: bytes.client, imports: { "t:p/guest-guarded": "hostile" } },
    alice: { bytes: bytes.client, imports: { "t:p/guest-guarded": "honest" } },
  };
  const children = ["room", "hall"].map(
    (child) => ({ name: `${child}s`, strategy: "dynamic", child, most: 10 }) as const,
  );
  const supervisor = { intensity: 16, children };
  running = bringUp(supervised(guests, { supervisor, kernel }).plan);
});
afterEach(() => running.kernel?.close());

/** The index of a new handle of the guest whose client this is. */
function open(client: "mallory" | "alice", what: "open" | "open-hall" = "open"): number {
  const result = call(running, client, what) as bigint;
  expect(result & 0xffn).toBe(0n);
  return Number(result >> 32n);
}

function attempt(client: "mallory" | "alice", way: Way, handle: number): bigint {
  return call(running, client, "try", WAYS.indexOf(way), handle) as bigint;
}

/** What the kernel shows of the handles of a process: number, holder, provider, kind. */
function handlesOf(name: string): readonly { handle: number; provider: number; kind: number }[] {
  const pid = running.kernel?.workers().find((worker) => worker.name === name)?.pid;
  const total = running.plan.root.kernel?.tables.handles ?? 0;
  const rows = Array.from({ length: total }, (_, i) => running.kernel?.look(abi.LOOK_HANDLE, i + 1) ?? []);
  return rows
    .filter(([, holder]) => holder === pid)
    .map(([handle = 0, , provider = 0, kind = 0]) => ({ handle, provider, kind }));
}

/** How often each process was started that is there from the start. */
function lives(): Record<string, number> {
  return Object.fromEntries((running.kernel?.workers() ?? []).map(({ name, life }) => [name, life]));
}

describe.each(WAYS)("%s", (way) => {
  it("works by a handle that the guest has", () => {
    expect(attempt("mallory", way, open("mallory"))).toBe(DONE);
    expect(running.deaths).toEqual([]);
  });

  it.each<[string, () => number]>([
    ["that was made up", () => open("mallory") + 1],
    ["that is none", () => 0],
    ["that is out of any table", () => 0x7fff_ffff],
    ["that was dropped", () => dropped()],
    ["of another resource", () => open("mallory", "open-hall")],
    ["of an earlier life", () => ofEarlierLife()],
    ["of another process", () => ofAnother()],
    ["of the kernel", () => ofTheKernel()],
  ])("by an index %s ends who tries it, and nobody else", (_, made) => {
    const index = made();
    const kept = open("alice");
    const before = handlesOf("honest");
    const life = lives()["hostile"] ?? 0;
    expect(attempt("mallory", way, index)).toBe(CRASHED);
    expect(running.deaths.map(({ process, reason }) => [process, reason])).toContainEqual([
      "hostile",
      "crashed",
    ]);
    expect(lives()).toMatchObject({ hostile: life + 1, honest: 1, mallory: 1, alice: 1 });
    expect(handlesOf("honest")).toEqual(before);
    expect(attempt("alice", "say", kept)).toBe(DONE);
    expect(attempt("mallory", "say", open("mallory"))).toBe(DONE);
  });
});

function dropped(): number {
  const index = open("mallory");
  expect(attempt("mallory", "drop", index)).toBe(DONE);
  return index;
}

function ofEarlierLife(): number {
  const index = open("mallory");
  expect(attempt("mallory", "say", index + 1)).toBe(CRASHED);
  return index;
}

/** One that the other guest has under that index, and this one has not. */
function ofAnother(): number {
  open("mallory");
  open("alice");
  return open("alice");
}

/** The kernel's own number of a handle that the guest has. */
function ofTheKernel(): number {
  open("mallory");
  return handlesOf("hostile").find(({ kind }) => kind === abi.HANDLE_OWN)?.handle ?? 0;
}

it("every change of who may do what is on record, in its order", () => {
  const index = open("mallory");
  attempt("mallory", "narrow", index);
  attempt("mallory", "revoke", index);
  const pid = running.kernel?.workers().find(({ name }) => name === "hostile")?.pid;
  const history = Array.from({ length: 100 }, (_, i) => running.kernel?.look(abi.LOOK_HISTORY, i + 1) ?? []);
  const audits = history
    .filter(([kind, holder]) => kind === abi.COMMAND_AUDIT && holder === pid)
    .toReversed();
  const [spawned = [], narrowed = []] = audits.slice(2);
  expect(audits.map(([, , , what]) => what)).toEqual([
    abi.AUDIT_ENDOWED,
    abi.AUDIT_ENDOWED,
    abi.AUDIT_SPAWNED,
    abi.AUDIT_NARROWED,
    abi.AUDIT_REVOKED,
    abi.AUDIT_REVOKED,
  ]);
  // What was made of the first one is derived from it, and goes first.
  expect([...narrowed].slice(5, 7)).toEqual([spawned[5], spawned[4]]);
  expect(audits.slice(4).map((words) => words[4])).toEqual([narrowed[4], spawned[4]]);
});
