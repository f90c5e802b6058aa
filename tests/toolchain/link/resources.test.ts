/**
 * Resources across processes: handles of every kind, and what must not be done with them.
 */
import { beforeAll, describe, expect, it } from "vitest";
import { bringUp, call } from "./bring-up.ts";
import { component, linked, refused, text } from "./guests.ts";
import { blobConsumer, blobProvider, blobStore, blobStoreUser, trapOf, type Ask } from "./resource-guests.ts";

let provider: Uint8Array;
let consumer: Uint8Array;
beforeAll(async () => {
  provider = await blobProvider();
  consumer = await blobConsumer();
});

function pair(): { ask: Ask; live: () => unknown; dropped: () => unknown } {
  const { plan } = linked({
    a: { bytes: consumer, imports: { "t:r/blobs": "b" } },
    b: { bytes: provider },
  });
  const running = bringUp(plan);
  return {
    ask: (name, ...args) => call(running, "a", name, ...args),
    live: () => call(running, "b", "t:r/blobs#live"),
    dropped: () => call(running, "b", "t:r/blobs#dropped"),
  };
}

describe("handles between two processes", () => {
  it("constructors, methods, statics; drop calls the destructor once", () => {
    const { ask, live, dropped } = pair();
    expect([ask("make", 40), ask("make", 2)]).toEqual([1, 2]);
    expect([ask("get", 1), ask("get", 2), ask("sum", 1, 2), ask("sum", 1, 1)]).toEqual([40, 2, 42, 80]);
    expect(live()).toBe(2);
    ask("drop", 1);
    expect([live(), dropped()]).toEqual([1, 40]);
    expect(trapOf(() => ask("drop", 1))).toBe("trap: unknown handle");
    expect([live(), dropped()]).toEqual([1, 40]);
  });

  it("indices come back last in, first out, and tables move as they grow", () => {
    const { ask } = pair();
    for (let i = 1; i <= 100; i++) expect(ask("make", i * 3)).toBe(i);
    for (const i of [7, 99, 50]) ask("drop", i);
    expect([ask("make", 1), ask("make", 2), ask("make", 3), ask("make", 4)]).toEqual([50, 99, 7, 101]);
    for (let i = 1; i <= 100; i++) if (![7, 50, 99].includes(i)) expect(ask("get", i)).toBe(i * 3);
  });

  it("an own that is given away is gone, and comes back under another index", () => {
    const { ask, live } = pair();
    ask("make", 40);
    ask("make", 2);
    expect(ask("join", 1, 2)).toBe(42);
    expect(live()).toBe(1);
    expect(trapOf(() => ask("get", 2))).toBe("trap: unknown handle");
    expect(ask("both", 1)).toBe(1040);
    expect(ask("get", 1)).toBe(40);
  });

  it("borrows inside lists and options, and lists of owns while the table grows", () => {
    const { ask, live } = pair();
    for (const n of [1, 20, 300]) ask("make", n);
    expect(ask("total", 1, 2, 3)).toBe(321);
    expect(ask("total", 2, 2, 2)).toBe(60);
    expect([ask("maybe", 1, 3), ask("maybe", 0, 0)]).toEqual([300, 77]);
    ask("drop", 2);
    expect(ask("many", 50)).toBe(52);
    expect([live(), ask("get", 52)]).toEqual([52, 49]);
    for (const h of [1, 3]) ask("drop", h);
    expect(live()).toBe(50);
  });

  it("what is lent cannot be given away in the same call", () => {
    const { ask } = pair();
    ask("make", 5);
    expect(trapOf(() => ask("join", 1, 1))).toBe("trap: handle is lent");
  });

  it.each([
    ["never made", 9],
    ["zero", 0],
    ["the largest number", -1],
    ["beyond the table's place", 1 << 20],
  ])("a forged handle traps: %s", (_, handle) => {
    for (const name of ["get", "drop", "both"]) {
      const { ask } = pair();
      ask("make", 5);
      expect(
        trapOf(() => ask(name, handle)),
        name,
      ).toBe("trap: unknown handle");
    }
    const { ask } = pair();
    expect(trapOf(() => ask("total", handle, handle, handle))).toBe("trap: unknown handle");
    expect(trapOf(() => ask("maybe", 1, handle))).toBe("trap: unknown handle");
  });

  it("processes of one component have tables and resources of their own", () => {
    const { plan } = linked({
      a: { bytes: consumer, imports: { "t:r/blobs": "b" } },
      c: { bytes: consumer, imports: { "t:r/blobs": "d" } },
      b: { bytes: provider },
      d: { bytes: provider },
    });
    const running = bringUp(plan);
    expect([call(running, "a", "make", 3), call(running, "c", "make", 4)]).toEqual([1, 1]);
    expect([call(running, "a", "get", 1), call(running, "c", "get", 1)]).toEqual([3, 4]);
    call(running, "a", "drop", 1);
    expect([call(running, "b", "t:r/blobs#live"), call(running, "d", "t:r/blobs#live")]).toEqual([0, 1]);
    expect(plan.root.handles?.types).toHaveLength(2);
    expect(plan.modules.filter((m) => m.role === "handles")).toHaveLength(1);
  });
});

