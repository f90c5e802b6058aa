/** Messages between processes that wait: queues, deadlines, circles, kills, and what a plain wire makes of faults. */
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { builtKernel, type KernelModules } from "../../../kernel/built.ts";
import { EVENT_PREEMPTED, LOOK_EVENT, STATE_WAITING } from "../../../kernel/abi.ts";
import type { Running } from "../../../host-linux/instantiate.ts";
import { cycleText } from "../../../host-linux/kernel/cycles.ts";
import type { KernelEnd } from "../../../host-linux/kernel/running-kernel.ts";
import { supervised, type Guests } from "../../toolchain/link/guests.ts";
import { client, relay, resultOf, script, server, SLOW_ALLOCATOR, start, textOf } from "./talkers.ts";

let kernel: KernelModules;
/** It sleeps in `slow`, so it has a stack of its own. */
let sleeper: Uint8Array;
/** It never waits. */
let quick: Uint8Array;
beforeAll(async () => {
  kernel = await builtKernel();
  sleeper = await server();
  quick = await server("utf8", false);
});

let running: Running | undefined;
afterEach(() => running?.kernel?.close());

const queue = true as const;
/** Microseconds: nobody sees the end of it. */
const FOR_EVER = 4_000_000_000;
/** What still waits then does not hold up the end of its system. */
const stopDeadline = 10;

interface Run {
  readonly running: Running;
  readonly end: KernelEnd | undefined;
}

/** Until the entry has returned, which is told at once, and all is stopped, or the system has failed. */
async function run(guests: Guests, returned: () => void = () => {}): Promise<Run> {
  running = start(supervised(guests, { kernel, entry: "app" }).plan);
  const end = await running.kernel?.run(returned);
  expect(running.kernel?.mailBytes()).toBe(0);
  return { running, end };
}

/** A client of `server`, that hands `go` on to another one. */
async function talker(body: string, wire: object = {}, go?: string): Promise<Guests[string]> {
  const imports = {
    ...(/\$(note|digits|slow|crash|echo)/.test(body) && {
      "t:p/api-guarded": { process: "server", ...wire },
    }),
    ...(go !== undefined && { "t:p/go": { process: go, cast: ["go"] } }),
  };
  return { bytes: await client(body), imports };
}

const { note, digits, slow, crash, echo, sleep, go } = script;

describe("calls into a process that waits", () => {
  it("queue, and are handled one after the other, in their order", async () => {
    const { running } = await run({
      server: { bytes: sleeper },
      second: await talker(slow(2, 1_000, 0)),
      first: await talker(`${go} ${slow(1, 3_000, 0)}`, {}, "second"),
      app: await talker(`${go} ${sleep(30_000)} ${digits(0)}`, {}, "first"),
    });
    // Each notes its digit when it begins, and four more when it ends.
    expect(resultOf(running, "app", 0, 8)).toBe(1526);
    expect(resultOf(running, "first", 0, 4)).toBe(100);
    expect(resultOf(running, "second", 0, 4)).toBe(200);
  });

  it("hold up nobody else", async () => {
    const app = await talker(`${go} ${sleep(1_000)} ${note(3, 0)} ${digits(1)}`, {}, "waiting");
    const waited: string[] = [];
    const { running: after } = await run(
      {
        server: { bytes: sleeper, stopDeadline },
        other: { bytes: quick },
        waiting: { ...(await talker(slow(1, FOR_EVER, 0))), stopDeadline },
        app: { ...app, imports: { ...app.imports, "t:p/api-guarded": "other" } },
      },
      () => waited.push(...whoWaits()),
    );
    expect(resultOf(after, "app", 1, 8)).toBe(3);
    expect(waited.toSorted()).toEqual(["server", "waiting"]);
  });

  it("are overloaded when its mailbox is full, and those that are in it are answered", async () => {
    const { running } = await run({
      server: { bytes: sleeper, mailbox: { messages: 1 } },
      third: await talker(slow(3, 1_000, 0)),
      second: await talker(`${go} ${slow(2, 1_000, 0)}`, {}, "third"),
      first: await talker(`${go} ${slow(1, 5_000, 0)}`, {}, "second"),
      app: await talker(`${go} ${sleep(40_000)}`, {}, "first"),
    });
    const results = ["first", "second", "third"].map((name) => resultOf(running, name, 0, 4));
    expect(results.filter((result) => result === "overloaded")).toHaveLength(1);
    expect(results.filter((result) => typeof result === "number" && result > 0)).toHaveLength(2);
  });
});

