/** Wires of process views: to processes that are spawned, to one that is there, to handles of others. */
import { beforeAll, describe, expect, it } from "vitest";
import { builtKernel, type KernelModules } from "../../../kernel/built.ts";
import { describePlan, link, printDescription, type SystemConfig } from "../../../toolchain/link/index.ts";
import type { LinkPlan } from "../../../toolchain/link/plan.ts";
import { parsePlan, serialisePlan } from "../../../toolchain/link/plan-file.ts";
import { ALLOCATOR, component, refused, supervised, text, type Guests } from "./guests.ts";

const VIEW = "chat:room/api-process";
const WIT = `package chat:room;
  interface api { say: func(n: u32); count: func() -> u32; }
  interface api-process {
    use atoll:fault/types@0.1.0.{fault};
    flags functions { say, count }
    resource process {
      spawn: static func() -> result<process, fault>;
      provider: static func() -> result<process, fault>;
      monitor: func(token: u32) -> result<_, fault>;
      link: func() -> result<_, fault>;
      narrow: func(functions: functions, uses: u32, rate: u32, microseconds: u64) -> result<process, fault>;
      revoke: func() -> result<_, fault>;
      say: func(n: u32) -> result<_, fault>;
      count: func() -> result<u32, fault>;
    }
  }
  interface lobby { open: func() -> u32; }`;

/** Exports `chat:room/api`, and what it is given the WIT and the WAT of. */
async function room(world = "", wat = ""): Promise<Uint8Array> {
  return await component(
    `${WIT} world w { export api; ${world} }`,
    `(module ${wat} (func (export "chat:room/api#say") (param i32))
      (func (export "chat:room/api#count") (result i32) (i32.const 7)))`,
  );
}

const SIGNATURES = {
  "[static]process.spawn": "(param i32)",
  "[static]process.provider": "(param i32)",
  "[method]process.narrow": "(param i32 i32 i32 i32 i64 i32)",
  "[method]process.say": "(param i32 i32 i32)",
};
type Called = keyof typeof SIGNATURES;

/** Whose `open` is never called; its code calls these. */
async function lobby(...called: readonly Called[]): Promise<Uint8Array> {
  const imports = called.map((name, i) => `(import "${VIEW}" "${name}" (func $f${i} ${SIGNATURES[name]}))`);
  const calls = called.map((name, i) => {
    const values = SIGNATURES[name].match(/i32|i64/g) ?? [];
    return `${values.map((type) => `(${type}.const 8)`).join(" ")} (call $f${i})`;
  });
  return await component(
    `${WIT} world w { import api-process; export lobby; }`,
    `(module ${imports.join(" ")} ${ALLOCATOR}
      (func (export "chat:room/lobby#open") (result i32) ${calls.join(" ")} (i32.const 0)))`,
  );
}

let kernel: KernelModules;
let rooms: Uint8Array;
beforeAll(async () => {
  [kernel, rooms] = await Promise.all([builtKernel(), room()]);
});

type Wire = NonNullable<Guests[string]["imports"]>[string];

/** "store" is there; "room" is spawned. */
function linked(bytes: Uint8Array, wire: Wire, others: Guests = {}): LinkPlan {
  const guests = { store: { bytes: rooms }, room: { bytes: rooms }, ...others };
  const processes = { ...guests, lobby: { bytes, imports: { [VIEW]: wire } } };
  const supervisor = { children: [{ name: "rooms", strategy: "dynamic", child: "room" } as const] };
  return supervised(processes, { supervisor, kernel }).plan;
}

