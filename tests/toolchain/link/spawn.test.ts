/**
 * Processes that are made at run time: what a plan says of them, and what cannot be wired.
 */
import { beforeAll, describe, expect, it } from "vitest";
import { builtKernel, type KernelModules } from "../../../kernel/built.ts";
import { describePlan, printDescription } from "../../../toolchain/link/index.ts";
import type { Edge, LinkPlan } from "../../../toolchain/link/plan.ts";
import { parsePlan, serialisePlan } from "../../../toolchain/link/plan-file.ts";
import { chatGuests, type ChatGuests } from "./chat-guests.ts";
import { ALLOCATOR, CLOCK, component, CONSOLE, refused, supervised, type Guests } from "./guests.ts";

let kernel: KernelModules;
let guests: ChatGuests;

beforeAll(async () => {
  [kernel, guests] = await Promise.all([builtKernel(), chatGuests()]);
});

type Wire = NonNullable<Guests[string]["imports"]>[string];

function quotasOfRoom({ root, templates }: LinkPlan): unknown {
  const room = root.processes.find(({ name }) => name === "room");
  return templates[room?.template ?? -1]?.quotas;
}

function withProcess(root: LinkPlan["root"], position: number, change: object): LinkPlan["root"] {
  const processes = root.processes.map((process, i) =>
    i === position ? { ...process, ...change } : process,
  );
  return { ...root, processes };
}

const LOG_WIT = `package t:log; interface api { add: func(n: u32) -> u32; } world w { export api; }`;
const ROOM_WIT = `package chat:room;
  interface api { say: func(text: string); count: func() -> s32; last: func() -> string; crash: func(); }
  world w {
    import t:log/api; import atoll:device/console@0.1.0; import atoll:device/clock@0.1.0; export api;
  }
  package t:log { interface api { add: func(n: u32) -> u32; } }`;
const ROOM_WAT = `(module
  (import "t:log/api" "add" (func $add (param i32) (result i32)))
  (import "atoll:device/console@0.1.0" "write-line" (func $write (param i32 i32)))
  (import "atoll:device/clock@0.1.0" "now" (func $now (result i64)))
  ${ALLOCATOR}
  (func (export "chat:room/api#say") (param i32 i32) (call $write (local.get 0) (local.get 1)))
  (func (export "chat:room/api#count") (result i32) (call $add (i32.wrap_i64 (call $now))))
  (func (export "chat:room/api#last") (result i32) i32.const 8)
  (func (export "chat:room/api#crash") unreachable))`;

const ROOMS = { children: [{ name: "rooms", strategy: "dynamic", child: "room", most: 10 }] } as const;

function chat(wire: Wire | undefined, room: Partial<Guests[string]> = {}, others: Guests = {}): LinkPlan {
  const imports = wire === undefined ? {} : { "chat:room/api-process": wire };
  const processes = {
    room: { bytes: guests.room, ...room },
    lobby: { bytes: guests.lobby, imports },
    ...others,
  };
  return supervised(processes, { supervisor: ROOMS, kernel }).plan;
}

