/** What the main thread shows of a running system: records, the tree, the trace, orders. */
import { beforeEach, describe, expect, test } from "vitest";
import { treeText } from "../../../host-linux/control/tree-text.ts";
import * as abi from "../../../kernel/abi.ts";
import { watchedSystem, type Watched } from "./watched.ts";

const NOTHING = { restarts: 0, mail: 0, mailBytes: 0, handles: 0, records: 0, cpu: 0 };

let system: Watched;
beforeEach(async () => {
  system = await watchedSystem();
});

describe("records", () => {
  test("name everybody, and say how they are", async () => {
    const { control, kernel, pids, handles } = system;
    kernel.send([abi.EVENT_CLOCK, 2_500_000]);
    kernel.send([abi.EVENT_USED, pids.front, 1234]);
    kernel.send([abi.EVENT_CAST, pids.front, handles.store, 0, 40, 7]);
    kernel.send([abi.EVENT_ALARM, pids.front, 1, 9_000_000]);
    kernel.send([abi.EVENT_CALL, pids.front, handles.store, 1, 20, 0, 8]);
    const { processes, ...rest } = await control.look();
    expect(rest).toEqual({ system: "chat", time: 2_500_000, messages: 3, handles: 2, timers: 1, cpu: 1234 });
    const quotas = { mail: 4, mailBytes: 1000, records: 4, handles: 100 };
    const [idle, parent] = [{ ...NOTHING, kind: "worker", quotas }, pids.chat];
    const supervisor = { ...NOTHING, kind: "supervisor", state: "up" };
    expect(processes).toEqual([
      { ...supervisor, pid: pids.chat, name: "chat", strategy: "one_for_one" },
      {
        ...idle,
        parent,
        pid: pids.front,
        name: "front",
        state: "waiting",
        waitsFor: "store",
        handles: 2,
        records: 1,
        cpu: 1234,
      },
      { ...idle, parent, pid: pids.store, name: "store", state: "ready", mail: 2, mailBytes: 60 },
      { ...supervisor, parent, pid: pids.rooms, name: "rooms", strategy: "dynamic" },
    ]);
  });

  test("count restarts, and name a child by its place, and the next one there too", async () => {
    const { control, kernel, pids, spawn } = system;
    const first = spawn();
    kernel.send([abi.EVENT_ENDED, pids.store, 1, abi.REASON_CRASHED]);
    const before = await control.look();
    expect(before.processes.find(({ name }) => name === "store")).toMatchObject({
      state: "backoff",
      lastEnd: "crashed",
    });
    expect(before.processes.find(({ pid }) => pid === first.pid)?.name).toBe("room#5");
    kernel.send([abi.EVENT_CLOCK, 1_000_000]);
    const after = await control.look();
    expect(after.processes.find(({ name }) => name === "store")).toMatchObject({
      state: "starting",
      restarts: 1,
    });
    const places = system.plan.root.kernel?.tables.processes ?? 0;
    let last = first;
    for (let i = 4; i < places; i++) {
      kernel.send([abi.EVENT_DROP, pids.front, last.handle]);
      last = spawn();
    }
    const { processes } = await control.look();
    expect(processes.find(({ pid }) => pid === last.pid)?.name).toBe("room#5.2");
  });
});

test("the tree is drawn with strategies, states, restarts and whom one waits for", async () => {
  const { control, kernel, pids, handles, spawn } = system;
  for (let i = 0; i < 4; i++) spawn();
  kernel.send([abi.EVENT_ENDED, pids.store, 1, abi.REASON_CRASHED]);
  kernel.send([abi.EVENT_CLOCK, 1_000_000]);
  kernel.send([abi.EVENT_STARTED, pids.store, 2]);
  kernel.send([abi.EVENT_CAST, pids.front, handles.store, 0, 4, 1]);
  kernel.send([abi.EVENT_CALL, pids.front, handles.store, 1, 4, 0, 2]);
  const records = await control.look();
  expect(treeText(records, { most: 2 })).toBe(
    [
      "chat          one_for_one  up",
      "├─ front                   waiting  for store",
      "├─ store                   ready    1 restart, last end: crashed",
      "└─ rooms      dynamic      up       4 children",
      "   ├─ room#5               idle",
      "   ├─ room#6               idle",
      "   └─ …                             2 more: 2 idle",
    ].join("\n"),
  );
});

/** The texts of the trace. */
async function told(routine = false): Promise<string[]> {
  const { entries } = await system.control.trace();
  return entries.filter((entry) => routine || entry.routine !== true).map(({ text }) => text);
}