describe("a deadline", () => {
  it("lets the caller go on; the callee ends its turn for nobody", async () => {
    const app = await talker(`${slow(1, 15_000, 0)} ${sleep(40_000)} ${digits(1)}`, { deadline: 5 });
    const { running } = await run({ server: { bytes: sleeper }, app });
    expect(resultOf(running, "app", 0, 4)).toBe("timeout");
    expect(resultOf(running, "app", 1, 8)).toBe(15);
  });

  it("that is not reached changes nothing, also where nobody waits", async () => {
    const app = await talker(`${note(4, 0)} ${digits(1)}`, { deadline: 1_000 });
    const { running } = await run({ server: { bytes: quick }, app });
    expect([resultOf(running, "app", 0, 0), resultOf(running, "app", 1, 8)]).toEqual([0, 4]);
  });

  it("ends the wait of a call that queues behind another one", async () => {
    const app = await talker(`${go} ${sleep(5_000)} ${digits(0)}`, { deadline: 5 }, "first");
    const { running } = await run({
      server: { bytes: sleeper, stopDeadline },
      first: { ...(await talker(slow(1, FOR_EVER, 0))), stopDeadline },
      app,
    });
    expect(resultOf(running, "app", 0, 8)).toBe("timeout");
  });
});

describe("a circle of calls", () => {
  it("is refused where it would close, and everybody goes on", async () => {
    const again = `(call $again (i32.const 1024))`;
    const other = { bytes: await client(again), imports: { "t:p/again-guarded": { process: "app", queue } } };
    const app = { bytes: await client(again), imports: { "t:p/again-guarded": { process: "other", queue } } };
    const said: string[] = [];
    const ended = run({ other, app });
    running?.kernel?.onCycle((cycle) => said.push(cycleText(cycle)));
    const { running: after, end } = await ended;
    expect(said).toEqual([
      "a call was refused, since nobody could go on: other waits for app, which waits for other",
    ]);
    expect(resultOf(after, "other", 0, 4)).toBe("unavailable");
    expect(resultOf(after, "app", 0, 4)).toBe(7);
    expect(end).toEqual({ kind: "stopped" });
  });
});

describe("a process that is killed", () => {
  it("while somebody waits for it is crashed to that one, and alive for the next", async () => {
    const app = await talker(`${slow(1, 10_000_000, 0)} ${digits(1)}`);
    const ended = run({ server: { bytes: sleeper }, app });
    await waiting("server");
    running?.kernel?.kill("server");
    const { running: after } = await ended;
    expect([resultOf(after, "app", 0, 4), resultOf(after, "app", 1, 8)]).toEqual(["crashed", 0]);
    expect(livesOf(after)).toEqual({ server: 2, app: 1 });
  });

  it("while it waits runs no further; what it waited for ends for nobody", async () => {
    const ended = run({
      server: { bytes: sleeper },
      victim: { ...(await talker(`${slow(1, 500_000, 0)} ${note(9, 1)}`)), restart: "temporary" },
      app: await talker(`${go} ${sleep(5_000)} ${slow(2, 1_000, 0)} ${digits(1)}`, {}, "victim"),
    });
    await waiting("victim");
    running?.kernel?.kill("victim");
    const { running: after } = await ended;
    expect(resultOf(after, "app", 1, 8)).toBe(1526);
  });
});

/** Until the process of that name waits for something. */
async function waiting(process: string): Promise<void> {
  await expect.poll(whoWaits, { interval: 1 }).toContain(process);
}

function whoWaits(): string[] {
  const workers = running?.kernel?.workers() ?? [];
  return workers.flatMap(({ name, state }) => (state === STATE_WAITING ? [name] : []));
}