describe("a wire that spawns", () => {
  it("leads to a process that is not there at first", () => {
    const plan = chat({ spawn: "room", cast: ["say"] });
    const { processes, edges, handles } = plan.root;
    const [room, lobby] = ["room", "lobby"].map((name) => processes.findIndex((p) => p.name === name));
    expect(processes[room ?? -1]).toMatchObject({ spawned: true });
    expect(processes[lobby ?? -1]?.ownStack).toBe('it waits for what process "room" answers');
    const edge = edges.find(({ provider }) => provider.kind === "spawner");
    expect(edge).toMatchObject({ consumer: lobby, provider: { process: room, name: "chat:room/api" } });
    expect(edge?.functions.map(({ name, message }) => [name, message?.kind])).toEqual([
      ["[static]process.spawn", undefined],
      ["[method]process.monitor", undefined],
      ["[method]process.link", undefined],
      ["[method]process.say", "cast"],
      ["[method]process.count", "call"],
      ["[method]process.crash", "call"],
      ["[method]process.last", "call"],
    ]);
    expect(handles?.types).toEqual([{ spawner: { process: room, name: "chat:room/api" }, name: "process" }]);
  });

  it("has limits, by the numbers of functions that are called or not", () => {
    const limits = { functions: ["crash", "count"], uses: 3, rate: 2, until: 5 };
    const plan = chat({ spawn: "room", limits });
    const edge = plan.root.edges.find(({ provider }) => provider.kind === "spawner");
    expect(edge?.limits).toEqual({ functions: [1, 3], uses: 3, rate: 2, until: 5000 });
    expect(parsePlan(serialisePlan(plan))).toEqual(plan);
    expect(refused(() => chat({ spawn: "room", limits: { functions: ["spawn"] } }))).toContain(
      'limits.functions: the interface has no function "spawn". It has: say, count, last, crash.',
    );
  });

  it("has the same handles as others that lead to the same process", () => {
    const imports = { "chat:room/api-process": { spawn: "room" } };
    const { handles, processes } = chat(
      { spawn: "room" },
      {},
      { hall: { bytes: guests.lobby, imports } },
    ).root;
    const room = processes.findIndex(({ name }) => name === "room");
    expect(handles?.types).toEqual([{ spawner: { process: room, name: "chat:room/api" }, name: "process" }]);
    expect(handles?.tables).toHaveLength(2);
  });

  it("takes one adapter to receive by, whatever options the functions have", () => {
    const { mailbox } = chat({ spawn: "room" }).root.processes.find(({ name }) => name === "room") ?? {};
    expect(mailbox?.adapters).toHaveLength(1);
    expect(mailbox?.deliveries.map((d) => [d.function, d.number])).toEqual([
      ["chat:room/api#say", 0],
      ["chat:room/api#count", 1],
      ["chat:room/api#last", 2],
      ["chat:room/api#crash", 3],
    ]);
  });

  it("gives what is made a bound for its memory", () => {
    expect(quotasOfRoom(chat({ spawn: "room" }))).toEqual({ memory: 16 * 2 ** 20 });
    expect(quotasOfRoom(chat({ spawn: "room" }, { quotas: { memory: 2 ** 20 } }))).toEqual({
      memory: 2 ** 20,
    });
  });

  it("gives what starts with a large memory room to grow", async () => {
    const wat = `(module (memory (export "memory") 48) (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) unreachable)
      (func (export "chat:room/api#say") (param i32 i32)) (func (export "chat:room/api#count") (result i32) i32.const 0)
      (func (export "chat:room/api#last") (result i32) i32.const 8) (func (export "chat:room/api#crash")))`;
    const bytes = await component(ROOM_WIT.replace(/import t:log[^;]*;/, ""), wat);
    expect(quotasOfRoom(chat({ spawn: "room" }, { bytes }))).toEqual({ memory: 8 * 48 * 65536 });
  });

  it("survives a plan file, and is printed", () => {
    const plan = chat({ spawn: "room" });
    expect(parsePlan(serialisePlan(plan))).toEqual(plan);
    expect(printDescription(describePlan(plan))).toContain(
      "chat:room/api-process → processes made as room, guarded",
    );
  });

  it("is refused by a plan that has the process from the start", () => {
    const plan = chat({ spawn: "room" });
    const processes = plan.root.processes.map((process) => {
      const { spawned: _, ...rest } = process;
      return rest;
    });
    const wrong = serialisePlan({ ...plan, root: { ...plan.root, processes } });
    expect(() => parsePlan(wrong)).toThrow("expected another process: room is there at first");
  });
});

