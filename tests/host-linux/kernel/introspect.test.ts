/** What devices tell a process of the kernel: of everybody to who may look, and of itself; and how it ends others. */
import { beforeAll, beforeEach, expect, test } from "vitest";
import type { KernelDoor } from "../../../host-linux/devices/kernel-door.ts";
import { DeviceTrap } from "../../../host-linux/host-error.ts";
import type { WorkerQuotas } from "../../../host-linux/kernel/quotas.ts";
import * as abi from "../../../kernel/abi.ts";
import { builtKernel } from "../../kernel/built.ts";
import { SIZES, smallSystem, type SmallSystem, spawn, WORKER } from "../../kernel/small-system.ts";
import { type Call, deviceCaller } from "../device-caller.ts";

let module: WebAssembly.Module;
let system: SmallSystem;
let look: number;
let call: Call;
beforeAll(async () => {
  module = await builtKernel();
});
beforeEach(async () => {
  system = smallSystem(module, { ...SIZES, events: 16 });
  const { kernel, main, children } = system;
  look = kernel.send([abi.EVENT_ENDOW, main, children, abi.HANDLE_LOOK]);
  call = await deviceCaller({ device: "atoll:kernel/introspect" }, { kernel: doorOf(system) });
});

/** By template. */
const QUOTAS: Readonly<Record<number, WorkerQuotas>> = {
  [WORKER]: { mail: 4, mailBytes: 1000, records: 5, handles: 0xffff_ffff, fuel: 2 ** 40 },
};

/** Of main. */
function doorOf({ kernel, main }: SmallSystem): KernelDoor {
  return {
    name: "main",
    pid: () => main,
    life: () => 1,
    mayLook: () => kernel.send([abi.EVENT_LOOK, main, look, abi.LOOK_TOTALS, 1]) === abi.STATUS_OK,
    look: (what, index) => {
      const words = kernel.look(what, index);
      return words && Int32Array.from(words);
    },
    nameOf: (template) => `template ${template}`,
    quotasOf: (template) => QUOTAS[template],
    order: (event, pid) => kernel.send([event, pid]),
    ask: unused,
    wait: unused,
    waitFor: unused,
    waitForWake: unused,
    waker: unused,
    onEnd: unused,
    suspend: unused,
    ends: unused,
  };
}

function unused(): never {
  throw new Error("who looks asks for nothing else");
}

test("handles are told with who holds them, what for, and what limits them", () => {
  const { kernel, main, children, spawner } = system;
  const room = spawn(system);
  const narrow = kernel.send([abi.EVENT_NARROW, main, room.handle, 0b101, 7]);
  const anyFunction = 0xffff_ffff;
  const mine = { holder: main, functions: anyFunction, "uses-left": 0, "derived-from": 0 };
  expect(call("handles")).toEqual([
    { ...mine, handle: spawner, provider: children, allows: "spawn" },
    { ...mine, handle: look, provider: children, allows: "look", functions: 0 },
    { ...mine, handle: room.handle, provider: room.pid, allows: "own" },
    {
      handle: narrow,
      holder: main,
      provider: room.pid,
      allows: "call",
      functions: 0b101,
      "uses-left": 7,
      "derived-from": room.handle,
    },
  ]);
});

test("processes are told with how they are", () => {
  const room = spawn(system);
  const processes = call("processes") as { pid: number }[];
  expect(processes).toHaveLength(4);
  expect(processes.find(({ pid }) => pid === room.pid)).toMatchObject({
    name: "template 3",
    life: 1,
    state: "idle",
    reason: { case: "none" },
    parent: system.children,
    "waits-for": 0,
    quotas: {
      case: "some",
      value: {
        mail: 4,
        "mail-bytes": 1000,
        records: 5,
        handles: 0xffff_ffff,
        fuel: { case: "some", value: 2n ** 40n },
      },
    },
  });
  expect(processes.find(({ pid }) => pid === system.children)).toMatchObject({ quotas: { case: "none" } });
});

