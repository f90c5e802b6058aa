/** `atoll:kernel/introspect` shows what the kernel's tables say, to who may look, until that is revoked. */
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

const unused = (): never => {
  throw new Error("introspection asks for nothing else");
};

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
    ask: unused,
    wait: unused,
    waitFor: unused,
    suspend: unused,
    ends: unused,
  };
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

test("who may not look any more traps, whatever it asks for", () => {
  expect(call("totals")).toMatchObject({ processes: 3 });
  system.kernel.send([abi.EVENT_REVOKE, 0, look]);
  for (const [name, ...args] of [["processes"], ["handles"], ["totals"], ["events", 1]] as const) {
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
