/**
 * Handles when a process begins anew: what it held is given up, what others hold of it is stale.
 */
import { beforeAll, describe, expect, it } from "vitest";
import type { Running } from "../../../host-linux/instantiate.ts";
import { bringUp, call } from "./bring-up.ts";
import { linked } from "./guests.ts";
import { blobConsumer, blobProvider, blobStore, blobStoreUser, trapOf } from "./resource-guests.ts";

const [PROVIDER, STORE, USER] = [0, 1, 2];

let parts: readonly Uint8Array[];
beforeAll(async () => {
  parts = await Promise.all([blobProvider(), blobStore(), blobStoreUser(), blobConsumer()]);
});

interface System {
  readonly running: Running;
  readonly ask: (name: string, ...args: number[]) => unknown;
  readonly live: () => unknown;
}

/** A user of blobs, which may also give them to a store. */
function three(): System {
  const [provider, store, user] = parts as [Uint8Array, Uint8Array, Uint8Array];
  const { plan } = linked(
    {
      user: { bytes: user, imports: { "t:r/blobs": "blobs", "t:r/store": "store" } },
      store: { bytes: store, imports: { "t:r/blobs": "blobs" } },
      blobs: { bytes: provider },
    },
    undefined,
    { reset: true },
  );
  expect(plan.root.processes.map(({ name }) => name)).toEqual(["blobs", "store", "user"]);
  const running = bringUp(plan);
  return {
    running,
    ask: (name, ...args) => call(running, "user", name, ...args),
    live: () => call(running, "blobs", "t:r/blobs#live"),
  };
}

const STALE = "trap: handle is stale: its process was reset";

describe("the provider is reset", () => {
  it("handles to what is gone match nothing, whatever else has the same rep", () => {
    const { running, ask } = three();
    expect([ask("make", 7), ask("make", 8)]).toEqual([1, 2]);
    running.reset(PROVIDER);
    expect(ask("make", 7)).toBe(3);
    expect([ask("get", 3), trapOf(() => ask("get", 1))]).toEqual([7, STALE]);
  });

  it.each([
    ["borrowed for the provider", "get"],
    ["borrowed for another process", "peek"],
    ["given away", "put"],
  ])("a stale handle that is %s traps, and stays where it is", (_, name) => {
    const { running, ask } = three();
    ask("make", 7);
    running.reset(PROVIDER);
    expect(trapOf(() => ask(name, 1))).toBe(STALE);
    expect(running.heldBy(USER)).toHaveLength(1);
  });

  it("dropping a stale handle frees its index and destroys nothing", () => {
    const { running, ask, live } = three();
    ask("make", 7);
    running.reset(PROVIDER);
    expect(ask("make", 9)).toBe(2);
    ask("drop", 1);
    expect([ask("make", 10), live()]).toEqual([1, 2]);
    expect(trapOf(() => ask("drop", 3))).toBe("trap: unknown handle");
  });

  it("handles of other types and providers stay good", () => {
    const [provider, , , consumer] = parts as readonly [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
    const { plan } = linked(
      {
        a: { bytes: consumer, imports: { "t:r/blobs": "b" } },
        b: { bytes: provider },
        c: { bytes: consumer, imports: { "t:r/blobs": "d" } },
        d: { bytes: provider },
      },
      undefined,
      { reset: true },
    );
    const running = bringUp(plan);
    for (const name of ["a", "c"]) call(running, name, "make", 5);
    running.reset(plan.root.processes.findIndex(({ name }) => name === "b"));
    expect(trapOf(() => call(running, "a", "get", 1))).toBe(STALE);
    expect(call(running, "c", "get", 1)).toBe(5);
  });

  it("again and again: numbers that start over match no handle of any earlier life", () => {
    const { running, ask } = three();
    const kind = running.handles("type 0") as WebAssembly.Global<"i32">;
    const first = kind.value;
    ask("make", 1);
    kind.value = -1;
    ask("make", 2);
    running.reset(PROVIDER);
    expect(kind.value).toBeLessThanOrEqual(first);
    ask("make", 3);
    expect(running.heldBy(USER).map(({ stale }) => stale)).toEqual([true, true, false]);
    expect([1, 2].map((handle) => trapOf(() => ask("get", handle)))).toEqual([STALE, STALE]);
    expect(ask("get", 3)).toBe(3);
    for (const handle of [1, 2, 3]) ask("drop", handle);
    expect(running.heldBy(USER)).toEqual([]);
  });
});

describe("a holder is reset", () => {
  it("what it owned of others is destroyed there, and its indices begin anew", () => {
    const { running, ask, live } = three();
    for (const n of [1, 2, 3]) ask("make", n);
    ask("put", 3);
    expect(live()).toBe(3);
    running.reset(USER);
    expect([live(), running.heldBy(USER)]).toEqual([1, []]);
    expect(ask("make", 4)).toBe(1);
    running.reset(STORE);
    expect(live()).toBe(1);
  });

  it("what it owned of a process that was reset is not destroyed", () => {
    const { running, ask, live } = three();
    ask("make", 7);
    running.reset(PROVIDER);
    running.reset(USER);
    expect([live(), call(running, "blobs", "t:r/blobs#dropped")]).toEqual([0, 0]);
  });

  it("its table's place is free for others", () => {
    const { running, ask } = three();
    const memory = running.handles("memory") as WebAssembly.Memory;
    for (let i = 0; i < 5000; i++) ask("make", i % 100);
    const size = memory.buffer.byteLength;
    for (let round = 0; round < 5; round++) {
      running.reset(USER);
      for (let i = 0; i < 5000; i++) ask("make", i % 100);
    }
    expect(memory.buffer.byteLength).toBe(size);
  });
});

describe("after calls that never ended", () => {
  it("what they borrowed is given back, and what they were given is gone", () => {
    const { running, ask } = three();
    ask("make", 7);
    // The store keeps what it borrowed.
    expect(trapOf(() => ask("keep", 1))).toBe("trap: borrowed handle was not dropped");
    expect(running.heldBy(STORE)).toMatchObject([{ own: false, type: "blob", provider: "blobs" }]);
    const loans = running.handles("loans") as WebAssembly.Global<"i32">;
    const before = loans.value;
    running.reset(STORE);
    expect(running.heldBy(STORE)).toEqual([]);
    expect(loans.value).toBeLessThan(before);
    expect([ask("peek", 1), ask("get", 1)]).toEqual([1007, 7]);
  });

  it("a handle that was lent to them can be given away again", () => {
    const { running, ask, live } = three();
    ask("make", 5);
    ask("make", 6);
    // The borrow of 1 is counted, as an own is given away in the same call; and that own is lent too.
    expect(trapOf(() => ask("join", 1, 1))).toBe("trap: handle is lent");
    expect(running.heldBy(USER)).toMatchObject([{ lends: 1 }, { lends: 0 }]);
    running.reset(PROVIDER);
    expect(running.heldBy(USER)).toMatchObject([{ lends: 0, stale: true }, { stale: true }]);
    ask("drop", 1);
    expect(live()).toBe(0);
  });
});

it("a host can see who holds what", () => {
  const { running, ask } = three();
  ask("make", 5);
  ask("make", 6);
  ask("put", 1);
  const handle = { instance: 0, type: "blob", provider: "blobs", own: true, lends: 0, stale: false };
  expect([PROVIDER, STORE, USER].map((process) => running.heldBy(process))).toEqual([
    [],
    [{ ...handle, index: 1 }],
    [{ ...handle, index: 2 }],
  ]);
});