test("events are those before the question", () => {
  const { kernel, main } = system;
  kernel.send([abi.EVENT_CLOCK, 9]);
  kernel.send([abi.EVENT_ALARM, main, 1, 5]);
  expect(call("events", 2)).toEqual([
    { kind: "alarm", pid: main, accepted: true, time: 9n },
    { kind: "clock", pid: 0, accepted: true, time: 9n },
  ]);
  expect(call("events", 1000)).toHaveLength(15);
});

test("changes of what processes may do are told, the newest first", () => {
  const { kernel, main, children } = system;
  kernel.send([abi.EVENT_CLOCK, 7]);
  const room = spawn(system);
  const narrow = kernel.send([abi.EVENT_NARROW, main, room.handle, 1]);
  kernel.send([abi.EVENT_REVOKE, main, room.handle]);
  const of = { holder: main, life: 1, provider: room.pid, time: 7n };
  const own = { ...of, handle: room.handle, "derived-from": 0 };
  const derived = { ...of, handle: narrow, "derived-from": room.handle };
  expect(call("audit", 4)).toEqual([
    { ...own, what: "revoked" },
    { ...derived, what: "revoked" },
    { ...derived, what: "narrowed" },
    { ...own, what: "spawned" },
  ]);
  const all = call("audit", 1000) as unknown[];
  expect(all[4]).toMatchObject({ what: "endowed", handle: look, provider: children });
});

test("a process sees what it holds itself, and no more, without being granted anything", async () => {
  const { kernel, main, children } = system;
  const room = spawn(system);
  kernel.send([abi.EVENT_ENDOW, room.pid, main, abi.HANDLE_CALL, 0, -1, 0]);
  const own = await deviceCaller({ device: "atoll:kernel/capability" }, { kernel: doorOf(system) });
  expect(own("held")).toMatchObject([
    { provider: children, allows: "spawn" },
    { provider: children, allows: "look" },
    { provider: room.pid, allows: "own" },
  ]);
});

test("a process sees how full its mailbox is", async () => {
  const { kernel, main } = system;
  const own = await deviceCaller({ device: "atoll:kernel/mailbox" }, { kernel: doorOf(system) });
  const most = { "most-messages": 4, "most-bytes": 1000 };
  expect(own("fullness")).toEqual({ messages: 0, bytes: 0, ...most });
  for (const bytes of [200, 50]) kernel.send([abi.EVENT_POST, main, 0, bytes, 1]);
  expect(own("fullness")).toEqual({ messages: 2, bytes: 250, ...most });
});

test("who may end others ends those that are there", async () => {
  const { kernel, children } = system;
  const operator = await deviceCaller({ device: "atoll:kernel/supervisor" }, { kernel: doorOf(system) });
  const room = spawn(system);
  kernel.drain();
  const done = { case: "ok" };
  const nobody = { case: "error", value: "unavailable" };
  expect(operator("kill", room.pid)).toMatchObject(done);
  expect(kernel.drain().map(([kind, pid]) => [kind, pid])).toContainEqual([abi.COMMAND_KILL, room.pid]);
  for (const pid of [0, 12345, 0xffff_ffff]) expect(operator("kill", pid)).toMatchObject(nobody);
  expect(operator("stop", children)).toMatchObject(done);
  expect(operator("stop", 12345)).toMatchObject(nobody);
});

test("who may not look any more traps, whatever it asks for", () => {
  expect(call("totals")).toMatchObject({ processes: 3 });
  system.kernel.send([abi.EVENT_REVOKE, 0, look]);
  for (const [name, ...args] of [
    ["processes"],
    ["handles"],
    ["totals"],
    ["events", 1],
    ["audit", 1],
  ] as const) {
    expect(() => call(name, ...args)).toThrow(DeviceTrap);
  }
});

test("a handle for something else, or of somebody else, does not show anything", () => {
  const { kernel, main, children, spawner } = system;
  const room = spawn(system);
  const foreign = kernel.send([abi.EVENT_ENDOW, room.pid, children, abi.HANDLE_LOOK]);
  for (const handle of [spawner, room.handle, foreign, 0]) {
    look = handle;
    expect(() => call("totals"), `handle ${handle}`).toThrow("may not look at the kernel");
  }
  expect(kernel.send([abi.EVENT_LOOK, main, foreign, abi.LOOK_TOTALS])).toBe(abi.STATUS_REVOKED);
});