describe("what a process is spawned as", () => {
  it("is one module, with its adapters in it", () => {
    const { modules, root, templates } = chat({ spawn: "room", cast: ["say"] });
    const room = root.processes.find(({ name }) => name === "room");
    const module = room?.merged?.module ?? -1;
    const compiled = new WebAssembly.Module(modules[module]?.bytes as Uint8Array<ArrayBuffer>);
    const exported = WebAssembly.Module.exports(compiled).map(({ name }) => name);
    expect(exported).toEqual(
      expect.arrayContaining(["atoll:pid", "atoll:inside", "atoll:deliver", "0 memory", "0 atoll:reset"]),
    );
    // What only its own adapters and slots need.
    expect(exported.join()).not.toMatch(/slots|cabi_realloc|chat:room/);
    const kinds = new Set(room?.merged?.imports.map(({ from }) => from.kind));
    expect([...kinds].sort()).toEqual(["mail"]);
    expect(room?.mailbox?.adapters).toMatchObject([{ module, merged: expect.any(Number) }]);
    expect(templates[room?.template ?? -1]?.instances).toEqual([{ module, imports: [], fused: "0 " }]);
  });

  it("counts for its component", () => {
    const plan = chat({ spawn: "room" });
    const { components } = describePlan(plan).sizes;
    const room = components.find(({ component }) => component === "room");
    expect(room).toMatchObject({ processes: ["room"], adapters: 0 });
    const { merged, mailbox } = plan.root.processes.find(({ name }) => name === "room") ?? {};
    const before = (merged?.bytes ?? 0) + (mailbox?.adapters[0]?.merged ?? 0);
    const now = plan.modules[merged?.module ?? -1]?.bytes.length ?? 0;
    expect(now).toBeLessThan(before * 1.2);
    expect((room?.code ?? 0) + (room?.data ?? 0)).toBeLessThan(now);
  });

  it("leaves calls into other processes out, whose slots are repointed", async () => {
    const [log, room] = await Promise.all([
      component(LOG_WIT, `(module (func (export "t:log/api#add") (param i32) (result i32) local.get 0))`),
      component(ROOM_WIT, ROOM_WAT),
    ]);
    const imports = { "t:log/api": "log" };
    const template = { bytes: room, imports, grants: [CONSOLE, CLOCK] };
    const { root, modules, templates } = chat({ spawn: "room" }, template, { log: { bytes: log } });
    const position = root.processes.findIndex(({ name }) => name === "room");
    const { merged, template: number = -1 } = root.processes[position] ?? {};
    const edges = root.edges.filter(({ consumer }) => consumer === position);
    expect(edges.map((edge) => [templates[number]?.holes[edge.hole]?.name, edge.merged])).toEqual([
      ["t:log/api", undefined],
      ["atoll:device/console@0.1.0", true],
      ["atoll:device/clock@0.1.0", true],
    ]);
    const bytes = modules[merged?.module ?? -1]?.bytes as Uint8Array<ArrayBuffer>;
    const exported = WebAssembly.Module.exports(new WebAssembly.Module(bytes)).map(({ name }) => name);
    expect(exported).toContain("0 atoll:slots");
  });

  it.each<[string, (plan: LinkPlan, room: number) => LinkPlan["root"], string]>([
    [
      "that is not there",
      ({ root }, room) => withProcess(root, room, { merged: undefined }),
      ".merged: the template is of a fused process",
    ],
    [
      "of another process",
      ({ root, modules }, room) => {
        const module = modules.findIndex(({ name }) => name === "lobby");
        return withProcess(root, room, { merged: { module, imports: [], bytes: 0 } });
      },
      ".merged: the template is of another module",
    ],
    [
      "for a process that is there at first",
      ({ root }, room) => {
        const { merged } = root.processes[room] ?? {};
        return withProcess(
          root,
          root.processes.findIndex((_, i) => i !== room),
          { merged },
        );
      },
      ".merged: what is spawned has it, and no other process",
    ],
    [
      "that imports what is not there",
      ({ root }, room) => {
        const { module = 0 } = root.processes[room]?.merged ?? {};
        const imports = [
          { module: "a", name: "b", from: { kind: "adapter", adapter: 0, export: "" } as const },
        ];
        return withProcess(root, room, { merged: { module, imports, bytes: 0 } });
      },
      "imports.0.from.adapter: expected an earlier adapter of which there are none, found 0",
    ],
    [
      "that is given what no edge shows",
      ({ root }, room) => {
        const { merged } = root.processes[room] ?? {};
        const imports = [{ module: "a", name: "b", from: { kind: "kernel-event" } as const }];
        return withProcess(root, room, { merged: { ...merged, imports } });
      },
      "imports.0.from: expected what an adapter or a slot of the process is bound to",
    ],
    [
      "whose mailbox lies beside it",
      ({ root, modules }, room) => {
        const module = modules.findIndex(({ role }) => role === "adapter");
        const { deliveries = [] } = root.processes[room]?.mailbox ?? {};
        return withProcess(root, room, { mailbox: { adapters: [{ module, imports: [] }], deliveries } });
      },
      ".mailbox.adapters.0.merged: those of what is spawned have it",
    ],
    [
      "with adapters of another process",
      ({ root }) => {
        const edges = root.edges.map((edge) => ({ ...edge, merged: true as const }));
        return { ...root, edges };
      },
      ".merged: the consumer is not spawned",
    ],
    [
      "beside calls of a device that nobody knows whose they are",
      ({ root }) => {
        const [edge] = root.edges;
        const provider = { kind: "device", grant: 0 } as const;
        const device = { ...edge, provider, adapters: [], functions: [] } as unknown as Edge;
        const change = { grants: [CLOCK], spawned: true };
        return { ...withProcess(root, device.consumer, change), edges: [device] };
      },
      ".merged: expected calls of a device to be merged: the consumer is spawned",
    ],
  ])("is refused by a plan: one %s", (_, change, message) => {
    const plan = chat({ spawn: "room" });
    const room = plan.root.processes.findIndex(({ name }) => name === "room");
    const wrong = serialisePlan({ ...plan, root: change(plan, room) });
    expect(() => parsePlan(wrong)).toThrow(message);
  });
});

