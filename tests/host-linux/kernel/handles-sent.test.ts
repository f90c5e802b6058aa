/** Handles of processes in messages: calls, casts, answers, and what becomes of those that nobody reads. */
import * as fc from "fast-check";
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

type Name = "ann" | "ben";
const OTHER = { ann: "ben", ben: "ann" } as const;
const STEPS = [
  "spawn",
  "spawn",
  "spawn",
  "give",
  "leave",
  "fetch",
  "turn",
  "turn and die",
  "drop",
  "kill",
] as const;
interface Step {
  readonly who: Name;
  readonly what: (typeof STEPS)[number];
  readonly at: number;
}
const step: fc.Arbitrary<Step> = fc.record({
  who: fc.constantFrom<Name>("ann", "ben"),
  what: fc.constantFrom(...STEPS),
  at: fc.nat({ max: 9 }),
});

/** Does a step, and the same to a model: the kernel's handles that each holds, in the order in which they came. */
async function follow(
  traders: Traders,
  model: Record<Name, number[]>,
  { who, what, at }: Step,
): Promise<void> {
  const mine = model[who];
  const theirs = model[OTHER[who]];
  const i = at % Math.max(mine.length, 1);
  if (what === "spawn") {
    await traders.does(who, "spawn");
    mine.push(...traders.inKernel(who).filter((handle) => !mine.includes(handle)));
  } else if (what === "fetch") {
    await traders.does(who, "fetch");
    mine.push(...theirs.splice(-1));
  } else if (what === "kill") {
    running?.kernel?.kill(who);
    mine.length = 0;
    await traders.settled();
  } else if (what === "turn") {
    await traders.does(who, "turn", 1, 31);
    mine.reverse();
  } else if (what === "turn and die") {
    await traders.does(who, "turn", 13, 31);
    mine.length = 0;
    theirs.length = 0;
  } else if (mine.length > 0) {
    await traders.does(who, what, i);
    const [moved = 0] = mine.splice(i, 1);
    if (what !== "drop") theirs.push(moved);
  }
}

it("whatever two processes do, each handle is where it should be, and nothing is left", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 14 }), async (steps) => {
      const traders = system({ wire: { cast: ["leave"] } });
      const model = { ann: [], ben: [] };
      for (const one of steps) await follow(traders, model, one);
      const all = new Set([...model.ann, ...model.ben]);
      for (const name of ["ann", "ben"] as const) {
        expect(new Set(traders.inKernel(name))).toEqual(new Set(model[name]));
        expect(traders.held(name)).toBe(model[name].length);
      }
      expect([traders.rooms(), running?.kernel?.mailBytes()]).toEqual([all.size, 0]);
      running?.kernel?.close();
    }),
    { numRuns: 20 },
  );
});
