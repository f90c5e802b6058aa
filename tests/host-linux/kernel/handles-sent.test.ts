/** Handles of processes in messages: calls, casts, answers, and what becomes of those that nobody reads. */
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Running } from "../../../host-linux/instantiate.ts";
import { builtKernel, type KernelModules } from "../../../kernel/built.ts";
import { supervised, type Guests } from "../../toolchain/link/guests.ts";
import { box, driver, room, trader } from "./handle-guests.ts";
import { start } from "./talkers.ts";
import { Traders } from "./traders.ts";

let kernel: KernelModules;
let bytes: Readonly<Record<"room" | "box" | "slow" | "trader" | "driver", Uint8Array>>;
beforeAll(async () => {
  const [modules, a, b, c, d, e] = await Promise.all([
    builtKernel(),
    room(),
    box(),
    box(50_000),
    trader(),
    driver(),
  ]);
  kernel = modules;
  bytes = { room: a, box: b, slow: c, trader: d, driver: e };
});

let running: Running | undefined;
afterEach(() => running?.kernel?.close());

const VIEW = { "t:h/room-process": { spawn: "room" } };
type Wire = NonNullable<Guests[string]["imports"]>[string];

interface Options {
  /** Of both wires between the traders. */
  readonly wire?: Partial<Exclude<Wire, string>>;
  readonly ann?: Partial<Guests[string]>;
  readonly ben?: Partial<Guests[string]>;
  readonly most?: number;
}

function told(who: string): Wire {
  return { process: who, interface: "t:h/orders", cast: ["go"] };
}

/** Ann and Ben in a circle, and who tells them what to do. */
function system({ wire, ann, ben, most = 20 }: Options = {}): Traders {
  const to = (process: string): Wire => ({ process, queue: true, ...wire });
  const imports = (partner: string): NonNullable<Guests[string]["imports"]> => ({
    ...VIEW,
    "t:h/trade-guarded": to(partner),
  });
  const guests: Guests = {
    room: { bytes: bytes.room, restart: "temporary" },
    ann: { bytes: bytes.trader, imports: imports("ben"), ...ann },
    ben: { bytes: bytes.trader, imports: imports("ann"), ...ben },
    driver: { bytes: bytes.driver, imports: { "t:h/ann": told("ann"), "t:h/ben": told("ben") } },
  };
  const rooms = { name: "rooms", strategy: "dynamic", child: "room", most } as const;
  running = start(supervised(guests, { supervisor: { intensity: 16, children: [rooms] }, kernel }).plan);
  void running.kernel?.run();
  return new Traders(running);
}

describe("a handle in a message", () => {
  it("goes to the receiver, and comes back in an answer", async () => {
    const traders = system();
    await traders.does("ann", "spawn");
    const before = traders.inKernel("ann");
    await traders.does("ann", "give");
    expect(traders.said("ann")).toBe("ok");
    expect([traders.held("ann"), traders.held("ben")]).toEqual([0, 1]);
    expect([traders.inKernel("ann"), traders.inKernel("ben")]).toEqual([[], before]);
    await traders.does("ben", "put", 0, 42);
    await traders.does("ann", "fetch");
    expect([traders.inKernel("ann"), traders.inKernel("ben")]).toEqual([before, []]);
    await traders.does("ann", "sum");
    expect([traders.said("ann"), traders.value("ann")]).toEqual(["ok", 42]);
    await traders.does("ann", "drop");
    expect(traders.rooms()).toBe(0);
  });

  it("goes in a cast", async () => {
    const traders = system({ wire: { cast: ["leave"] } });
    for (let i = 0; i < 3; i++) await traders.does("ann", "spawn");
    for (let i = 0; i < 3; i++) await traders.does("ann", "leave");
    expect([traders.held("ann"), traders.held("ben"), traders.rooms()]).toEqual([0, 3, 3]);
  });

  it("goes to one without a stack of its own, and comes back", async () => {
    const imports = { "t:h/room-process": { handles: "room" } };
    const traders = system({ ben: { bytes: bytes.box, imports } });
    await traders.does("ann", "spawn");
    await traders.does("ann", "give");
    expect([traders.said("ann"), traders.held("ann"), traders.held("ben")]).toEqual(["ok", 0, 1]);
    await traders.does("ann", "fetch");
    expect([traders.said("ann"), traders.held("ann"), traders.held("ben")]).toEqual(["ok", 1, 0]);
    expect([traders.inKernel("ann").length, traders.rooms()]).toEqual([1, 1]);
  });

  it("goes inside lists, with texts, and comes back so", async () => {
    const traders = system();
    for (let i = 0; i < 4; i++) await traders.does("ann", "spawn");
    for (let i = 0; i < 4; i++) await traders.does("ann", "put", i, 10 ** i);
    await traders.does("ann", "turn", 1, 31);
    expect([traders.said("ann"), traders.held("ann"), traders.rooms()]).toEqual(["ok", 4, 4]);
    await traders.does("ann", "sum", 0);
    expect(traders.value("ann")).toBe(1000);
  });
});

/** A trader that does nothing of its own but keep and hand back, after a while. */
const SLOW: Options = { wire: { deadline: 5 } };