describe("mistakes", () => {
  it.each<[string, () => LinkPlan, string]>([
    [
      "no wire",
      () => chat(undefined),
      'wiring: process "lobby" (./lobby.wasm) imports "chat:room/api-process", and nothing is wired to it.',
    ],
    [
      "a wire to the process itself",
      () => chat("room"),
      'Import the interface\'s -process view, and wire it to { spawn: "room" }',
    ],
    [
      "a cast that nobody has",
      () => chat({ spawn: "room", cast: ["sya"] }),
      'imports "chat:room/api-process", cast: the interface has no function "sya".',
    ],
    [
      "a cast with a result",
      () => chat({ spawn: "room", cast: ["count"] }),
      'the function "count" returns something, and a cast goes on before there is a result',
    ],
  ])("%s", (_, run, message) => {
    expect(refused(run)).toContain(message);
  });

  it("an import that is no process view", async () => {
    const lobby = await chatGuests({
      lobby: `import { count } from "chat:room/api"; export function open(): i32 { return count(); }`,
    });
    const imports = { "chat:room/api-guarded": { spawn: "room" } };
    const processes = { room: { bytes: guests.room }, lobby: { bytes: lobby.lobby, imports } };
    expect(refused(() => supervised(processes, { supervisor: ROOMS, kernel }))).toContain(
      '{ spawn: "room" } is for a process view of an interface, and this import is none',
    );
  });

  it("a process that does not export the interface, or has another type", async () => {
    const silent = await component(
      `package a:b; interface api { f: func(); } world w { export api; }`,
      `(module (func (export "a:b/api#f")))`,
    );
    expect(refused(() => chat({ spawn: "room" }, { bytes: silent }))).toContain(
      'process "lobby" imports "chat:room/api-process" from process "room"',
    );
    const other = await component(
      `package chat:room; interface api { crash: func(); } world w { export api; }`,
      `(module (func (export "chat:room/api#crash")))`,
    );
    expect(refused(() => chat({ spawn: "room" }, { bytes: other }))).toContain(
      'imports the function "[method]process.say"',
    );
  });

  it("resources of other processes", async () => {
    const blobs = "interface api { resource blob { read: func() -> u32; } }";
    const reading = await component(
      `package chat:room; interface api { say: func(text: string); count: func() -> s32; last: func() -> string; crash: func(); }
       world w { import t:blobs/api; export api; } package t:blobs { ${blobs} }`,
      `(module (import "t:blobs/api" "[method]blob.read" (func (param i32) (result i32))) ${ALLOCATOR}
        (func (export "chat:room/api#say") (param i32 i32)) (func (export "chat:room/api#crash"))
        (func (export "chat:room/api#last") (result i32) i32.const 8)
        (func (export "chat:room/api#count") (result i32) (i32.const 1)))`,
    );
    const store = await component(
      `package t:blobs; ${blobs} world w { export api; }`,
      `(module (func (export "t:blobs/api#[method]blob.read") (param i32) (result i32) (i32.const 1)))`,
    );
    const room = { bytes: reading, imports: { "t:blobs/api": "store" } };
    expect(refused(() => chat({ spawn: "room" }, room, { store: { bytes: store } }))).toContain(
      'not-yet: process "room" is made at run time, and ./room.wasm has the resource "blob" of another process',
    );
  });
});

/** A desk that is given, or lent, a room. */
const deskWit = (param: string): string => `package chat:room;
    interface api { count: func() -> s32; }
    interface api-process { use atoll:fault/types@0.1.0.{fault}; resource process { count: func() -> result<s32, fault>; } }
    interface desk { use api-process.{process}; look: func(p: ${param}); }`;

function desk(param: string): Promise<Uint8Array> {
  return component(
    `${deskWit(param)} world w { import api-process; export desk; }`,
    `(module (func (export "chat:room/desk#look") (param i32)))`,
  );
}

function client(param: string): Promise<Uint8Array> {
  return component(
    `${deskWit(param)} world w { import api-process; import desk; export run: func(); }`,
    `(module (import "chat:room/desk" "look" (func $look (param i32))) (func (export "run") (call $look (i32.const 1))))`,
  );
}

async function systemOf(param: string, room = "room"): Promise<Guests> {
  return {
    desk: { bytes: await desk(param), imports: { "chat:room/api-process": { handles: "room" } } },
    client: {
      bytes: await client(param),
      imports: { "chat:room/api-process": { handles: room }, "chat:room/desk": "desk" },
    },
    other: { bytes: guests.room },
  };
}

describe("a function that has handles of processes", () => {
  it("takes them from whoever has handles of the same process", async () => {
    const { root } = chat({ spawn: "room" }, {}, await systemOf("process"));
    expect(root.handles?.types).toHaveLength(1);
  });

  it("does not take those of another process", async () => {
    const others = await systemOf("process", "other");
    expect(refused(() => chat({ spawn: "room" }, {}, others))).toContain("type: ");
  });

  it("may not borrow them", async () => {
    const others = await systemOf("borrow<process>");
    expect(refused(() => chat({ spawn: "room" }, {}, others))).toContain(
      'its function "look" of "chat:room/desk" borrows a handle of a process, and Atoll cannot lend such a handle to another process yet',
    );
  });
});