describe("a wire to a process that is there", () => {
  it.each<[string, Wire]>([
    ["its name", "store"],
    ["more than that", { process: "store", interface: "chat:room/api", cast: ["say"], deadline: 20 }],
  ])("gives handles of it, by %s", async (_, wire) => {
    const plan = linked(await lobby("[static]process.provider", "[method]process.say"), wire);
    const store = plan.root.processes.findIndex(({ name }) => name === "store");
    expect(plan.root.edges.find(({ provider }) => provider.kind === "spawner")?.provider).toEqual({
      kind: "spawner",
      by: "process",
      process: store,
      name: "chat:room/api",
    });
    expect(parsePlan(serialisePlan(plan))).toEqual(plan);
    expect(printDescription(describePlan(plan))).toContain(`${VIEW} → handles of store, guarded`);
  });

  it("has limits, of functions that nobody calls too", async () => {
    const functions = ["count"];
    const wire = { process: "store", limits: { functions, rate: 3, until: 20 } };
    const [edge] = linked(await lobby("[static]process.provider"), wire).root.edges;
    expect(edge?.limits).toEqual({ functions: [1], rate: 3, until: 20_000 });
  });

  it("puts that process before the one that has its handles", async () => {
    const { processes } = linked(await lobby("[static]process.provider"), "store").root;
    const names = processes.map(({ name }) => name);
    expect(names.indexOf("store")).toBeLessThan(names.indexOf("lobby"));
  });

  it("is of a process itself, also of one that is spawned", async () => {
    const self = await component(
      `${WIT} world w { import api-process; export api; }`,
      `(module (import "${VIEW}" "[method]process.say" (func $say (param i32 i32 i32))) ${ALLOCATOR}
        (func (export "chat:room/api#say") (param i32) (call $say (i32.const 1) (i32.const 2) (i32.const 8)))
        (func (export "chat:room/api#count") (result i32) (i32.const 7)))`,
    );
    const of = (name: string): Guests[string] => ({ bytes: self, imports: { [VIEW]: name } });
    const plan = linked(await lobby("[method]process.say"), "store", { store: of("store") });
    expect(parsePlan(serialisePlan(plan))).toEqual(plan);
    expect(refused(() => linked(rooms, "store", { store: of("room") }))).toContain(
      '"room" is not there at first',
    );
  });

  it("is an ordinary wire where that process implements the resource itself", async () => {
    const own = await component(
      `${WIT} world w { export api-process; }`,
      `(module ${ALLOCATOR} ${["[static]process.spawn", "[static]process.provider"]
        .map((name) => `(func (export "${VIEW}#${name}") (result i32) (i32.const 8))`)
        .join(" ")}
        (func (export "${VIEW}#[method]process.monitor") (param i32 i32) (result i32) (i32.const 8))
        (func (export "${VIEW}#[method]process.link") (param i32) (result i32) (i32.const 8))
        (func (export "${VIEW}#[method]process.narrow") (param i32 i32 i32 i32 i64) (result i32) (i32.const 8))
        (func (export "${VIEW}#[method]process.revoke") (param i32) (result i32) (i32.const 8))
        (func (export "${VIEW}#[method]process.say") (param i32 i32) (result i32) (i32.const 8))
        (func (export "${VIEW}#[method]process.count") (param i32) (result i32) (i32.const 8)))`,
    );
    const plan = linked(await lobby("[static]process.spawn"), "own", { own: { bytes: own } });
    expect(plan.root.edges.map(({ provider }) => provider.kind)).toContain("process");
    expect(plan.root.edges.map(({ provider }) => provider.kind)).not.toContain("spawner");
  });
});

describe("a wire of handles that others hand over", () => {
  it.each(["room", "store"])("is of processes made as %s, or of that one", async (name) => {
    const wire = { handles: name, cast: ["say"], deadline: 20 };
    const plan = linked(await lobby("[method]process.say", "[method]process.narrow"), wire);
    const [edge] = plan.root.edges;
    expect(edge?.provider).toMatchObject({ kind: "spawner", by: "handles" });
    const sent = edge?.functions.map((f) => [f.name, f.message?.kind]);
    expect(sent).toEqual([
      ["[method]process.narrow", undefined],
      ["[method]process.say", "cast"],
    ]);
    expect(parsePlan(serialisePlan(plan))).toEqual(plan);
    expect(printDescription(describePlan(plan))).toContain(
      `${VIEW} → handles that others hand over, of ${name}, guarded`,
    );
  });

  it.each([
    ["store", "spawn", "store is there at first"],
    ["room", "process", "room is not there at first"],
  ] as const)("of %s is in no plan one by %s", async (name, by, message) => {
    const plan = linked(await lobby("[method]process.narrow"), { handles: name });
    const edges = plan.root.edges.map((edge) =>
      edge.provider.kind === "spawner" ? { ...edge, provider: { ...edge.provider, by } } : edge,
    );
    const wrong = serialisePlan({ ...plan, root: { ...plan.root, edges } });
    expect(() => parsePlan(wrong)).toThrow(`expected another process: ${message}`);
  });
});

