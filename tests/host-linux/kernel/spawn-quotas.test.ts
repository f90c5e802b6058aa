/** Processes that are made at run time have budgets of their own, and slices. */
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Running } from "../../../host-linux/instantiate.ts";
import { builtKernel, type KernelModules } from "../../../kernel/built.ts";
import { THOROUGH } from "../../thorough.ts";
import { chatRoom, endOf, guestsOf, program, startSystem, type SystemOptions } from "./spawn-guests.ts";

const ROOM = `
  export function spin(): void { while (true) {} }
  export function work(rounds: i32): i32 {
    let sum = 0;
    for (let i = 0; i < rounds; i++) sum ^= sum << 1 ^ i;
    return sum;
  }
  export function nest(depth: i32): i32 { return depth == 0 ? 0 : 1 + nest(depth - 1); }`;

const HELPERS = `
  const rooms: Process[] = [];
  function untilItEnds(room: Process): i32 {
    let rounds = 0;
    while (room.tryWork(1000).isOk) rounds++;
    return rounds;
  }`;

/** More than one page of memory has accounts for. */
const MANY = THOROUGH ? 5000 : 100;

/** Each tells how the calls ended, in its order. */
const THINGS = {
  spinners: `
    for (let i = 0; i < 3; i++) log += Process.spawn().trySpin().isOk ? "cast " : "not ";
    const other = Process.spawn();
    for (let i = 0; i < 20; i++) other.say("line");
    log += count(other);`,
  budgets: `
    const one = Process.spawn();
    const two = Process.spawn();
    const ofOne = untilItEnds(one);
    log += ofOne > 2 && untilItEnds(two) == ofOne ? "the same" : ofOne.toString();`,
  late: `
    const one = Process.spawn();
    const two = Process.spawn();
    const spun = one.trySpin();
    log += spun.isOk ? "" : Fault[spun.error];
    log += two.tryWork(1).isOk ? "+" : "-";`,
  many: `
    let done = 0;
    for (let i = 0; i < ${MANY}; i++) {
      const room = Process.spawn();
      if (room.tryWork(1000).isOk) done++;
      if (room.tryWork(100_000).isOk) done++;
      if (i < ${MANY - 20}) rooms.push(room);
    }
    log += done.toString();`,
  nested: `
    const one = Process.spawn();
    const two = Process.spawn();
    log += one.tryNest(50).isOk ? "+" : "-";
    log += one.tryNest(500).isOk ? "+" : "-";
    log += two.tryNest(50).isOk ? "+" : "-";`,
};

let kernel: KernelModules;
let room: Awaited<ReturnType<typeof chatRoom>>;
let main: Uint8Array;
beforeAll(async () => {
  kernel = await builtKernel();
  room = await chatRoom(ROOM);
  main = await program(room, Object.values(THINGS), HELPERS);
});

let running: Running | undefined;
afterEach(() => running?.kernel?.close());

async function sayingOf(thing: keyof typeof THINGS, options: SystemOptions): Promise<string> {
  const guests = guestsOf(room, main, options);
  running = startSystem(guests, kernel, [Object.keys(THINGS).indexOf(thing)], options);
  return (await endOf(running)).said;
}

const FUEL = Number.MAX_SAFE_INTEGER;

describe("a process that is made at run time", () => {
  it("computes for ever, and others go on, with slices", async () => {
    const quotas = { fuel: FUEL, slice: 100_000 };
    expect(await sayingOf("spinners", { quotas, cast: ["spin"] })).toBe("cast cast cast 20");
  });

  it("is left by a caller with a deadline", async () => {
    const quotas = { fuel: FUEL, slice: 100_000 };
    expect(await sayingOf("late", { quotas, deadline: 30 })).toBe("Timeout+");
  });

  it("has a budget of its own, and dies when that is used up", async () => {
    expect(await sayingOf("budgets", { quotas: { fuel: 100_000 } })).toBe("the same");
    expect(running?.deaths.map(({ reason }) => reason)).toEqual(["exhausted", "exhausted"]);
  });

  it("has all its fuel, wherever it was made, and whoever was there before", async () => {
    const said = await sayingOf("many", { quotas: { fuel: 100_000 }, most: MANY });
    expect(said).toBe(`${MANY}`);
  }, 120_000);

  it("has calls nested as deeply as it may", async () => {
    expect(await sayingOf("nested", { quotas: { depth: 100 } })).toBe("+-+");
  });
});
