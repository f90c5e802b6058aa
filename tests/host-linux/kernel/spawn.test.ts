/** Processes that are made at run time: calls and casts, deaths, drops, and what is left of them. */
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Running } from "../../../host-linux/instantiate.ts";
import { LOOK_TOTALS } from "../../../kernel/abi.ts";
import { builtKernel, type KernelModules } from "../../../kernel/built.ts";
import { text } from "../../toolchain/link/guests.ts";
import {
  chatRoom,
  endOf,
  guestsOf,
  program,
  startSystem,
  type Room,
  type SystemOptions,
} from "./spawn-guests.ts";
import { STORING } from "./storing-room.ts";

/** Bodies of `run`, by what they show; each adds to `log`. */
const SCENARIOS = {
  calls: `const a = Process.spawn(); const b = Process.spawn();
    a.say("hello"); a.say("there"); b.say("you");
    log = a.last() + " " + count(a) + " " + b.last() + " " + count(b);`,
  order: `const a = Process.spawn(); for (let i = 0; i < 5; i++) a.say(i.toString());
    log = a.last() + " " + count(a);`,
  thousand: `const all: Process[] = [];
    for (let i = 0; i < 1000; i++) all.push(Process.spawn());
    for (let i = 0; i < 1000; i++) for (let j = 0; j <= i % 7; j++) all[i].say("line " + i.toString());
    let right = 0;
    for (let i = 0; i < 1000; i++)
      if (all[i].count() == i % 7 + 1 && all[i].last() == "line " + i.toString()) right++;
    log = right.toString();`,
  counted: `const a = Process.spawn(); const b = Process.spawn();
    log = count(a) + count(a) + count(b); a.drop();
    const c = Process.spawn(); log += " " + count(c) + count(b);`,
  recounted: `const a = Process.spawn(); const b = Process.spawn(); log = count(a) + count(b) + " ";
    log += crash(a) + " " + count(a) + count(b);`,
  tooMany: `const a = Process.spawn(); const b = Process.spawn(); log = open(); a.drop(); log += " " + open();
    b.drop();`,
  crash: `const a = Process.spawn(); const b = Process.spawn(); a.say("x"); b.say("y");
    log = crash(a) + " " + count(b);`,
  restart: `const a = Process.spawn(); a.say("x");
    log = crash(a) + " " + count(a) + " "; a.say("y"); log += count(a) + " " + a.last();`,
  stale: `const a = Process.spawn(); log = crash(a) + " " + count(a) + " " + say(a, "x");
    const linked = a.tryLink(); const watched = a.tryMonitor(1);
    log += " " + (linked.isErr ? Fault[linked.error] : "") + " " + (watched.isErr ? Fault[watched.error] : "");
    a.drop();`,
  crashLoop: `const a = Process.spawn(); const b = Process.spawn();
    log = crash(a) + " " + crash(a) + " " + count(b);`,
  dropped: `for (let i = 0; i < 100; i++) {
      const a = Process.spawn();
      if (a.count() != 0) log += "old lines ";
      a.say("line " + i.toString());
      if (a.last() != "line " + i.toString()) log += "wrong line ";
      a.drop();
    }
    log += "done";`,
  droppedLater: `const a = Process.spawn(); crash(a); a.say("x"); a.drop(); const b = Process.spawn(); log = count(b);`,
  droppedUnheard: `for (let i = 0; i < 200; i++) {
      const a = Process.spawn(); a.say("one"); a.say("two"); if (i % 2 == 0) log = count(a); a.drop();
    }`,
  linked: `const a = Process.spawn(); a.link(); crash(a); log = "never";`,
  spawnerDies: `open(); open(); log = open(); unreachable();`,
  again: `log = open() + " " + open() + " " + open();`,
  limited: `const a = Process.spawn(); const b = Process.spawn(); a.say("x");
    log = open() + " " + count(a); b.drop(); log += " " + open();`,
  restricted: `const a = Process.spawn(); const wide = a.narrow(<Functions>-1, 0, 0, 0);
    log = [count(a), say(a, "x"), say(wide, "x"), count(wide), a.tryMonitor(1).isOk ? "told" : ""].join(" ");`,
  hurried: `let refused = 0; for (let i = 0; i < 50; i++) if (open() == "Overloaded") refused++;
    log = refused > 0 ? "refused" : "";`,
  late: `for (let i = 0; i < 100_000; i++) {
      const a = Process.trySpawn();
      if (a.isErr) { log = Fault[a.error]; return; }
      a.value.drop();
    }`,
  comeAndGo: `for (let i = 0; i < 300; i++) {
      const a = Process.spawn(); a.say("x"); if (i % 3 == 0) crash(a); a.drop();
    }`,
};
type Scenario = keyof typeof SCENARIOS;

