/** Processes that are given handles of their own kind: of themselves, and of each other in a circle. */
import { afterEach, beforeAll, expect, it } from "vitest";
import type { Running } from "../../../host-linux/instantiate.ts";
import { builtKernel, type KernelModules } from "../../../kernel/built.ts";
import { component, supervised } from "../../toolchain/link/guests.ts";
import { driver, gardener, SELF_WIT } from "./handle-guests.ts";
import { start } from "./talkers.ts";
import { Traders } from "./traders.ts";

/** Keeps what it is given, and has never heard of it again. */
const ROOM = `(module (global $n (mut i32) (i32.const 0))
  (func (export "t:h/room#keep") (param i32) (result i32)
    (global.set $n (i32.add (global.get $n) (i32.const 1))) (global.get $n)))`;

let kernel: KernelModules;
let bytes: Readonly<Record<"room" | "gardener" | "driver", Uint8Array>>;
beforeAll(async () => {
  const [modules, a, b, c] = await Promise.all([
    builtKernel(),
    component(`${SELF_WIT} world w { import room-process; export room; }`, ROOM),
    gardener(),
    driver(),
  ]);
  kernel = modules;
  bytes = { room: a, gardener: b, driver: c };
});

let running: Running | undefined;
afterEach(() => running?.kernel?.close());

function system(): Traders {
  const told = { process: "ann", interface: "t:h/orders", cast: ["go"] };
  const guests = {
    room: { bytes: bytes.room, restart: "permanent", imports: { "t:h/room-process": { handles: "room" } } },
    ann: { bytes: bytes.gardener, imports: { "t:h/room-process": { spawn: "room" } } },
    driver: { bytes: bytes.driver, imports: { "t:h/ann": told, "t:h/ben": told } },
  } as const;
  const rooms = { name: "rooms", strategy: "dynamic", child: "room", most: 9 } as const;
  running = start(supervised(guests, { supervisor: { children: [rooms] }, kernel }).plan);
  void running.kernel?.run();
  return new Traders(running);
}

function killRoom(): void {
  const room = running?.kernel?.workers().find(({ pid }) => running?.kernel?.nameOf(pid).startsWith("room#"));
  running?.kernel?.kill(running.kernel.nameOf(room?.pid ?? 0));
}

it("one that is given by a call of itself is lent to that call: the giver traps", async () => {
  const traders = system();
  await traders.does("ann", "spawn");
  await traders.does("ann", "give", 0, 0);
  expect(running?.deaths.map(({ process }) => process)).toEqual(["ann"]);
  expect(traders.rooms()).toBe(0);
});

it("one that holds itself lives until it ends, and is not started again", async () => {
  const traders = system();
  await traders.does("ann", "spawn");
  await traders.does("ann", "narrow", 0);
  await traders.does("ann", "give", 1, 0);
  expect([traders.said("ann"), traders.value("ann"), traders.inKernel("ann")]).toEqual(["ok", 1, []]);
  running?.kernel?.kill("ann");
  await traders.settled();
  expect(traders.rooms()).toBe(1);
  killRoom();
  await traders.settled();
  expect(traders.rooms()).toBe(0);
});

it("those in a circle live until one of them ends", async () => {
  const traders = system();
  for (let i = 0; i < 3; i++) await traders.does("ann", "spawn");
  // Held: a, b, c, c'; then each is given to the one before it, and the first to the last.
  await traders.does("ann", "narrow", 2);
  await traders.does("ann", "give", 1, 2);
  await traders.does("ann", "give", 0, 1);
  await traders.does("ann", "give", 1, 0);
  expect([traders.said("ann"), traders.held("ann"), traders.inKernel("ann")]).toEqual(["ok", 1, []]);
  running?.kernel?.kill("ann");
  await traders.settled();
  expect(traders.rooms()).toBe(3);
  killRoom();
  await traders.settled();
  expect(traders.rooms()).toBe(0);
});
