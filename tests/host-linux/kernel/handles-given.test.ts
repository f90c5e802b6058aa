/** Handles of processes that are given to others in calls on the caller's stack. */
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Running } from "../../../host-linux/instantiate.ts";
import { builtKernel, type KernelModules } from "../../../kernel/built.ts";
import { supervised, type Guests } from "../../toolchain/link/guests.ts";
import { Traders } from "./traders.ts";
import { box, room, trader } from "./handle-guests.ts";
import { start } from "./talkers.ts";
import { call } from "../../toolchain/link/bring-up.ts";

let kernel: KernelModules;
let bytes: Readonly<Record<"room" | "box" | "mute" | "plain", Uint8Array>>;
beforeAll(async () => {
  const [modules, a, b, c, d] = await Promise.all([
    builtKernel(),
    room(),
    box(),
    trader({ mute: true }),
    trader({ mute: true, plain: true }),
  ]);
  kernel = modules;
  bytes = { room: a, box: b, mute: c, plain: d };
});

let running: Running | undefined;
afterEach(() => running?.kernel?.close());

const VIEW = { "t:h/room-process": { spawn: "room" } };

interface Options {
  readonly plain?: boolean;
  readonly most?: number;
  readonly box?: Partial<Guests[string]>;
}

/** Two who make rooms, and a box that both can call. */
function system(options: Options = {}): Traders {
  const wire = options.plain ? "t:h/trade" : "t:h/trade-guarded";
  const maker = { bytes: options.plain ? bytes.plain : bytes.mute, imports: { ...VIEW, [wire]: "box" } };
  const guests: Guests = {
    room: { bytes: bytes.room, restart: "temporary" },
    box: { bytes: bytes.box, imports: { "t:h/room-process": { handles: "room" } }, ...options.box },
    ann: maker,
    ben: maker,
  };
  const rooms = { name: "rooms", strategy: "dynamic", child: "room", most: options.most ?? 20 } as const;
  running = start(supervised(guests, { supervisor: { intensity: 16, children: [rooms] }, kernel }).plan);
  return new Traders(running);
}

describe.each([
  ["guarded", false],
  ["plain", true],
])("in a %s call", (_, plain) => {
  it("the kernel's handle has another holder, and is the same", () => {
    const traders = system({ plain });
    traders.tell("ann", "spawn");
    const [before] = traders.inKernel("ann");
    traders.tell("ann", "give", 0);
    expect([traders.held("ann"), traders.held("box")]).toEqual([0, 1]);
    expect(traders.inKernel("ann")).toEqual([]);
    expect(traders.inKernel("box")).toEqual([before]);
    traders.tell("ben", "fetch");
    expect(traders.inKernel("ben")).toEqual([before]);
    traders.tell("ben", "drop", 0);
    expect(traders.rooms()).toBe(0);
  });

  it("inside other values, there and back", () => {
    const traders = system({ plain });
    for (let i = 0; i < 3; i++) traders.tell("ann", "spawn");
    const before = traders.inKernel("ann");
    traders.tell("ann", "turn", 1, 31);
    expect(traders.held("ann")).toBe(3);
    expect(new Set(traders.inKernel("ann"))).toEqual(new Set(before));
  });

  it("to one that ends: what it was given ends with it", () => {
    const traders = system({ plain });
    traders.tell("ann", "spawn");
    traders.tell("ben", "spawn");
    traders.tell("ann", "give", 0);
    expect(running?.kernel?.kill("box")).toBe(true);
    expect([traders.held("box"), traders.held("ben"), traders.rooms()]).toEqual([0, 1, 1]);
  });

  it("by one that ends then: what it gave away lives on", () => {
    const traders = system({ plain });
    traders.tell("ann", "spawn");
    traders.tell("ann", "give", 0);
    expect(running?.kernel?.kill("ann")).toBe(true);
    traders.tell("ben", "fetch");
    expect([traders.held("ben"), traders.rooms()]).toEqual([1, 1]);
  });
});

describe("what is given and cannot be had", () => {
  it("stays with the giver when the receiver's table is full, which the receiver dies of", () => {
    const traders = system({ box: { quotas: { handles: 1 } } });
    for (const order of ["spawn", "spawn", "give", "give"] as const) traders.tell("ann", order);
    expect(traders.said("ann")).toBe("exhausted");
    expect([traders.held("ann"), traders.inKernel("ann").length]).toEqual([1, 1]);
    // What the box had went with it.
    expect([traders.held("box"), traders.rooms()]).toEqual([0, 1]);
  });

  it("stays with the giver when the kernel has no room for it", () => {
    // What one may hold unless it says otherwise, and 2 for the wire.
    const room = 256 + 2;
    const traders = system({ most: room + 2 });
    for (let i = 0; i < room + 2; i++) traders.tell("ann", "spawn");
    for (let i = 0; i < room; i++) traders.tell("ann", "give");
    expect([traders.said("ann"), traders.inKernel("box").length]).toEqual(["ok", room]);
    traders.tell("ann", "give");
    const left = [traders.held("ann"), traders.inKernel("ann").length];
    expect([traders.said("ann"), ...left]).toEqual(["exhausted", 2, 2]);
    expect([traders.held("box"), traders.rooms()]).toEqual([0, 2]);
  });

  it("is taken from the receiver when the giver's call is not valid after all, and ends", () => {
    const traders = system();
    for (let i = 0; i < 3; i++) traders.tell("ann", "spawn");
    expect(() => traders.tell("ann", "turn", 1, 0x7fff_ffff)).toThrow(WebAssembly.RuntimeError);
    expect([traders.held("ann"), traders.held("box"), traders.rooms()]).toEqual([0, 0, 0]);
  });

  it("ends with the receiver that crashes in the call", () => {
    const traders = system();
    for (let i = 0; i < 3; i++) traders.tell("ann", "spawn");
    traders.tell("ann", "turn", 13, 31);
    expect(traders.said("ann")).toBe("crashed");
    expect([traders.held("ann"), traders.held("box"), traders.rooms()]).toEqual([0, 0, 0]);
  });

  it("is a forged or used handle: the giver traps", () => {
    const traders = system();
    traders.tell("ann", "spawn");
    const forge = (handle: number): void => void call(traders.running, "ann", "forge", handle, 1);
    const [held] = traders.indices("ann");
    forge(held ?? 0);
    forge(99);
    expect(() => traders.tell("ann", "give", 2)).toThrow(WebAssembly.RuntimeError);
    // Twice in one call: the first is undone.
    expect(() => traders.tell("ann", "turn", 1, 31)).toThrow(WebAssembly.RuntimeError);
    expect([traders.held("box"), traders.rooms()]).toEqual([0, 0]);
  });
});
