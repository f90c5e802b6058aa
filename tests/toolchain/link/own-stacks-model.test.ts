/**
 * Random systems of processes that talk: stacks, messages and circles as a second, naive implementation has them.
 */
import * as fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { builtKernel, type KernelModules } from "../../../kernel/built.ts";
import { LinkError } from "../../../toolchain/link/index.ts";
import type { LinkPlan } from "../../../toolchain/link/plan.ts";
import { parsePlan, serialisePlan } from "../../../toolchain/link/plan-file.ts";
import { CONSOLE, supervised } from "./guests.ts";
import { TalkGuests, to, type Talkers } from "./talk-guests.ts";

const NAMES = ["a", "b", "c", "d", "e", "f"];

interface Talker {
  readonly uses: readonly ("get" | "say")[];
  /** It reads from the console, and talks to nobody. */
  readonly reads: boolean;
  readonly next: string;
  readonly wishes: {
    readonly queue?: true;
    readonly deadline?: number;
    readonly cast?: readonly string[];
    readonly limits?: object;
  };
}
type System = Readonly<Record<string, Talker>>;

const wishes = fc.record(
  {
    queue: fc.constant(true as const),
    deadline: fc.integer({ min: 1, max: 100 }),
    cast: fc.constant(["say"]),
    limits: fc.constant({ rate: 5 }),
  },
  { requiredKeys: [] },
);
const talker: fc.Arbitrary<Talker> = fc.record({
  uses: fc.subarray(["get", "say"] as const, { minLength: 1 }),
  reads: fc.constantFrom(false, false, false, true),
  next: fc.constantFrom(...NAMES),
  wishes: fc.oneof(fc.constant({}), wishes),
});
const systems: fc.Arbitrary<System> = fc
  .array(talker, { minLength: NAMES.length, maxLength: NAMES.length })
  .map((all) => Object.fromEntries(NAMES.map((name, i) => [name, all[i] as Talker])));

/** A function of one process that another one calls. */
interface Call {
  readonly from: string;
  readonly to: string;
  readonly name: "get" | "say";
  readonly wishes: Talker["wishes"];
}

function isCast({ name, wishes: { cast = [] } }: Call): boolean {
  return cast.includes(name);
}

/** What there should be, found by trying everything again until nothing changes. */
function model(system: System): {
  readonly own: string[];
  /** Of which all calls are messages, without a stack of their own. */
  readonly receivers: string[];
  readonly sent: string[];
  readonly circle: boolean;
} {
  const calls = Object.entries(system).flatMap(([from, { uses, reads, next, wishes: said }]) =>
    reads ? [] : uses.map((name): Call => ({ from, to: next, name, wishes: said })),
  );
  const own = new Set(NAMES.filter((name) => system[name]?.reads));
  const called = calls.filter((call) => !isCast(call) && (call.wishes.queue ?? call.wishes.deadline));
  const receivers = new Set(called.map((call) => call.to));
  const isSent = (call: Call): boolean => {
    const { queue, deadline, limits } = call.wishes;
    return isCast(call) || Boolean(queue ?? deadline ?? limits) || own.has(call.to) || receivers.has(call.to);
  };
  for (let i = 0; i <= NAMES.length; i++) {
    for (const call of calls.filter((some) => !isCast(some))) {
      if (isSent(call)) own.add(call.from);
    }
  }
  const direct = calls.filter((call) => !isSent(call));
  return {
    own: [...own].sort(),
    receivers: [...receivers].filter((name) => !own.has(name)).sort(),
    sent: calls
      .filter(isSent)
      .map((call) => `${call.from} ${call.name} ${isCast(call) ? "cast" : "call"}`)
      .sort(),
    circle: NAMES.some((name) => reaches(direct, name, name)),
  };
}

function reaches(calls: readonly Call[], from: string, goal: string): boolean {
  const seen = new Set([from]);
  for (const at of seen) {
    for (const call of calls.filter((some) => some.from === at)) {
      if (call.to === goal) return true;
      seen.add(call.to);
    }
  }
  return false;
}

let kernel: KernelModules;
let talk: TalkGuests;
beforeAll(async () => {
  kernel = await builtKernel();
  talk = await TalkGuests.built();
});

/** The plan, or the error. */
function linkedOf(system: System, order: readonly string[] = NAMES): LinkPlan | string {
  const talkers = order.map((name): [string, Talkers[string]] => {
    const found = system[name];
    if (found === undefined || found.reads) return [name, ["reader", { grants: [CONSOLE] }]];
    return [name, [`caller ${found.uses.join(" ")}`, to(found.next, found.wishes)]];
  });
  try {
    return supervised(talk.processes(Object.fromEntries(talkers)), { kernel }).plan;
  } catch (error) {
    if (error instanceof LinkError) return `${error.code}: ${error.message}`;
    throw error;
  }
}

describe("a random system of talkers", () => {
  it("has the stacks, messages and circles of the model", () => {
    fc.assert(
      fc.property(systems, (system) => {
        const { own, receivers, sent, circle } = model(system);
        const plan = linkedOf(system);
        if (typeof plan === "string") {
          expect([plan.split(":")[0], circle]).toEqual(["cycle", true]);
          return;
        }
        expect(circle).toBe(false);
        const { processes, edges } = plan.root;
        const nameOf = (position: number): string => processes[position]?.name ?? "";
        expect(
          processes.flatMap(({ name, ownStack }) => (ownStack === undefined ? [] : [name])).sort(),
        ).toEqual(own);
        expect(
          processes.flatMap(({ name, byMessage }) => (byMessage === undefined ? [] : [name])).sort(),
        ).toEqual(receivers);
        const messages = edges.flatMap(({ consumer, functions }) =>
          functions.flatMap(({ name, message }) =>
            message === undefined ? [] : [`${nameOf(consumer)} ${name} ${message.kind}`],
          ),
        );
        expect(messages.sort()).toEqual(sent);
        expect(parsePlan(serialisePlan(plan))).toEqual(plan);
      }),
      { numRuns: 150 },
    );
  });

  it("is the same whatever the order of system.ts is", () => {
    fc.assert(
      fc.property(systems, fc.shuffledSubarray(NAMES, { minLength: NAMES.length }), (system, order) => {
        expect(linkedOf(system, order)).toEqual(linkedOf(system));
      }),
      { numRuns: 40 },
    );
  });
});
