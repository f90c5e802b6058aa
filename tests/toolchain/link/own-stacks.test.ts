/**
 * Which processes have a stack of their own under the kernel, and why; what wires ask in vain.
 */
import { beforeAll, describe, expect, it } from "vitest";
import { builtKernel, type KernelModules } from "../../../kernel/built.ts";
import { component, CONSOLE, refused, supervised } from "./guests.ts";
import { TalkGuests, to, type Talkers } from "./talk-guests.ts";

let kernel: KernelModules;
let talk: TalkGuests;

beforeAll(async () => {
  kernel = await builtKernel();
  talk = await TalkGuests.built();
});

/** Why each process has a stack of its own; those that have none are left out. */
function stacks(processes: Talkers): Record<string, string> {
  return reasons("ownStack", processes);
}

/** Why calls of each process that has no such stack are messages all the same. */
function receivers(processes: Talkers): Record<string, string> {
  return reasons("byMessage", processes);
}

function reasons(field: "ownStack" | "byMessage", processes: Talkers): Record<string, string> {
  const { plan } = supervised(talk.processes(processes), { kernel });
  return Object.fromEntries(
    plan.root.processes.flatMap(({ name, [field]: reason }) =>
      reason === undefined ? [] : [[name, reason]],
    ),
  );
}

function problem(processes: Talkers): string {
  return refused(() => supervised(talk.processes(processes), { kernel }));
}

describe("a process has a stack of its own", () => {
  it("when it calls a function that waits, and not for another one of the same device", () => {
    const granted = { grants: [CONSOLE] };
    expect(stacks({ a: ["reader", granted], b: ["writer", granted], c: ["leaf"] })).toEqual({
      a: "it may wait in atoll:device/console, read-line",
    });
  });

  it("when it is preempted", () => {
    expect(
      stacks({ a: ["leaf", { quotas: { fuel: 1000, slice: 10 } }], b: ["leaf", { quotas: { fuel: 9 } }] }),
    ).toEqual({
      a: "its quotas.slice lets others run in between",
    });
  });

  it("and not when a call of it has a deadline or may queue, but then all calls of it are messages", () => {
    const hasDeadline = { a: ["caller get", to("b", { deadline: 5 })], b: ["leaf"] } as const;
    const waits = { a: 'it waits for what process "b" answers' };
    expect(stacks(hasDeadline)).toEqual(waits);
    expect(receivers(hasDeadline)).toEqual({ b: 'calls of process "a" have a deadline' });
    const queues = {
      a: ["caller get", to("b", { queue: true })],
      b: ["leaf"],
      c: ["caller get", to("b")],
    } as const;
    expect(stacks(queues)).toEqual({ ...waits, c: waits.a });
    expect(receivers(queues)).toEqual({ b: 'calls of process "a" may queue' });
  });

  it("for what it does itself, where calls of it may queue too", () => {
    const reader = ["reader", { grants: [CONSOLE] }] as const;
    const system = { a: ["caller get", to("b", { queue: true })], b: reader } as const;
    expect(stacks(system)).toMatchObject({ b: "it may wait in atoll:device/console, read-line" });
    expect(receivers(system)).toEqual({});
  });

  it("when it waits for the answer of one that has, however far away", () => {
    const system = {
      a: ["caller get", to("b")],
      b: ["caller get say", to("c")],
      c: ["reader", { grants: [CONSOLE] }],
      d: ["caller get", to("e")],
      e: ["leaf"],
    } as const;
    expect(stacks(system)).toEqual({
      a: 'it waits for what process "b" answers',
      b: 'it waits for what process "c" answers',
      c: "it may wait in atoll:device/console, read-line",
    });
  });

  it("and not when it only casts, asks within limits of others that do not wait", () => {
    const reader = ["reader", { grants: [CONSOLE] }] as const;
    expect(Object.keys(stacks({ a: ["caller say", to("b", { cast: ["say"] })], b: reader }))).toEqual(["b"]);
    expect(stacks({ a: ["caller say", to("b", { cast: ["say"] })], b: ["leaf"] })).toEqual({});
  });

  it("and sends what is counted for limits as messages", () => {
    const limits = { functions: ["say", "get"], rate: 3, until: 2.5 };
    const { plan } = supervised(talk.processes({ a: ["caller get", to("b", { limits })], b: ["leaf"] }), {
      kernel,
    });
    expect(plan.root.edges.flatMap((edge) => edge.limits ?? [])).toEqual([
      { functions: [0], rate: 3, until: 2500 },
    ]);
    const own = plan.root.processes.flatMap(({ name, ownStack }) => (ownStack === undefined ? [] : [name]));
    expect(own).toEqual(["a"]);
  });
});