describe("a message", () => {
  it.each(["utf8", "utf16", "compact-utf16"] as const)(
    "carries text to a receiver in %s, and back",
    async (encoding) => {
      const text = "a b ä € 𝄞 z";
      const imports = { "t:p/api-guarded": { process: "server", queue } };
      const app = { bytes: await client(echo(text, 0), { text }), imports };
      const { running } = await run({ server: { bytes: await server(encoding, false) }, app });
      expect(textOf(running, "app", 0)).toBe(text);
    },
  );

  it("goes to who implements the function, when the provider only hands it on", async () => {
    const app = await talker(`${note(4, 0)} ${digits(1)}`, { process: "relay", queue, cast: ["note"] });
    const { running } = await run({
      server: { bytes: quick },
      relay: { bytes: await relay(), imports: { "t:p/api": "server" } },
      app,
    });
    expect([resultOf(running, "app", 0, 0), resultOf(running, "app", 1, 8)]).toEqual([0, 4]);
  });

  it("to what has ended for good is unavailable", async () => {
    const app = await talker(`${crash(0)} ${digits(1)}`, { queue });
    const { running } = await run({ server: { bytes: quick, restart: "temporary" }, app });
    expect([resultOf(running, "app", 0, 4), resultOf(running, "app", 1, 8)]).toEqual([
      "crashed",
      "unavailable",
    ]);
  });

  it("over a plain wire ends its sender when it fails, and the report says why", async () => {
    const bytes = await client(`(call $crash) drop`, { plain: true });
    const app = { bytes, imports: { "t:p/api": { process: "server", queue } } };
    const { end } = await run({ server: { bytes: quick }, app });
    expect(end).toEqual({
      kind: "failed",
      message: expect.stringMatching(/process app trapped at .*: it called a process that crashed/) as string,
    });
  });
});

describe("receivers that are interrupted while they take a message in", () => {
  it("take turns, and each gets its own", async () => {
    const slowly = {
      bytes: await server("utf8", false, SLOW_ALLOCATOR),
      quotas: { fuel: 1e15, slice: 1_000 },
    };
    const [text, another] = ["ä bit of text", "another öne"];
    const [app, other] = await Promise.all([
      client(`${go} ${echo(text, 0)} ${sleep(50_000)}`, { text }),
      client(echo(another, 0), { text: another }),
    ]);
    const { running } = await run({
      first: slowly,
      second: slowly,
      other: { bytes: other, imports: { "t:p/api-guarded": "second" } },
      app: {
        bytes: app,
        imports: { "t:p/api-guarded": "first", "t:p/go": { process: "other", cast: ["go"] } },
      },
    });
    expect([textOf(running, "app", 0), textOf(running, "other", 0)]).toEqual([text, another]);
    expect(new Set(interrupted(running).slice(0, 10)).size).toBe(2);
  });
});

it("a receiver that is killed while it takes a message in leaves nothing of it", async () => {
  const never = SLOW_ALLOCATOR.replace("50000", "-1");
  const slowly = { bytes: await server("utf8", false, never), quotas: { fuel: 1e15, slice: 1_000 } };
  const app = { bytes: await client(echo("x", 0), { text: "x" }), imports: { "t:p/api-guarded": "first" } };
  const ended = run({ first: slowly, app });
  await expect.poll(() => running && interrupted(running).length > 10, { interval: 1 }).toBe(true);
  running?.kernel?.kill("first");
  expect(textOf((await ended).running, "app", 0)).toBe("crashed");
});

/** Names of processes whose slice was over, in that order. */
function interrupted({ kernel: host }: Running): string[] {
  const names: string[] = [];
  for (let age = 1; ; age++) {
    const event = host?.look(LOOK_EVENT, age);
    if (event === undefined) return names.reverse();
    if (event[0] === EVENT_PREEMPTED) names.push(host?.nameOf(event[1] ?? 0) ?? "");
  }
}

function livesOf({ kernel: host }: Running): Record<string, number> {
  return Object.fromEntries((host?.workers() ?? []).map(({ name, life }) => [name, life]));
}