describe("handles through three processes", () => {
  let middle: Uint8Array;
  let end: Uint8Array;
  beforeAll(async () => {
    middle = await blobStore();
    end = await blobStoreUser();
  });

  function three(): { ask: Ask; live: () => unknown } {
    const { plan } = linked({
      a: { bytes: end, imports: { "t:r/blobs": "c", "t:r/store": "b" } },
      b: { bytes: middle, imports: { "t:r/blobs": "c" } },
      c: { bytes: provider },
    });
    expect(plan.root.handles?.types).toEqual([
      { process: 0, name: "blob", destructor: { instance: 0, export: "t:r/blobs#[dtor]blob" } },
    ]);
    const running = bringUp(plan);
    return {
      ask: (name, ...args) => call(running, "a", name, ...args),
      live: () => call(running, "c", "t:r/blobs#live"),
    };
  }

  it("one type by two paths: given away, kept, taken back", () => {
    const { ask, live } = three();
    ask("make", 7);
    expect(ask("make", 8)).toBe(2);
    ask("put", 1);
    expect(trapOf(() => ask("get", 1))).toBe("trap: unknown handle");
    expect(ask("take")).toBe(1);
    expect([ask("get", 1), ask("get", 2), live()]).toEqual([7, 8, 2]);
  });

  it("a borrow is a handle of the receiver, dropped before it returns, passed on meanwhile", () => {
    const { ask, live } = three();
    ask("make", 7);
    ask("make", 9);
    expect([ask("peek", 2), ask("peek", 2), ask("peek", 1)]).toEqual([1009, 1009, 1007]);
    ask("drop", 2);
    expect(live()).toBe(1);
  });

  it("a borrow that outlives its call traps", () => {
    const { ask } = three();
    ask("make", 7);
    expect(trapOf(() => ask("keep", 1))).toBe("trap: borrowed handle was not dropped");
  });

  it("a borrow that is dropped twice traps", () => {
    const { ask } = three();
    ask("make", 7);
    expect(trapOf(() => ask("twice", 1))).toBe("trap: unknown handle");
  });

  it("the destructor runs in the process that defines the type, when a third one drops", () => {
    const { ask, live } = three();
    ask("make", 7);
    expect(live()).toBe(1);
    ask("put", 1);
    expect(ask("take")).toBe(1);
    ask("drop", 1);
    expect(live()).toBe(0);
  });

  it("two paths that end at different definitions are told", () => {
    expect(
      refused(() =>
        linked({
          a: { bytes: end, imports: { "t:r/blobs": "d", "t:r/store": "b" } },
          b: { bytes: middle, imports: { "t:r/blobs": "c" } },
          c: { bytes: provider },
          d: { bytes: provider },
        }),
      ),
    ).toBe(
      'type: process "a" (./a.wasm) takes the resource "blob" of "t:r/store" and "blob" of "t:r/blobs" for one type, and they are two:\n' +
        '  "blob" of "t:r/blobs" is defined by process "d"\n' +
        '  "blob" of "t:r/store" is defined by process "c"\n' +
        "Wire both interfaces to processes that use the same one.",
    );
  });

  it("an interface whose types only are used has to be wired too", () => {
    expect(
      refused(() =>
        linked({
          a: { bytes: end, imports: { "t:r/store": "b" } },
          b: { bytes: middle, imports: { "t:r/blobs": "c" } },
          c: { bytes: provider },
        }),
      ),
    ).toContain('imports "t:r/blobs", and nothing is wired to it. Exported by process "c"');
  });
});

describe("two resources", () => {
  const TWO =
    "interface two { resource r1 { constructor(); } resource r2 { constructor(); get: func() -> u32; } }";

  async function twoTypes(): Promise<Ask> {
    const bytes = await component(
      `package t:r; ${TWO} world w { export two; }`,
      `(module
         (import "[export]t:r/two" "[resource-new]r1" (func $new1 (param i32) (result i32)))
         (import "[export]t:r/two" "[resource-new]r2" (func $new2 (param i32) (result i32)))
         (func (export "t:r/two#[constructor]r1") (result i32) (call $new1 (i32.const 1)))
         (func (export "t:r/two#[constructor]r2") (result i32) (call $new2 (i32.const 2)))
         (func (export "t:r/two#[method]r2.get") (param i32) (result i32) (local.get 0)))`,
    );
    const user = await component(
      `package t:r; ${TWO} world w { import two; export make1: func() -> u32; export make2: func() -> u32; export get: func(h: u32) -> u32; export drop2: func(h: u32); }`,
      `(module
         (import "t:r/two" "[constructor]r1" (func $make1 (result i32)))
         (import "t:r/two" "[constructor]r2" (func $make2 (result i32)))
         (import "t:r/two" "[method]r2.get" (func $get (param i32) (result i32)))
         (import "t:r/two" "[resource-drop]r2" (func $drop2 (param i32)))
         (func (export "make1") (result i32) (call $make1))
         (func (export "make2") (result i32) (call $make2))
         (func (export "get") (param i32) (result i32) (call $get (local.get 0)))
         (func (export "drop2") (param i32) (call $drop2 (local.get 0))))`,
    );
    const { plan } = linked({ a: { bytes: user, imports: { "t:r/two": "b" } }, b: { bytes } });
    const running = bringUp(plan);
    return (name, ...args) => call(running, "a", name, ...args);
  }

  it("share a table, and are not taken for each other", async () => {
    const ask = await twoTypes();
    expect([ask("make1"), ask("make2"), ask("get", 2)]).toEqual([1, 2, 2]);
    expect(trapOf(() => ask("get", 1))).toBe("trap: handle is of another resource type");
    expect(trapOf(() => ask("drop2", 1))).toBe("trap: handle is of another resource type");
    ask("drop2", 2);
    expect(ask("make1")).toBe(2);
  });
});

it("a system without resources has no handle module", async () => {
  const bytes = await text(`(component
    (core module $m (func (export "f") (result i32) (i32.const 1)))
    (core instance $i (instantiate $m))
    (func (export "f") (result u32) (canon lift (core func $i "f"))))`);
  expect(linked({ a: { bytes } }).plan.root.handles).toBeUndefined();
});
