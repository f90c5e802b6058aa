/** Handles that change their holder: what they keep, whom they reach, and whose life hangs on whom. */
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import * as abi from "../../kernel/abi.ts";
import { builtKernel } from "./built.ts";
import { SIZES, smallSystem, type SmallSystem, spawn } from "./small-system.ts";

let module: WebAssembly.Module;
let system: SmallSystem;
beforeAll(async () => {
  module = await builtKernel();
});
beforeEach(() => {
  system = smallSystem(module);
});

/** Of the report of a handle: number, holder, provider, kind, object, mask, uses left, derived from. */
function report(handle: number): readonly number[] | undefined {
  return system.kernel.look(abi.LOOK_HANDLE, handle % 2 ** abi.REF_INDEX_BITS)?.slice(0, 8);
}

/** The host says to whom, as for a call on the caller's stack. */
function give(caller: number, handle: number, receiver: number): number {
  return system.kernel.send([abi.EVENT_GIVE, caller, 0, handle, receiver]);
}

function lives(pid: number): boolean {
  return (system.kernel.look(abi.LOOK_PROCESS, pid % 2 ** abi.PID_SLOT_BITS)?.[2] ?? 0) > abi.STATE_DOWN;
}

describe("a handle that is given", () => {
  test("keeps number, kind, limits and what it is derived from; its giver has it no more", () => {
    const { kernel, main } = system;
    const [room, guest] = [spawn(system), spawn(system)];
    const narrow = kernel.send([abi.EVENT_NARROW, main, room.handle, 0b1, 3]);
    const before = report(narrow);
    expect(kernel.send([abi.EVENT_GIVE, main, guest.handle, narrow])).toBe(abi.STATUS_OK);
    expect(report(narrow)).toEqual(before?.with(1, guest.pid));
    expect(kernel.send([abi.EVENT_CAST, main, narrow])).toBe(abi.STATUS_REVOKED);
    expect(kernel.send([abi.EVENT_CAST, guest.pid, narrow, 0])).toBe(abi.STATUS_OK);
    expect(kernel.send([abi.EVENT_CAST, guest.pid, narrow, 1])).toBe(abi.STATUS_DENIED);
    expect(report(narrow)?.[6]).toBe(2);
  });

  test("is told to whoever keeps the record, with its new holder", () => {
    const [room, guest] = [spawn(system), spawn(system)];
    give(system.main, room.handle, guest.pid);
    const words = [guest.pid, 1, abi.AUDIT_GIVEN, room.handle, room.pid, 0];
    expect(system.kernel.drain()).toEqual([[abi.COMMAND_AUDIT, ...words]]);
  });

  test("can be taken back by who holds what it is derived from", () => {
    const { kernel, main } = system;
    const [room, guest] = [spawn(system), spawn(system)];
    const share = kernel.send([abi.EVENT_NARROW, main, room.handle, -1]);
    const given = kernel.send([abi.EVENT_NARROW, main, share, -1]);
    give(main, given, guest.pid);
    expect(kernel.send([abi.EVENT_REVOKE, main, share])).toBe(abi.STATUS_OK);
    expect(kernel.send([abi.EVENT_CAST, guest.pid, given])).toBe(abi.STATUS_REVOKED);
    expect(kernel.send([abi.EVENT_CAST, main, room.handle])).toBe(abi.STATUS_OK);
  });

  test("to its own holder stays where it is", () => {
    const { kernel, main } = system;
    const room = spawn(system);
    const self = kernel.send([abi.EVENT_ENDOW, main, main, abi.HANDLE_CALL, 0, -1]);
    kernel.drain();
    expect(kernel.send([abi.EVENT_GIVE, main, self, room.handle])).toBe(abi.STATUS_OK);
    expect(kernel.drain()).toEqual([]);
    expect(report(room.handle)?.[1]).toBe(main);
  });

  test("may be one that is over: its new holder finds that out", () => {
    const { kernel, main } = system;
    const [room, guest] = [spawn(system), spawn(system)];
    const lease = kernel.send([abi.EVENT_NARROW, main, room.handle, -1, 0, 0, 5]);
    kernel.send([abi.EVENT_CLOCK, 6]);
    expect(give(main, lease, guest.pid)).toBe(abi.STATUS_OK);
    expect(kernel.send([abi.EVENT_CAST, guest.pid, lease])).toBe(abi.STATUS_EXPIRED);
  });
});

