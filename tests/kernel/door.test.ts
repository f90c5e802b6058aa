/** The kernel's door: sizes, the ring, and what a host or a hostile guest can get wrong. */
import { beforeAll, describe, expect, test } from "vitest";
import * as abi from "../../kernel/abi.ts";
import { builtKernel } from "./built.ts";
import { Kernel } from "./simulator/kernel.ts";
import { CHILDREN, ROOT, SIZES, smallSystem, spawn, withTemplates, WORKER } from "./small-system.ts";

let module: WebAssembly.Module;
beforeAll(async () => {
  module = await builtKernel();
});

test("it imports nothing, and says its version", () => {
  expect(WebAssembly.Module.imports(module)).toEqual([]);
  const exports = new WebAssembly.Instance(module).exports as { version(): number };
  expect(exports.version()).toBe(abi.ABI_VERSION);
});

describe("sizes", () => {
  test.each([
    { processes: 0 },
    { processes: 0x10000 },
    { templates: 0 },
    { messages: 0 },
    { messages: 1 << 20 },
    { handles: 0 },
    { handles: 1 << 20 },
    { events: 0 },
  ])("%o is refused", (wrong) => {
    expect(new Kernel(module).initialise(1, { ...SIZES, ...wrong })).toBe(abi.STATUS_INVALID);
  });

  test("50,000 processes with two messages and handles each take less than 4 KiB apiece", () => {
    const kernel = new Kernel(module);
    const processes = 50_000;
    const sizes = {
      processes,
      templates: 100,
      messages: 2 * processes,
      handles: 2 * processes,
      events: 1000,
    };
    expect(kernel.initialise(1, sizes)).toBe(abi.STATUS_OK);
    expect(kernel.bytes / processes).toBeLessThan(4096);
  });
});

describe("the ring of commands", () => {
  test("an event is refused while there is no room for what it may cause, and changes nothing", () => {
    const { kernel, main } = smallSystem(module);
    let status = 0;
    let sent = 0;
    const event = [abi.EVENT_CALL, main, 0, 0];
    const self = kernel.send([abi.EVENT_ENDOW, main, main, abi.HANDLE_CALL, 0, -1]);
    // Each call to oneself names the cycle by a command.
    for (; status !== abi.STATUS_DRAIN; sent++) status = kernel.send([...event.slice(0, 2), self, 0]);
    const before = kernel.look(abi.LOOK_EVENT, 1);
    expect(before).toBeUndefined();
    expect(kernel.drain().length).toBe(sent);
    expect(kernel.send([...event.slice(0, 2), self, 0])).toBe(abi.STATUS_CYCLE);
    expect(kernel.drain().map(([kind]) => kind)).toEqual([abi.COMMAND_CYCLE]);
  });

  test("more than there are cannot be taken out", () => {
    const { kernel } = smallSystem(module);
    expect(kernel.acknowledge(1)).toBe(false);
    expect(kernel.acknowledge(-1)).toBe(false);
    expect(kernel.acknowledge(0)).toBe(true);
  });
});

/** Status of adding a process of a template with one field changed. */
function addWith(template: number, field: number, value: number): number {
  const kernel = withTemplates(module);
  kernel.send([abi.EVENT_TEMPLATE, template, field, value]);
  const root = kernel.send([abi.EVENT_ADD, 0, ROOT, 1]);
  return root < 0 ? root : kernel.send([abi.EVENT_ADD, root, template, 2]);
}

describe("configurations that cannot work", () => {
  test.each([
    ["a window of no time", ROOT, abi.FIELD_WINDOW, 0],
    ["more failures than a supervisor can count", ROOT, abi.FIELD_INTENSITY, abi.INTENSITY_LIMIT + 1],
    ["a strategy that there is not", ROOT, abi.FIELD_STRATEGY, 4],
    ["a restart that there is not", WORKER, abi.FIELD_RESTART, 3],
    ["a priority that there is not", WORKER, abi.FIELD_PRIORITY, abi.PRIORITIES],
    ["a first backoff above the limit", WORKER, abi.FIELD_BACKOFF, 1],
    ["a kind that there is not", WORKER, abi.FIELD_KIND, 3],
  ] as const)("%s", (_, template, field, value) => {
    expect(addWith(template, field, value)).toBe(abi.STATUS_CONFIGURATION);
  });

  test("a worker as root, children of a worker, children of a dynamic supervisor, a tree too deep", () => {
    const kernel = withTemplates(module, { ...SIZES, processes: 64 });
    const add = (parent: number, template: number): number =>
      kernel.send([abi.EVENT_ADD, parent, template, 1]);
    expect(add(0, WORKER)).toBe(abi.STATUS_CONFIGURATION);
    const root = add(0, ROOT);
    expect(add(0, ROOT)).toBe(abi.STATUS_STALE);
    expect(add(add(root, WORKER), WORKER)).toBe(abi.STATUS_CONFIGURATION);
    expect(add(add(root, CHILDREN), WORKER)).toBe(abi.STATUS_CONFIGURATION);
    let parent = root;
    for (let depth = 1; depth <= abi.DEPTH_LIMIT; depth++) parent = add(parent, ROOT);
    expect(parent).toBeGreaterThan(0);
    expect(add(parent, ROOT)).toBe(abi.STATUS_CONFIGURATION);
  });
});