describe("a handle that nobody reads is dropped", () => {
  const cast = { cast: ["leave"] };

  it("when its receiver ends before", async () => {
    const traders = system({ wire: cast });
    for (let i = 0; i < 3; i++) await traders.does("ann", "spawn");
    // From nobody's turn: it is not delivered yet.
    traders.tell("ann", "leave");
    traders.tell("ann", "leave");
    expect([traders.held("ann"), traders.inKernel("ben").length, traders.rooms()]).toEqual([1, 2, 3]);
    running?.kernel?.kill("ben");
    await traders.settled();
    expect([traders.inKernel("ben").length, traders.rooms()]).toEqual([0, 1]);
  });

  it("when its receiver does not run", async () => {
    const traders = system({ ben: { restart: "temporary" } });
    await traders.does("ann", "spawn");
    await traders.does("ann", "spawn");
    running?.kernel?.kill("ben");
    await traders.does("ann", "give");
    expect([traders.said("ann"), traders.held("ann"), traders.rooms()]).toEqual(["unavailable", 1, 1]);
  });

  it("when the receiver's mailbox is full", async () => {
    const traders = system({ wire: cast, ben: { mailbox: { messages: 2 } } });
    for (let i = 0; i < 4; i++) await traders.does("ann", "spawn");
    for (let i = 0; i < 3; i++) traders.tell("ann", "leave");
    expect([traders.said("ann", 0), traders.rooms()]).toEqual(["overloaded", 3]);
    await traders.settled();
    expect([traders.held("ann"), traders.held("ben"), traders.rooms()]).toEqual([1, 2, 3]);
  });

  it("when the sender traps in the middle", async () => {
    const traders = system();
    await traders.does("ann", "spawn");
    traders.forge("ann", 99);
    await traders.does("ann", "turn", 1, 31);
    expect(running?.deaths.map(({ process }) => process)).toEqual(["ann"]);
    expect([traders.inKernel("ann"), traders.inKernel("ben"), traders.rooms()]).toEqual([[], [], 0]);
  });

  it("when the same one is given twice: the sender traps", async () => {
    const traders = system();
    await traders.does("ann", "spawn");
    traders.forge("ann", traders.indices("ann")[0] ?? 0);
    await traders.does("ann", "turn", 1, 31);
    expect(running?.deaths.map(({ process }) => process)).toEqual(["ann"]);
    expect([traders.inKernel("ben"), traders.rooms()]).toEqual([[], 0]);
  });

  it("when the text after it is not valid: the sender traps", async () => {
    const traders = system();
    await traders.does("ann", "spawn");
    await traders.does("ann", "turn", 1, 0x7fff_ffff);
    expect(running?.deaths.map(({ process }) => process)).toEqual(["ann"]);
    expect([traders.inKernel("ben"), traders.rooms()]).toEqual([[], 0]);
  });

  it("when the receiver crashes of the call", async () => {
    const traders = system();
    for (let i = 0; i < 3; i++) await traders.does("ann", "spawn");
    await traders.does("ann", "turn", 13, 31);
    expect([traders.said("ann"), traders.held("ann"), traders.rooms()]).toEqual(["crashed", 0, 0]);
  });

  it("when the receiver's table is full, which it dies of", async () => {
    const traders = system({ ben: { quotas: { handles: 2 } } });
    for (let i = 0; i < 3; i++) await traders.does("ann", "spawn");
    await traders.does("ann", "turn", 1, 31);
    expect([traders.said("ann"), traders.held("ben"), traders.rooms()]).toEqual(["crashed", 0, 0]);
    expect(running?.deaths.map(({ process, reason }) => [process, reason])).toEqual([["ben", "exhausted"]]);
  });

  it("when the kernel has no room for it: the sender is told, and the receiver not", async () => {
    const given = { "t:h/room-process": { handles: "room" } };
    const traders = system({ ben: { bytes: bytes.slow, imports: given }, most: 260 });
    for (let i = 0; i < 260; i++) traders.tell("ann", "spawn");
    await traders.does("ann", "turn", 1, 31);
    expect([traders.said("ann"), traders.inKernel("ben"), traders.rooms()]).toEqual(["exhausted", [], 0]);
    expect(running?.deaths).toEqual([]);
  });

  it("when it comes in an answer, and the caller's table is full", async () => {
    const traders = system({ ann: { quotas: { handles: 1 } } });
    await traders.does("ann", "spawn");
    await traders.does("ben", "spawn");
    await traders.does("ann", "fetch");
    expect(running?.deaths.map(({ process, reason }) => [process, reason])).toEqual([["ann", "exhausted"]]);
    expect([traders.held("ann"), traders.held("ben"), traders.rooms()]).toEqual([0, 0, 0]);
  });

  it("when it comes in an answer that is too late", async () => {
    const imports = VIEW;
    const traders = system({ ...SLOW, ben: { bytes: bytes.slow, imports } });
    await traders.does("ann", "spawn");
    await traders.does("ann", "leave");
    await traders.does("ann", "fetch");
    expect([traders.said("ann"), traders.inKernel("ann"), traders.rooms()]).toEqual(["timeout", [], 0]);
  });

  it("but not when the call was late that it went in: the receiver has it", async () => {
    const imports = VIEW;
    const traders = system({ ...SLOW, ben: { bytes: bytes.slow, imports } });
    await traders.does("ann", "spawn");
    await traders.does("ann", "give");
    expect([traders.said("ann"), traders.held("ben"), traders.rooms()]).toEqual(["timeout", 1, 1]);
  });
});