describe("mistakes", () => {
  it.each<[string, Called, Wire, string]>([
    [
      "spawn over a wire to a process",
      "[static]process.spawn",
      "store",
      'calls spawn, which is for the wire { spawn: "store" }, and this one is "store"',
    ],
    [
      "spawn of what others hand over",
      "[static]process.spawn",
      { handles: "room" },
      'calls spawn, which is for the wire { spawn: "room" }, and this one is { handles: "room" }',
    ],
    [
      "provider over a wire that spawns",
      "[static]process.provider",
      { spawn: "room" },
      'calls provider, which is for the wire "room", and this one is { spawn: "room" }',
    ],
    [
      "a field of ordinary wires",
      "[method]process.say",
      { process: "store", queue: true },
      "queue: this import is a process view, and its calls always wait while the other is busy",
    ],
    [
      "a field of ordinary wires",
      "[method]process.say",
      { process: "store", onFault: "err" },
      "onFault: this import is a process view, and each of its functions tells a fault",
    ],
    [
      "handles of nobody",
      "[method]process.say",
      { handles: "rom" },
      'imports "chat:room/api-process", handles: there is no process "rom". Did you mean "room"?',
    ],
    [
      "limits of what others hand over",
      "[method]process.say",
      { handles: "room", limits: { uses: 3 } },
      "no such field: limits; allowed: handles, interface, cast, deadline",
    ],
    [
      "one that is not there at first",
      "[method]process.say",
      "room",
      'wire it to { spawn: "room" }, or to { handles: "room" } where others hand over handles',
    ],
    [
      "a process that does not export the interface",
      "[method]process.say",
      { handles: "lobby" },
      'does not export interface "chat:room/api". It exports: chat:room/lobby.',
    ],
  ])("%s: %s", async (_, called, wire, message) => {
    const bytes = await lobby(called);
    expect(refused(() => linked(bytes, wire))).toContain(message);
  });

  it("handles by an import that is no process view", async () => {
    const bytes = await component(
      `${WIT} world w { import api; export lobby; }`,
      `(module (import "chat:room/api" "count" (func $count (result i32)))
        (func (export "chat:room/lobby#open") (result i32) (call $count)))`,
    );
    const imports = { "chat:room/api": { handles: "store" } };
    const processes = { store: { bytes: rooms }, lobby: { bytes, imports } };
    expect(refused(() => supervised(processes, { kernel }))).toContain(
      '{ handles: "store" } is for a process view of an interface, and this import is none',
    );
  });

  it("handles without a kernel", async () => {
    const components = new Map([
      ["./store.wasm", rooms],
      ["./lobby.wasm", await lobby("[static]process.provider")],
    ]);
    const config = (wire: Wire): SystemConfig => ({
      name: "test",
      processes: {
        store: { component: "./store.wasm" },
        lobby: { component: "./lobby.wasm", imports: { [VIEW]: wire } },
      },
    });
    expect(refused(() => link({ config: config("store"), components }))).toContain(
      "handles of processes are the kernel's, and a system has one when it is under supervision",
    );
    expect(refused(() => link({ config: config({ handles: "store" }), components }))).toContain(
      `imports "${VIEW}", handles: only a system under supervision has that`,
    );
  });

  it("handles of who hands on", async () => {
    const api = `(instance (export "say" (func (param "n" u32))) (export "count" (func (result u32))))`;
    const front = await text(
      `(component (import "chat:room/api" (instance $i ${api.slice(10, -1)})) (export "chat:room/api" (instance $i)))`,
    );
    const others = { front: { bytes: front, imports: { "chat:room/api": "store" } } };
    const bytes = await lobby("[static]process.provider");
    expect(refused(() => linked(bytes, "front", others))).toContain(
      'not-yet: process "lobby", imports "chat:room/api-process": process "front" hands on the function "say" of another process',
    );
  });
});
