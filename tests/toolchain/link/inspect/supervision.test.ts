/** What `atoll inspect` and `atoll link` show of supervision, stacks and messages. */
import { beforeAll, describe, expect, it } from "vitest";
import { builtKernel, type KernelModules } from "../../../../kernel/built.ts";
import {
  blastSet,
  capabilityGraph,
  describePlan,
  drawGraph,
  printDescription,
  printGraph,
  printMessages,
  printSupervision,
} from "../../../../toolchain/link/index.ts";
import type { LinkPlan } from "../../../../toolchain/link/plan.ts";
import { CONSOLE, supervised } from "../guests.ts";
import { TalkGuests, to } from "../talk-guests.ts";

let kernel: KernelModules;
let talk: TalkGuests;
let plan: LinkPlan;
let warnings: readonly string[];

/** `front` calls and casts to `reader`, `eager` calls `leaf`; rooms are made of `room`, and nobody makes one. */
beforeAll(async () => {
  kernel = await builtKernel();
  talk = await TalkGuests.built();
  const processes = talk.processes({
    front: ["caller get say", to("reader", { cast: ["say"], deadline: 2.5 })],
    caster: ["caller say", to("reader", { cast: ["say"] })],
    reader: ["reader", { grants: [CONSOLE], restart: "transient", backoff: { first: 10, limit: 2000 } }],
    eager: ["caller get", to("leaf")],
    leaf: ["leaf", { priority: 3 }],
    room: ["leaf", { restart: "temporary" }],
  });
  const supervisor = {
    intensity: 1,
    children: [
      {
        name: "back",
        strategy: "rest_for_one",
        restart: "temporary",
        window: 100,
        children: ["leaf", "reader"],
      },
      { name: "rooms", strategy: "dynamic", child: "room", most: 2500 },
    ],
  } as const;
  ({ plan, warnings } = supervised(processes, { supervisor, kernel }));
});

describe("the supervision tree", () => {
  it("is drawn with what system.ts left out", () => {
    expect(printSupervision(describePlan(plan).supervision ?? never()).split("\n")).toEqual([
      "supervision",
      "  test (one_for_one), bears 1 failure in 5 s",
      "  ├─ back (rest_for_one), bears 3 failures in 100 ms, temporary",
      "  │  ├─ leaf: permanent, priority 3",
      "  │  └─ reader: transient, restarted after 10 ms to 2 s; own stack: it may wait in atoll:device/console, read-line",
      "  ├─ rooms (dynamic), bears 3 failures in 5 s",
      "  │  └─ at most 2,500 × room: temporary",
      "  ├─ caster: permanent",
      "  ├─ eager: permanent",
      '  └─ front: permanent; own stack: it waits for what process "reader" answers',
      "",
    ]);
  });

  it("is data for --json", () => {
    expect(describePlan(plan).supervision?.children[1]).toMatchObject({
      kind: "supervisor",
      name: "rooms",
      most: 2500,
      children: [{ kind: "process", name: "room", restart: "temporary", priority: 1 }],
    });
  });

  it("stands in the description of the system", () => {
    const text = printDescription(describePlan(plan));
    expect(text).toContain(printSupervision(describePlan(plan).supervision ?? never()));
    expect(text).toContain("├─ has a stack of its own: it may wait in atoll:device/console, read-line");
    expect(text).toContain("├─ is spawned while the system runs: there is none at first");
    expect(text).toContain("has no entry: it runs until it is stopped");
    expect(text).toContain("get: func(x: u32) -> u32  call by message within 2.5 ms: it has a deadline");
  });

  it("warns of what nobody spawns", () => {
    expect(warnings).toEqual([
      'process "room" is what supervisor "rooms" makes its children as, and no wire of the system says { spawn: "room" }',
    ]);
  });
});

describe("messages", () => {
  it("are listed with how they are sent, and why", () => {
    expect(printMessages(describePlan(plan)).split("\n")).toEqual([
      "messages",
      "  caster → reader  say  cast by message: nobody waits for its end",
      "  front → reader   get  call by message within 2.5 ms: it has a deadline",
      "  front → reader   say  cast by message: nobody waits for its end",
      "",
    ]);
    const direct = supervised(talk.processes({ a: ["caller get", to("b")], b: ["leaf"] }), { kernel });
    expect(printMessages(describePlan(direct.plan))).toBe("no call is a message\n");
  });

  it("lead to the receiver in the graph, calls and casts apart", () => {
    const text = printGraph(capabilityGraph(plan));
    expect(text).toContain("[front]\n├─ t:talk/next ─ plain, by message → [reader]: get");
    expect(text).toContain("└─ t:talk/next ─ cast → [reader] (drawn above): say");
    expect(text).toContain("[eager]\n└─ t:talk/next ─ plain → [leaf]: get");
    const picture = drawGraph(capabilityGraph(plan));
    expect(picture.match(/class="line cast"/g)).toHaveLength(2);
    expect(picture.match(/class="line message"/g)).toHaveLength(1);
  });

  it("take down who waits for the answer, and not who casts", () => {
    const { falls } = blastSet(capabilityGraph(plan), "reader");
    expect(falls.map(({ name }) => name)).toEqual(["front"]);
  });

  it("of a forged plan lead where its mailboxes do", () => {
    const leaf = plan.root.processes.findIndex(({ name }) => name === "leaf");
    const processes = plan.root.processes.map((process) =>
      process.mailbox === undefined
        ? process
        : {
            ...process,
            mailbox: {
              ...process.mailbox,
              adapters: process.mailbox.adapters.map((adapter) => ({
                ...adapter,
                imports: [
                  ...adapter.imports,
                  {
                    module: "m",
                    name: "f",
                    from: { kind: "process", process: leaf, item: { instance: 0, export: "f" } },
                  },
                ],
              })),
            },
          },
    );
    const forged = { ...plan, root: { ...plan.root, processes } } as LinkPlan;
    expect(printGraph(capabilityGraph(forged))).toContain("cast → [leaf]");
  });
});

function never(): never {
  throw new Error("the system is supervised");
}