describe("hostile guests", () => {
  test("a handle of another process, an old one and a made-up one are nobody's", () => {
    const system = smallSystem(module);
    const { kernel, main } = system;
    const child = spawn(system);
    const foreign = kernel.send([abi.EVENT_ENDOW, child.pid, main, abi.HANDLE_CALL, 0, -1]);
    expect(foreign).toBeGreaterThan(0);
    const old = kernel.send([abi.EVENT_NARROW, main, child.handle, -1]);
    kernel.send([abi.EVENT_DROP, main, old]);
    for (const handle of [foreign, old, 0, -1, 0x7fffffff, child.handle + (1 << abi.REF_INDEX_BITS)]) {
      for (const kind of [abi.EVENT_CALL, abi.EVENT_CAST, abi.EVENT_DROP, abi.EVENT_REVOKE, abi.EVENT_LINK]) {
        expect(kernel.send([kind, main, handle])).toBe(abi.STATUS_REVOKED);
      }
    }
    expect(kernel.send([abi.EVENT_CAST, main, child.handle])).toBe(abi.STATUS_OK);
  });

  test("a flood fills the receiver's mailbox and nothing else", () => {
    const system = smallSystem(module);
    const { kernel, main } = system;
    const [victim, other] = [spawn(system), spawn(system)];
    const flood = Array.from({ length: 100 }, () => kernel.send([abi.EVENT_CAST, main, victim.handle]));
    expect(flood.filter((status) => status === abi.STATUS_OK)).toHaveLength(4);
    expect(new Set(flood.slice(4))).toEqual(new Set([abi.STATUS_OVERLOADED]));
    expect(kernel.send([abi.EVENT_CAST, main, other.handle])).toBe(abi.STATUS_OK);
  });

  test("nobody blocks while another one runs", () => {
    const system = smallSystem(module);
    const child = spawn(system);
    expect(system.kernel.send([abi.EVENT_CALL, child.pid, 1, 1])).toBe(abi.STATUS_STALE);
    expect(system.kernel.send([abi.EVENT_WAIT, child.pid, 1])).toBe(abi.STATUS_STALE);
  });

  test("the dead ask for nothing", () => {
    const system = smallSystem(module);
    const child = spawn(system);
    system.kernel.send([abi.EVENT_DROP, system.main, child.handle]);
    for (let kind = abi.EVENT_CALL; kind <= abi.EVENT_GIVE; kind++) {
      if (kind === abi.EVENT_ENDOW || kind === abi.EVENT_POST) continue;
      expect(system.kernel.send([kind, child.pid, 1, 1])).toBe(abi.STATUS_STALE);
    }
  });

  test("an alarm that was set by an initialiser comes after the start", () => {
    const { kernel, main, spawner } = smallSystem(module);
    kernel.send([abi.EVENT_SPAWN, main, spawner, 9]);
    const start = kernel.drain().find(([kind]) => kind === abi.COMMAND_START);
    const [, pid = 0, life = 0] = start ?? [];
    expect(kernel.send([abi.EVENT_ALARM, pid, 7])).toBeGreaterThan(0);
    kernel.send([abi.EVENT_CLOCK]);
    kernel.drain();
    kernel.send([abi.EVENT_DONE, main]);
    expect(kernel.send([abi.EVENT_STARTED, pid, life])).toBe(abi.STATUS_OK);
    expect(kernel.send([abi.EVENT_NEXT])).toBe(1);
    expect(kernel.drain()).toContainEqual([abi.COMMAND_RUN, pid, life, abi.RUN_ALARM, 7, 0, 0]);
  });
});

describe("whose turn is over makes room for the next one", () => {
  test("in one event, which is refused whole where it is not its turn", () => {
    const system = smallSystem(module);
    const { kernel, main } = system;
    const { pid } = spawn(system);
    kernel.send([abi.EVENT_POST, pid, 0, 0, 7]);
    kernel.drain();
    expect(kernel.send([abi.EVENT_NEXT, pid])).toBe(abi.STATUS_STALE);
    expect(kernel.drain()).toEqual([]);
    expect(kernel.send([abi.EVENT_NEXT, main])).toBe(abi.NEXT_RUN);
    expect(kernel.drain()).toEqual([[abi.COMMAND_RUN, pid, 1, abi.RUN_CAST, 7, 0, 0]]);
    expect(kernel.send([abi.EVENT_NEXT, main])).toBe(abi.STATUS_STALE);
    expect(kernel.send([abi.EVENT_NEXT, pid])).toBe(0);
  });

  test("and of a call that ran on its caller's stack, the caller goes on", () => {
    const system = smallSystem(module);
    const { kernel, main } = system;
    const { pid, handle } = spawn(system);
    expect(kernel.send([abi.EVENT_CALL, main, handle])).toBe(abi.CALL_DIRECT);
    kernel.drain();
    expect(kernel.send([abi.EVENT_NEXT, pid])).toBe(abi.NEXT_DIRECT);
    expect(kernel.drain()).toEqual([]);
    expect(kernel.send([abi.EVENT_NEXT, main])).toBe(0);
  });
});