function numberOf(scenario: Scenario): number {
  return Object.keys(SCENARIOS).indexOf(scenario);
}

/** A room that counts how often it was asked, with its memory and its counter in one module, its functions in another. */
const SEVERAL = `(component
  (core module $state (memory (export "memory") 1)
    (global $asked (mut i32) (i32.const 0))
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) i32.const 1024)
    (func (export "ask") (result i32)
      (global.set $asked (i32.add (global.get $asked) (i32.const 1)))
      (i32.store (i32.const 0) (i32.add (i32.load (i32.const 0)) (i32.const 1)))
      (select (global.get $asked) (i32.const -1) (i32.eq (global.get $asked) (i32.load (i32.const 0))))))
  (core module $code (import "state" "memory" (memory 1)) (import "state" "ask" (func $ask (result i32)))
    (func (export "say") (param i32 i32))
    (func (export "count") (result i32) (call $ask))
    (func (export "last") (result i32) i32.const 8)
    (func (export "crash") unreachable))
  (core instance $a (instantiate $state))
  (core instance $b (instantiate $code (with "state" (instance $a))))
  (func $say (param "text" string) (canon lift (core func $b "say") string-encoding=utf16
    (memory (core memory $a "memory")) (realloc (core func $a "realloc"))))
  (func $count (result s32) (canon lift (core func $b "count")))
  (func $last (result string) (canon lift (core func $b "last") string-encoding=utf16
    (memory (core memory $a "memory")) (realloc (core func $a "realloc"))))
  (func $crash (canon lift (core func $b "crash")))
  (instance $api (export "say" (func $say)) (export "count" (func $count)) (export "last" (func $last))
    (export "crash" (func $crash)))
  (export "chat:room/api" (instance $api)))`;

let kernel: KernelModules;
let room: Room;
let main: Uint8Array;
beforeAll(async () => {
  [kernel, room] = await Promise.all([builtKernel(), chatRoom()]);
  main = await program(room, Object.values(SCENARIOS));
});

let running: Running | undefined;
afterEach(() => running?.kernel?.close());

/** Begins with these, a life each; the last one is what it does in all that follow. */
function start(scenarios: readonly Scenario[], options: SystemOptions = {}): Running {
  running = startSystem(guestsOf(room, main, options), kernel, scenarios.map(numberOf), options);
  return running;
}

/** What `run` has added to `log` at its end. */
async function said(scenario: Scenario, options: SystemOptions = {}): Promise<string> {
  const { said: text, end } = await endOf(start([scenario], options));
  expect(end).toEqual({ kind: "stopped" });
  return text;
}

describe("a process that is spawned", () => {
  it("answers calls, and keeps what it is told", async () => {
    expect(await said("calls")).toBe("there 2 you 1");
  });

  it("gets casts in their order, which do not wait for it", async () => {
    expect(await said("order", { cast: ["say"] })).toBe("4 5");
  });

  it("may be asked with a deadline", async () => {
    expect(await said("order", { deadline: 1000 })).toBe("4 5");
  });

  it("is one of a thousand, each with a state of its own", async () => {
    expect(await said("thousand", { most: 1000 })).toBe("1000");
  });

  it("may be of several core modules, which are one", async () => {
    const several = { ...room, bytes: await text(SEVERAL) };
    running = startSystem(guestsOf(several, main, {}), kernel, [numberOf("counted")], {});
    expect((await endOf(running)).said).toBe("121 12");
    const { plan } = running;
    const { template = -1, merged } = plan.root.processes.find(({ name }) => name === "room") ?? {};
    expect(plan.templates[template]?.instances.map(({ module }) => module)).toEqual([
      merged?.module,
      merged?.module,
    ]);
  });

  it("may have components in it, with resources between them that are its own", async () => {
    const storing = { ...room, bytes: await text(STORING) };
    running = startSystem(guestsOf(storing, main, {}), kernel, [numberOf("counted")], {});
    // The third begins where the first was, and finds nothing of it.
    expect((await endOf(running)).said).toBe("112211 1122");
  });

  it("starts again without the resources of its last life", async () => {
    const storing = { ...room, bytes: await text(STORING) };
    const options = { restart: "permanent" } as const;
    running = startSystem(guestsOf(storing, main, options), kernel, [numberOf("recounted")], options);
    expect((await endOf(running)).said).toBe("1111 Crashed 1122");
  });

  it("cannot be one too many", async () => {
    expect(await said("tooMany", { most: 2 })).toBe("Exhausted open");
  });
});