describe("circles", () => {
  it("of calls that are all messages are linked", () => {
    const loop = { a: ["caller get", to("b", { queue: true })], b: ["caller get", to("a")] } as const;
    expect(Object.keys(stacks(loop))).toEqual(["a", "b"]);
    const casts = { a: ["caller say", to("b", { cast: ["say"] })], b: ["caller get", to("a")] } as const;
    expect(stacks(casts)).toEqual({});
  });

  it("of processes that wait for each other are warned of, and not those of casts", () => {
    const more =
      'a call that comes back to one that waits ends in the fault unavailable; cast: ["…"] waits for nobody';
    expect(
      warned({
        a: ["caller get", to("b", { queue: true })],
        b: ["caller get", to("a")],
        c: ["caller get", to("a")],
      }),
    ).toEqual([`processes a, b may wait for each other: ${more}`]);
    expect(warned({ a: ["caller get", to("a", { queue: true })] })).toEqual([
      `process a may wait for itself: ${more}`,
    ]);
    expect(
      warned({ a: ["caller say", to("b", { cast: ["say"] })], b: ["caller say", to("a", { queue: true })] }),
    ).toEqual([]);
  });

  it("start receivers before senders where they can", () => {
    const inRow = {
      a: ["caller get", to("b", { queue: true })],
      b: ["caller say", to("c", { cast: ["say"] })],
      c: ["leaf"],
    } as const;
    expect(order(inRow)).toEqual(["c", "b", "a"]);
    // b → c → b is a circle of which c is called; a is outside.
    const around = {
      a: ["caller get", to("b", { queue: true })],
      b: ["caller get", to("c")],
      c: ["caller say", to("b", { cast: ["say"] })],
    } as const;
    expect(order(around)).toEqual(["c", "b", "a"]);
  });

  it("of direct calls are refused, with what to write", () => {
    expect(problem({ a: ["caller get", to("b")], b: ["caller say", to("a")] })).toBe(
      "cycle: processes call each other in a circle: a → b → a\n" +
        "Calls that run on their caller's stack have to end somewhere. Take out one of these wires, or let its calls be messages, in a system that has a supervisor: " +
        'process "a", imports: { "t:talk/next": { process: "b", queue: true } }, or cast: ["…"] for functions without result.',
    );
    const half = { a: ["caller get say", to("b", { cast: ["say"] })], b: ["caller get", to("a")] } as const;
    expect(problem(half)).toContain("cycle: processes call each other in a circle: a → b → a");
  });
});

function warned(processes: Talkers): readonly string[] {
  return supervised(talk.processes(processes), { kernel }).warnings;
}

function order(processes: Talkers): string[] {
  return supervised(talk.processes(processes), { kernel }).plan.root.processes.map(({ name }) => name);
}