describe("for a long time", () => {
  test("no pid comes twice: a slot whose generations are used up is not given out again", () => {
    const system = smallSystem(module, { ...SIZES, processes: 4 });
    const { kernel, main, spawner } = system;
    const pids = new Set<number>();
    for (let i = 0; i < abi.PID_GENERATIONS; i++) {
      const { pid, handle } = spawn(system);
      pids.add(pid);
      kernel.send([abi.EVENT_DROP, main, handle]);
      kernel.drain();
    }
    expect(pids.size).toBe(abi.PID_GENERATIONS);
    expect(kernel.send([abi.EVENT_SPAWN, main, spawner, 1])).toBe(abi.STATUS_EXHAUSTED);
  });

  test("100,000 crashes and restarts leave nothing behind", () => {
    const system = smallSystem(module);
    const { kernel } = system;
    const { pid } = spawn(system);
    const before = kernel.look(abi.LOOK_TOTALS, 0)?.slice(0, 4);
    const bytes = kernel.bytes;
    for (let life = 1; life <= 100_000; life++) {
      kernel.send([abi.EVENT_CLOCK, life * 10]);
      kernel.send([abi.EVENT_ENDED, pid, life, abi.REASON_CRASHED]);
      const [start] = kernel.drain();
      expect(start?.slice(0, 3)).toEqual([abi.COMMAND_START, pid, life + 1]);
      kernel.send([abi.EVENT_STARTED, pid, life + 1]);
    }
    expect(kernel.look(abi.LOOK_TOTALS, 0)?.slice(0, 4)).toEqual(before);
    expect(kernel.bytes).toBe(bytes);
  });
});

test("the newest events can be looked at, with their status", () => {
  const { kernel, main, spawner } = smallSystem(module);
  kernel.send([abi.EVENT_CLOCK, 5]);
  kernel.send([abi.EVENT_CALL, main, spawner, 7]);
  const newest = kernel.look(abi.LOOK_EVENT, 1)?.slice(0, 11);
  expect(newest).toEqual([abi.EVENT_CALL, main, spawner, 7, 0, 0, 0, 0, abi.STATUS_DENIED, 5, 0]);
  expect(kernel.look(abi.LOOK_EVENT, 2)?.[0]).toBe(abi.EVENT_CLOCK);
  expect(kernel.look(abi.LOOK_EVENT, SIZES.events)).toBeDefined();
  expect(kernel.look(abi.LOOK_EVENT, SIZES.events + 1)).toBeUndefined();
});

test("what came of events can be looked at, in one order with them", () => {
  const { kernel, main } = smallSystem(module);
  const number = (what: number, age: number): number => kernel.look(what, age)?.[11] ?? 0;
  kernel.send([abi.EVENT_CLOCK, 7]);
  kernel.send([abi.EVENT_KILL, main]);
  const [kill, audit, start] = [3, 2, 1].map((age) => kernel.look(abi.LOOK_HISTORY, age)?.slice(0, 11));
  expect(kill).toEqual([abi.COMMAND_KILL, main, 1, abi.REASON_KILLED, 0, 0, 0, WORKER, 0, 7, 0]);
  expect(audit?.slice(0, 4)).toEqual([abi.COMMAND_AUDIT, main, 1, abi.AUDIT_DROPPED]);
  expect(start).toEqual([abi.COMMAND_START, main, 2, WORKER, 2, 0, 0, WORKER, 0, 7, 0]);
  const event = number(abi.LOOK_EVENT, 1);
  expect([3, 2, 1].map((age) => number(abi.LOOK_HISTORY, age) - event)).toEqual([1, 2, 3]);
});

test("calls and casts do not push out who lived and died", () => {
  const system = smallSystem(module);
  const { kernel, main } = system;
  const child = spawn(system);
  kernel.send([abi.EVENT_KILL, child.pid]);
  const killed = kernel.look(abi.LOOK_HISTORY, 1);
  for (let i = 0; i < 3 * SIZES.events; i++) kernel.send([abi.EVENT_CAST, main, child.handle]);
  expect(kernel.look(abi.LOOK_HISTORY, 1)).toEqual(killed);
});
