/** Handles whose objects the collector frees: dropped once, and only when the component may call out. */
import { describe, expect, test } from "vitest";
import type { ResourceType, ValueType, World } from "../../../toolchain/abi/index.ts";
import { func } from "../abi/short-types.ts";
import { API } from "./echo-world.ts";
import { bindingsFor, COLLECT_ALWAYS, compileGuest, startGuest, type Guest } from "./guest.ts";

const BLOBS = "a:b/blobs";
const resource: ResourceType = { name: { name: "blob", owner: BLOBS } };
const own: ValueType = { kind: "own", resource };
const lent: ValueType = { kind: "borrow", resource };
const u32: ValueType = { kind: "u32" };

const WORLD: World = {
  imports: [
    {
      kind: "interface",
      name: BLOBS,
      interface: {
        types: [{ name: "blob", type: { kind: "resource", resource } }],
        functions: [
          { name: "[constructor]blob", type: func([], own) },
          { name: "[method]blob.read", type: func([{ kind: "borrow", resource }], u32) },
          { name: "give", type: func([own]) },
          { name: "find", type: func([], own) },
        ],
      },
    },
  ],
  exports: [
    {
      kind: "interface",
      name: API,
      interface: {
        types: [],
        functions: [
          { name: "churn", type: func([u32], u32) },
          { name: "keep", type: func([]) },
          { name: "read", type: func([], u32) },
          { name: "forget", type: func([]) },
          { name: "give-away", type: func([]) },
          { name: "drop-twice", type: func([]) },
          { name: "collect", type: func([]) },
          {
            name: "total",
            type: func(
              [
                { kind: "list", element: lent },
                { kind: "option", type: lent },
                { kind: "list", element: own },
              ],
              u32,
            ),
          },
          { name: "late", type: func([], u32) },
          { name: "show", type: func([{ kind: "borrow", resource }], { kind: "string" }) },
        ],
      },
    },
  ],
};

const APP = `import { Blob, find, give } from "${BLOBS}";
let kept: Blob | null = null;
export function churn(n: u32): u32 { let sum: u32 = 0; for (let i: u32 = 0; i < n; i++) sum += new Blob().read() + find().read(); return sum; }
export function keep(): void { kept = new Blob(); }
export function read(): u32 { return kept!.read(); }
export function forget(): void { kept = null; }
export function giveAway(): void { give(new Blob()); }
export function dropTwice(): void { const blob = new Blob(); blob.drop(); blob.drop(); }
let stolen: Blob[] = [];
export function total(all: Blob[], one: Blob | null, given: Blob[]): u32 {
  let sum: u32 = one === null ? 0 : one.read();
  for (let i = 0; i < all.length; i++) sum += all[i].read();
  for (let i = 0; i < given.length; i++) sum += given[i].read();
  if (all.length > 0) all[0].drop();
  stolen = all;
  return sum;
}
export function late(): u32 { return stolen[1].read(); }
export function collect(): void { __collect(); }
export function show(blob: Blob): string { return blob.read().toString() + "!"; }`;

/** Core functions by hand: handles count up from 1, and each may be dropped once. */
class Handles {
  readonly live: Set<number> = new Set();
  made = 0;
  mayLeave = true;

  imports(): WebAssembly.Imports {
    const make = (): number => {
      this.live.add(++this.made);
      return this.made;
    };
    return {
      [BLOBS]: {
        "[constructor]blob": make,
        find: make,
        give: (handle: number) => this.drop(handle),
        "[method]blob.read": (handle: number) => {
          expect(this.live).toContain(handle);
          return 1;
        },
        "[resource-drop]blob": (handle: number) => this.drop(handle),
      },
    };
  }

  drop(handle: number): void {
    expect(this.mayLeave).toBe(true);
    expect(this.live.delete(handle)).toBe(true);
  }
}

const compiled = compileGuest(bindingsFor(WORLD), APP);
const collecting = compileGuest(bindingsFor(WORLD), APP, { flags: COLLECT_ALWAYS });

async function start(
  module: Promise<WebAssembly.Module>,
): Promise<{ handles: Handles; call: Guest["call"]; guest: Guest }> {
  const handles = new Handles();
  const guest = startGuest(await module, WORLD, {}, undefined, handles.imports());
  return { handles, guest, call: (name, ...args) => guest.call(`${API}#${name}`, ...args) };
}

describe("the collector", () => {
  test("drops what nobody has, while the program goes on", async () => {
    const { handles, call } = await start(compiled);
    expect(call("churn", 20_000)).toBe(40_000);
    expect(handles.made).toBe(40_000);
    expect(handles.live.size).toBeLessThan(10_000);
  });

  test("keeps what somebody has, and drops it afterwards", async () => {
    const { handles, call } = await start(collecting);
    call("keep");
    call("churn", 100);
    expect(call("read")).toBe(1);
    call("collect");
    expect([...handles.live]).toEqual([1]);
    call("forget");
    call("collect");
    expect(handles.live.size).toBe(0);
  });

  test("drops nothing that was given away, dropped or lent", async () => {
    const { handles, call, guest } = await start(collecting);
    call("give-away");
    call("drop-twice");
    handles.live.add(900);
    const show = guest.exports[`${API}#show`] as (handle: number) => number;
    show(900);
    expect(handles.live.has(900)).toBe(false);
    call("collect");
    expect(handles.live.size).toBe(0);
  });

  test("leaves what is lent inside other values to the end of the call", async () => {
    const { handles, call, guest } = await start(collecting);
    for (const handle of [10, 11, 12, 20, 30]) handles.live.add(handle);
    const realloc = guest.exports["cabi_realloc"] as (...args: number[]) => number;
    const list = (items: readonly number[]): number => {
      const at = realloc(0, 0, 4, 4 * items.length);
      for (const [i, item] of items.entries())
        new DataView(guest.memory.buffer).setInt32(at + 4 * i, item, true);
      return at;
    };
    const total = guest.exports[`${API}#total`] as (...args: number[]) => number;
    expect(total(list([10, 11, 12]), 3, 1, 20, list([30]), 1)).toBe(5);
    expect([...handles.live]).toEqual([30]);
    expect(() => call("late")).toThrow();
    expect([total(0, 0, 0, 0, 0, 0), handles.live.size]).toEqual([0, 1]);
    call("collect");
    expect(handles.live.size).toBe(0);
  });

  test("calls nobody while an adapter asks for memory", async () => {
    const { handles, call, guest } = await start(collecting);
    call("keep");
    call("forget");
    const realloc = guest.exports["cabi_realloc"] as (...args: number[]) => number;
    handles.mayLeave = false;
    for (let i = 0; i < 20; i++) realloc(0, 0, 1, 1000);
    expect(handles.live).toContain(1);
    handles.mayLeave = true;
    call("drop-twice");
    expect(handles.live.size).toBe(0);
  });
});