describe("what cannot be a message", () => {
  const cases: [string, () => string, string][] = [
    [
      "a cast of a function with a result",
      () => problem({ a: ["caller get", to("b", { cast: ["get"] })], b: ["leaf"] }),
      'type: process "a", imports "t:talk/next", cast: the function "get" returns something, and a cast goes on before there is a result: func(x: u32) -> u32\nTake it out of cast, or take the result out of the function.',
    ],
    [
      "a cast of a function that is not there",
      () => problem({ a: ["caller get", to("b", { cast: ["sya"] })], b: ["leaf"] }),
      'wiring: process "a", imports "t:talk/next", cast: the interface has no function "sya". Did you mean "say"? It has: get, say.',
    ],
    [
      "limits of a function that is not there",
      () => problem({ a: ["caller get", to("b", { limits: { functions: ["gett"] } })], b: ["leaf"] }),
      'limits.functions: the interface has no function "gett". Did you mean "get"?',
    ],
    [
      "a call inside a domain",
      () =>
        problem({
          a: ["caller get", { ...to("b", { queue: true }), domain: "d" }],
          b: ["leaf", { domain: "d" }],
        }),
      'not-yet: process "a", imports "t:talk/next", queue: both processes are in the domain "d", and Atoll cannot send messages inside a domain yet\nTake out queue, or take one of them out of the domain.',
    ],
    [
      "a call of a domain",
      () => problem({ a: ["caller say", to("b", { cast: ["say"] })], b: ["leaf", { domain: "d" }] }),
      'the function "say" is a message (nobody waits for its end), and process "b" is in the domain "d"',
    ],
    [
      "a process of a domain that can be suspended",
      () => problem({ a: ["reader", { grants: [CONSOLE], domain: "d" }] }),
      'not-yet: process "a" is in the domain "d", and it needs a stack of its own: it may wait in atoll:device/console, read-line.',
    ],
    [
      "a wire that is rebound",
      () =>
        problem({
          a: ["caller get", to("b", { alternatives: ["c"], queue: true })],
          b: ["leaf"],
          c: ["leaf"],
        }),
      'not-yet: process "a", imports "t:talk/next", alternatives: the function "get" is a message (it queues while the other is busy), and Atoll cannot rebind messages yet',
    ],
  ];
  it.each(cases)("%s", (_, run, message) => {
    expect(run()).toContain(message);
  });

  it("a function that carries handles", async () => {
    const wit = "package t:res; interface api { resource thing { constructor(); } take: func(t: thing); }";
    talk.add(
      "keeper",
      await component(
        `${wit} world w { export api; }`,
        `(module (import "[export]t:res/api" "[resource-new]thing" (func $new (param i32) (result i32)))
           (func (export "t:res/api#[constructor]thing") (result i32) (call $new (i32.const 1)))
           (func (export "t:res/api#take") (param i32)))`,
      ),
    );
    talk.add(
      "owner",
      await component(
        `${wit} world w { import api; export run: func(); }`,
        `(module (import "t:res/api" "[constructor]thing" (func $make (result i32)))
           (func (export "run") (drop (call $make))))`,
      ),
    );
    const imports = { "t:res/api": { process: "k", queue: true } } as const;
    expect(problem({ o: ["owner", { imports }], k: ["keeper"] })).toBe(
      'not-yet: process "o", imports "t:res/api": the function "[constructor]thing" carries handles of resources, and it is a message to process "k": it queues while the other is busy. Atoll can send handles of processes in messages, and no others yet\n' +
        "Take out what makes it a message.",
    );
    expect(problem({ o: ["owner", { imports: { "t:res/api": "k" } }], k: ["keeper"] })).toBe("linked");
  });

  it("the 33rd function of an interface", async () => {
    const names = Array.from({ length: 33 }, (_, i) => `fn${i}`);
    const wit = `package t:many; interface api { ${names.map((name) => `${name}: func();`).join(" ")} }`;
    talk.add(
      "many",
      await component(
        `${wit} world w { export api; }`,
        `(module ${names.map((name) => `(func (export "t:many/api#${name}"))`).join(" ")})`,
      ),
    );
    for (const name of ["fn31", "fn32"]) {
      talk.add(
        name,
        await component(
          `${wit} world w { import api; export run: func(); }`,
          `(module (import "t:many/api" "${name}" (func $f)) (func (export "run") (call $f)))`,
        ),
      );
    }
    expect(problem(asking("fn31"))).toBe("linked");
    expect(problem(asking("fn32"))).toContain(
      'limit: process "a", imports "t:many/api": the function "fn32" is number 33 of its interface, and messages to process "b" reach the first 32',
    );
  });
});

/** A process that calls a function of an interface of many, over a wire that queues. */
function asking(part: string): Talkers {
  return { a: [part, { imports: { "t:many/api": { process: "b", queue: true } } }], b: ["many"] };
}