describe("nothing is given", () => {
  test("of another process, nor twice", () => {
    const { main } = system;
    const [room, guest] = [spawn(system), spawn(system)];
    expect(give(guest.pid, room.handle, main)).toBe(abi.STATUS_REVOKED);
    expect(give(main, room.handle, guest.pid)).toBe(abi.STATUS_OK);
    expect(give(main, room.handle, guest.pid)).toBe(abi.STATUS_REVOKED);
    expect(give(main, 0x7fffffff, guest.pid)).toBe(abi.STATUS_REVOKED);
  });

  test("to the dead, to a supervisor, to nobody", () => {
    const { kernel, main, children } = system;
    const [room, gone] = [spawn(system), spawn(system)];
    kernel.send([abi.EVENT_DROP, main, gone.handle]);
    for (const receiver of [gone.pid, children, 0, -1]) {
      expect(give(main, room.handle, receiver)).toBe(abi.STATUS_UNAVAILABLE);
    }
    expect(report(room.handle)?.[1]).toBe(main);
  });

  test("over a handle that does not lead to a process, or not any more", () => {
    const { kernel, main, spawner } = system;
    const [room, guest] = [spawn(system), spawn(system)];
    expect(kernel.send([abi.EVENT_GIVE, main, spawner, room.handle])).toBe(abi.STATUS_DENIED);
    const way = kernel.send([abi.EVENT_NARROW, main, guest.handle, -1]);
    kernel.send([abi.EVENT_DROP, main, way]);
    expect(kernel.send([abi.EVENT_GIVE, main, way, room.handle])).toBe(abi.STATUS_REVOKED);
  });

  test("beyond what the receiver may hold", () => {
    const small = { ...SIZES, handles: 64 };
    system = smallSystem(module, small, { [abi.FIELD_HANDLES]: 4 });
    const { kernel, main } = system;
    const guest = spawn(system);
    const gifts = [];
    for (let i = 0; i < 5; i++) {
      const gift = kernel.send([abi.EVENT_NARROW, main, guest.handle, -1]);
      gifts.push(give(main, gift, guest.pid));
    }
    expect(gifts).toEqual([0, 0, 0, 0, abi.STATUS_EXHAUSTED]);
  });
});

describe("whose life hangs on a handle that is given", () => {
  test("hangs on its new holder", () => {
    const { kernel, main } = system;
    const [room, keeper] = [spawn(system), spawn(system)];
    give(main, room.handle, keeper.pid);
    kernel.send([abi.EVENT_DROP, main, keeper.handle]);
    expect([lives(keeper.pid), lives(room.pid)]).toEqual([false, false]);
  });

  test("may still be starting, or be asked to end", () => {
    const { kernel, main, spawner } = system;
    const keeper = spawn(system);
    const starting = kernel.send([abi.EVENT_SPAWN, main, spawner, 9]);
    const [, pid = 0] = kernel.drain().find(([kind]) => kind === abi.COMMAND_START) ?? [];
    expect(give(main, starting, keeper.pid)).toBe(abi.STATUS_OK);
    expect(kernel.send([abi.EVENT_STARTED, pid, 1])).toBe(abi.STATUS_OK);
    kernel.send([abi.EVENT_STOP, pid]);
    expect(give(keeper.pid, starting, main)).toBe(abi.STATUS_OK);
    expect(report(starting)?.[1]).toBe(main);
  });

  test("may be the holder itself: it lives until it ends, and then for good", () => {
    const { kernel, main } = system;
    const room = spawn(system);
    expect(kernel.send([abi.EVENT_GIVE, main, room.handle, room.handle])).toBe(abi.STATUS_OK);
    expect(lives(room.pid)).toBe(true);
    kernel.send([abi.EVENT_ENDED, room.pid, 1, abi.REASON_CRASHED]);
    expect(lives(room.pid)).toBe(false);
    expect(kernel.drain().map(([kind]) => kind)).not.toContain(abi.COMMAND_START);
  });

  test("may end by its own hand", () => {
    const { kernel, main } = system;
    const room = spawn(system);
    give(main, room.handle, room.pid);
    expect(kernel.send([abi.EVENT_DROP, room.pid, room.handle])).toBe(abi.STATUS_OK);
    expect(lives(room.pid)).toBe(false);
  });

  test("in a circle: all live until one of them ends, and then nothing is left", () => {
    const { kernel, main } = system;
    const before = kernel.look(abi.LOOK_TOTALS, 0)?.slice(0, 4);
    const ring = [spawn(system), spawn(system), spawn(system)];
    for (const [i, { handle }] of ring.entries()) give(main, handle, ring[(i + 1) % 3]?.pid ?? 0);
    expect(ring.map(({ pid }) => lives(pid))).toEqual([true, true, true]);
    kernel.send([abi.EVENT_ENDED, ring[1]?.pid ?? 0, 1, abi.REASON_CRASHED]);
    expect(kernel.look(abi.LOOK_TOTALS, 0)?.slice(0, 4)).toEqual(before);
  });

  test("in a chain, however long, ends with its first one in one event", () => {
    const length = 5000;
    system = smallSystem(module, { ...SIZES, processes: length + 10, handles: 2 * length });
    const { kernel, main } = system;
    const before = kernel.look(abi.LOOK_TOTALS, 0)?.slice(0, 4);
    let above = main;
    let first = 0;
    for (let i = 0; i < length; i++) {
      const { pid, handle } = spawn(system);
      if (i === 0) first = handle;
      else give(main, handle, above);
      above = pid;
      kernel.drain();
    }
    expect(kernel.look(abi.LOOK_TOTALS, 0)?.[0]).toBe(length + 3);
    kernel.send([abi.EVENT_DROP, main, first]);
    expect(kernel.look(abi.LOOK_TOTALS, 0)?.slice(0, 4)).toEqual(before);
  });

  test("ends when the host drops it for whoever holds it", () => {
    const { kernel, main } = system;
    const [room, keeper] = [spawn(system), spawn(system)];
    give(main, room.handle, keeper.pid);
    expect(kernel.send([abi.EVENT_DROP, 0, room.handle])).toBe(abi.STATUS_OK);
    expect([lives(keeper.pid), lives(room.pid)]).toEqual([true, false]);
    expect(kernel.send([abi.EVENT_DROP, 0, room.handle])).toBe(abi.STATUS_REVOKED);
  });
});