describe("the trace", () => {
  test("tells in words what happened since the start, and who was given what", async () => {
    expect(await told()).toEqual([
      "the system is started",
      "front is started",
      "front has started",
      "store is started",
      "store has started",
      "front may use store, by the plan",
      "front may make processes under rooms, by the plan",
      "front, chat:front/main#run, is called from outside",
    ]);
  });

  test("tells who may look at everybody", async () => {
    const { kernel, pids } = system;
    const look = kernel.send([abi.EVENT_ENDOW, pids.store, pids.chat, abi.HANDLE_LOOK]);
    expect((await told()).at(-1)).toBe("store may look at everybody, by the plan");
    kernel.send([abi.EVENT_LOOK, pids.store, look, abi.LOOK_TOTALS, 1]);
    kernel.send([abi.EVENT_LOOK, pids.front, look, abi.LOOK_TOTALS, 1]);
    expect((await told()).at(-1)).toBe("front looks at the kernel: refused, revoked");
  });

  test("tells of calls, casts, deaths, restarts and lost handles", async () => {
    const { control, kernel, pids, handles } = system;
    const { newest } = await control.trace();
    kernel.send([abi.EVENT_CLOCK, 3_000_000]);
    kernel.send([abi.EVENT_CAST, pids.front, handles.store, 0, 40, 7]);
    kernel.send([abi.EVENT_CAST, pids.front, 99, 0, 40, 7]);
    kernel.send([abi.EVENT_CALL, pids.front, handles.store, 1, 20, 0, 8]);
    kernel.send([abi.EVENT_KILL, pids.store]);
    kernel.send([abi.EVENT_CLOCK, 3_100_000]);
    kernel.send([abi.EVENT_REVOKE, 0, handles.store]);
    const { entries, missed } = await control.trace(newest);
    expect(missed).toBe(false);
    expect(entries.filter(({ routine }) => routine !== true)).toMatchObject([
      {
        time: 3_000_000,
        what: "cast",
        from: "event",
        text: "front casts to store, chat:store/api#put (40 bytes)",
      },
      {
        refused: "revoked",
        text: "front casts to somebody (its handle 99 is gone) (40 bytes): refused, revoked",
      },
      { text: "front calls store, chat:store/api#get (20 bytes), and waits" },
      { text: "store is to be killed" },
      { what: "kill", from: "kernel", text: "store was ended: killed" },
      { what: "backoff", text: expect.stringMatching(/^store will be restarted at 3\.00\d s$/) },
      { time: 3_100_000, text: "store is restarted (life 2)" },
      { what: "audit", text: "front may not use store any more: revoked" },
    ]);
  });

  test("tells who gave a handle to whom, and who let go of it", async () => {
    const { control, kernel, pids, handles, spawn } = system;
    const { handle } = spawn();
    const { newest } = await control.trace();
    kernel.send([abi.EVENT_GIVE, pids.front, handles.store, handle]);
    kernel.send([abi.EVENT_GIVE, pids.front, handles.store, handle]);
    kernel.send([abi.EVENT_GIVE, pids.store, 0, handle, pids.front]);
    kernel.send([abi.EVENT_DROP, 0, handle]);
    const { entries } = await control.trace(newest);
    expect(entries.map(({ text, routine }) => `${routine === true ? "" : "! "}${text}`)).toEqual([
      "front gives store its handle of room#5",
      "! store was given a handle of room#5",
      "! front gives store its handle of room#5: refused, revoked",
      "store gives front its handle of room#5",
      "! front was given a handle of room#5",
      "the host drops a handle of room#5",
      "! front let go of room#5",
      "! room#5 was ended: unowned",
    ]);
  });

  test("leaves out what a host does all the time, unless it is asked for", async () => {
    const { kernel, pids } = system;
    kernel.send([abi.EVENT_USED, pids.front, 5]);
    expect((await told()).at(-1)).toBe("front, chat:front/main#run, is called from outside");
    expect((await told(true)).slice(-2)).toEqual([
      "the host is free to run something",
      "front used 5 units of fuel",
    ]);
  });

  test("gives only what is new, and says when something was missed", async () => {
    const { control, kernel } = system;
    const { newest = 0 } = await control.trace();
    expect(await control.trace(newest)).toEqual({ entries: [], newest, missed: false });
    for (let i = 0; i < 40; i++) kernel.send([abi.EVENT_CLOCK, i]);
    const { entries, missed } = await control.trace(newest);
    expect(entries).toHaveLength(32);
    expect(missed).toBe(true);
  });

  test("keeps the names of those who are gone", async () => {
    const { control, kernel, pids, spawn } = system;
    const { pid, handle } = spawn();
    kernel.send([abi.EVENT_DROP, pids.front, handle]);
    const texts = await told();
    expect(texts).toContain("front spawns a child of rooms");
    expect(texts).toContain("front spawned room#5, and owns it");
    expect(texts).toContain("room#5 was ended: unowned");
    kernel.send([abi.EVENT_ENDED, pid, 1, abi.REASON_CRASHED]);
    expect((await control.trace()).entries.at(-1)).toMatchObject({
      text: "room#5 ended: crashed: refused, stale",
      routine: true,
    });
  });
});

describe("orders", () => {
  test("a kill is a failure: the supervisor decides what follows", async () => {
    const { control, pids } = system;
    expect(await control.kill("front")).toMatchObject({ pid: pids.front, name: "front", state: "running" });
    const { processes } = await control.look();
    expect(processes[1]).toMatchObject({ name: "front", state: "starting", restarts: 1, lastEnd: "killed" });
  });

  test("a stop is for good; a pid names a process as well", async () => {
    const { control, pids, kernel } = system;
    expect(await control.stop(pids.store)).toMatchObject({ name: "store" });
    kernel.send([abi.EVENT_CLOCK, 10_000_000]);
    const { processes } = await control.look();
    expect(processes[2]).toMatchObject({ name: "store", state: "down", restarts: 0 });
    await expect(control.kill("store")).rejects.toThrow("chat: store cannot be killed now: it is down.");
  });

  test("of a name that two have is refused: whose pid was meant has to be said", async () => {
    const { control, pids } = await watchedSystem("chat");
    await expect(control.kill("chat")).rejects.toThrow(
      `chat: expected one process, found two of the name chat: the supervisor with pid ${pids.chat} and the worker with pid ${pids.front}. Give the pid`,
    );
    expect(await control.kill(pids.front)).toMatchObject({ name: "chat", kind: "worker" });
  });

  test("of nobody is refused by name", async () => {
    await expect(system.control.kill("stoer")).rejects.toThrow(
      'chat: expected the name or pid of a process, found "stoer"; there are chat, front, store, rooms.',
    );
  });
});

test("a system in an endless loop is told of after a second", async () => {
  system.hang();
  await expect(system.control.look()).rejects.toThrow(
    /^chat has not answered for 1 second: it is still starting, or a process has been running for so long\. One with quotas\.slice/,
  );
});