describe("a wire that spawns within limits", () => {
  it("makes so many, whatever becomes of them, which live on", async () => {
    expect(await said("limited", { limits: { uses: 2 } })).toBe("Revoked 1 Revoked");
  });

  it("makes so many in a second", async () => {
    expect(await said("hurried", { limits: { rate: 1 }, most: 50 })).toBe("refused");
  });

  it("makes them for a time", async () => {
    expect(await said("late", { limits: { until: 1 } })).toBe("Revoked");
  });

  it("gives handles of less, which nobody can make more of", async () => {
    expect(await said("restricted", { limits: { functions: ["count"] } })).toBe("0 Revoked Revoked 0 told");
  });

  it("begins anew with each life of who spawns", async () => {
    const { said: text } = await endOf(start(["spawnerDies", "again"], { limits: { uses: 3 } }));
    expect(text).toBe("open open open");
  });
});

describe("the death of one", () => {
  it("is a fault for its caller, and touches nobody else", async () => {
    expect(await said("crash")).toBe("Crashed 1");
    expect(running?.deaths.map(({ process, reason }) => [process, reason])).toEqual([["room", "crashed"]]);
    expect(running?.deaths[0]?.report).toBeDefined();
  });

  it("is followed by a restart, where that is wanted, and nothing of the old life is left", async () => {
    expect(await said("restart", { restart: "permanent" })).toBe("Crashed 0 1 y");
  });

  it("leaves a stale handle, where it is not restarted", async () => {
    expect(await said("stale")).toBe("Crashed Revoked Revoked Revoked Revoked");
  });

  it("too often ends its supervisor, and so the others", async () => {
    const options = { restart: "permanent", intensity: 1 } as const;
    expect(await said("crashLoop", options)).toBe("Crashed Crashed Revoked");
  });

  it("is the death of whoever is linked to it", async () => {
    expect((await endOf(start(["linked", "again"], { most: 2 }))).said).toBe("open open Exhausted");
    expect(running?.kernel?.workers().find(({ name }) => name === "main")?.life).toBe(2);
  });
});

describe("a handle that is dropped", () => {
  it("ends the process, whose place the next one begins in as new", async () => {
    expect(await said("dropped", { most: 1 })).toBe("done");
  });

  it("takes with it what the process was still to be told", async () => {
    const system = start(["droppedUnheard"], { most: 1, cast: ["say"] });
    expect((await endOf(system)).said).toBe("2");
    const [, messages] = system.kernel?.look(LOOK_TOTALS, 1) ?? [];
    expect(messages).toBe(0);
  });

  it("ends the process also when it was restarted before", async () => {
    expect(await said("droppedLater", { restart: "permanent", most: 1 })).toBe("0");
  });
});

it("a spawner's death ends what it made, and its next life begins with nothing", async () => {
  expect((await endOf(start(["spawnerDies", "again"], { most: 2 }))).said).toBe("open open Exhausted");
  expect(running?.deaths.map(({ process }) => process)).toEqual(["main"]);
});

it("those that come and go leave nothing in the kernel", async () => {
  const system = start(["comeAndGo"], { most: 1 });
  const used = (): number[] => [...(system.kernel?.look(LOOK_TOTALS, 1) ?? [])].slice(0, 3);
  // The root, the supervisor of rooms, main; and its authority to spawn.
  expect(used()).toEqual([3, 0, 1]);
  await endOf(system);
  expect(used()).toEqual([3, 0, 0]);
  expect(system.kernel?.workers().map(({ name }) => name)).toEqual(["main"]);
});
