/**
 * Components that export what they import: calls go to whoever implements it.
 */
import { beforeAll, describe, expect, it } from "vitest";
import { describePlan } from "../../../toolchain/link/describe.ts";
import { whoMayCall } from "../../../toolchain/link/inspect/reach.ts";
import { capabilityGraph } from "../../../toolchain/link/inspect/graph.ts";
import { parsePlan, serialisePlan } from "../../../toolchain/link/plan-file.ts";
import { bringUp, call, runEntry, type TestDevices } from "./bring-up.ts";
import { directU64 } from "../../../host-linux/devices/direct.ts";
import { CLOCK, component, linked, refused, text } from "./guests.ts";
import { blobConsumer, blobProvider, blobStore, BLOBS, STORE, trapOf } from "./resource-guests.ts";

/** Nothing but the interface of `BLOBS`, imported and exported; `own` adds a function of its own. */
const RELAY = `(component
  (import "t:r/blobs" (instance $blobs
    (export "blob" (type $blob (sub resource)))
    (export "[constructor]blob" (func (param "n" u32) (result (own $blob))))
    (export "[method]blob.get" (func (param "self" (borrow $blob)) (result u32)))
    (export "[static]blob.sum" (func (param "a" (borrow $blob)) (param "b" (borrow $blob)) (result u32)))
    (export "[method]blob.join" (func (param "self" (borrow $blob)) (param "other" (own $blob)) (result u32)))
    (export "live" (func (result u32)))
    (export "dropped" (func (result u32)))
    (export "both" (func (param "b" (own $blob)) (result (tuple (own $blob) u32))))
    (export "total" (func (param "all" (list (borrow $blob))) (result u32)))
    (export "many" (func (param "n" u32) (result (list (own $blob)))))
    (export "maybe" (func (param "b" (option (borrow $blob))) (result u32)))))
  (export "t:r/blobs" (instance $blobs)))`;

/** Counts bytes; adds 100 for each call. */
const COUNTER = `(component
  (core module $m (memory (export "memory") 1) (global $n (mut i32) (i32.const 0))
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 64))
    (func (export "count") (param i32 i32) (result i32)
      (global.set $n (i32.add (global.get $n) (i32.const 100))) (i32.add (global.get $n) (local.get 1)))
    (func (export "run") (result i32) (i32.const 7)))
  (core instance $i (instantiate $m))
  (func (export "count") (param "s" string) (result u32)
    (canon lift (core func $i "count") (memory (core memory $i "memory")) (realloc (core func $i "realloc"))))
  (func (export "run") (result u32) (canon lift (core func $i "run"))))`;

/** Calls `count` with five bytes. */
const CALLER = `(component
  (import "count" (func $count (param "s" string) (result u32)))
  (core module $memory (memory (export "memory") 1) (data (i32.const 8) "Hallo"))
  (core instance $memory (instantiate $memory))
  (core func $count (canon lower (func $count) (memory (core memory $memory "memory"))))
  (core module $c (import "" "count" (func $count (param i32 i32) (result i32)))
    (func (export "go") (result i32) (call $count (i32.const 8) (i32.const 5))))
  (core instance $c (instantiate $c (with "" (instance (export "count" (func $count))))))
  (func (export "go") (result u32) (canon lift (core func $c "go"))))`;

/** Exports an imported function under another name. */
const renaming = (from: string, to: string): string =>
  `(component (import "${from}" (func $f (param "s" string) (result u32))) (export "${to}" (func $f)))`;

let provider: Uint8Array;
let consumer: Uint8Array;
let relay: Uint8Array;
beforeAll(async () => {
  [provider, consumer, relay] = await Promise.all([blobProvider(), blobConsumer(), text(RELAY)]);
});

describe("an interface with a resource", () => {
  it("is used through two processes as if they were not there", () => {
    const { plan } = linked({
      a: { bytes: consumer, imports: { "t:r/blobs": "near" } },
      near: { bytes: relay, imports: { "t:r/blobs": "far" } },
      far: { bytes: relay, imports: { "t:r/blobs": "b" } },
      b: { bytes: provider },
    });
    const running = bringUp(parsePlan(serialisePlan(plan)));
    const ask = (name: string, ...args: number[]): unknown => call(running, "a", name, ...args);
    expect([ask("make", 40), ask("make", 2)]).toEqual([1, 2]);
    expect([ask("get", 1), ask("sum", 1, 2), ask("join", 1, 2), ask("both", 1)]).toEqual([40, 42, 42, 1040]);
    expect(trapOf(() => ask("get", 2))).toBe("trap: unknown handle");
    ask("drop", 1);
    expect(call(running, "b", "t:r/blobs#dropped")).toBe(42);
    expect(plan.root.processes.find(({ name }) => name === "near")?.handsOn).toContainEqual({
      name: "t:r/blobs#live",
      process: plan.root.processes.findIndex(({ name }) => name === "b"),
      function: "t:r/blobs#live",
    });
  });

  it("is one with the same interface that comes the direct way", async () => {
    const user = await component(
      `package t:r; ${BLOBS} ${STORE} world w { import blobs; import store; export go: func() -> u32; }`,
      `(module (import "t:r/blobs" "[constructor]blob" (func $make (param i32) (result i32)))
        (import "t:r/blobs" "[method]blob.get" (func $get (param i32) (result i32)))
        (import "t:r/store" "put" (func $put (param i32))) (import "t:r/store" "take" (func $take (result i32)))
        (func (export "go") (result i32) (call $put (call $make (i32.const 7))) (call $get (call $take))))`,
    );
    const wires = { "t:r/blobs": "relay", "t:r/store": "store" };
    const { plan } = linked({
      user: { bytes: user, imports: wires },
      relay: { bytes: relay, imports: { "t:r/blobs": "b" } },
      store: { bytes: await blobStore(), imports: { "t:r/blobs": "b" } },
      b: { bytes: provider },
    });
    expect(call(bringUp(plan), "user", "go")).toBe(7);
  });
});

describe("a function", () => {
  it("crosses within a domain, and out of it", async () => {
    const bytes = await Promise.all(
      [CALLER, renaming("count", "count"), COUNTER].map((source) => text(source)),
    );
    const [caller = new Uint8Array(), between = new Uint8Array(), counter = new Uint8Array()] = bytes;
    for (const [first, second, third] of [
      ["d", "d", "d"],
      ["d", "d", undefined],
      [undefined, "d", "d"],
    ]) {
      const { plan } = linked({
        caller: { bytes: caller, imports: { count: "between" }, ...(first && { domain: first }) },
        between: { bytes: between, imports: { count: "counter" }, ...(second && { domain: second }) },
        counter: { bytes: counter, ...(third && { domain: third }) },
      });
      expect(call(bringUp(plan), "caller", "go")).toBe(105);
    }
  });

  it("crosses once, whatever it is called on the way", async () => {
    const { plan } = linked({
      caller: { bytes: await text(CALLER), imports: { count: { process: "one", interface: "size" } } },
      one: {
        bytes: await text(renaming("length", "size")),
        imports: { length: { process: "two", interface: "weight" } },
      },
      two: { bytes: await text(renaming("count", "weight")), imports: { count: "counter" } },
      counter: { bytes: await text(COUNTER) },
    });
    const running = bringUp(plan);
    expect([call(running, "caller", "go"), call(running, "caller", "go")]).toEqual([105, 205]);
    const graph = capabilityGraph(plan);
    expect(whoMayCall(graph, "counter").direct.map(({ name }) => name)).toEqual(["caller"]);
    const exports = describePlan(plan).processes.map(({ name, exports: all }) => [
      name,
      all.map((e) => e.name),
    ]);
    expect(Object.fromEntries(exports)).toMatchObject({ one: ["size"], two: ["weight"] });
    const at = (wanted: string): number => plan.root.processes.findIndex(({ name }) => name === wanted);
    expect(plan.root.edges.find(({ consumer: from }) => from === at("caller"))?.functions[0]).toMatchObject({
      name: "count",
      handedOn: {
        process: at("counter"),
        through: [
          { process: at("one"), hole: "length" },
          { process: at("two"), hole: "count" },
        ],
      },
    });
  });

  it("is where a system starts", async () => {
    const starter = await text(`(component (import "run" (func $f (result u32))) (export "run" (func $f)))`);
    const { plan } = linked(
      { start: { bytes: starter, imports: { run: "counter" } }, counter: { bytes: await text(COUNTER) } },
      "start",
    );
    expect(runEntry(bringUp(plan)).code).toBe(7);
    expect(plan.root.entry).toMatchObject({ function: "run" });
  });

  it("of a device", async () => {
    const clock = `(instance $clock (export "now" (func (result u64))))`;
    const lends = await text(
      `(component (import "atoll:device/clock@0.1.0" ${clock}) (export "atoll:device/clock@0.1.0" (instance $clock)))`,
    );
    const reader = await text(`(component (import "atoll:device/clock@0.1.0" ${clock})
      (core func $now (canon lower (func $clock "now")))
      (core module $m (import "" "now" (func $now (result i64))) (func (export "go") (result i64) (call $now)))
      (core instance $i (instantiate $m (with "" (instance (export "now" (func $now))))))
      (func (export "go") (result u64) (canon lift (core func $i "go"))))`);
    const { plan } = linked({
      reader: { bytes: reader, imports: { "atoll:device/clock": "lender" } },
      lender: { bytes: lends, grants: [CLOCK] },
    });
    const devices: TestDevices = { "atoll:device/clock": () => ({ now: directU64(() => 12n) }) };
    expect(call(bringUp(plan, devices), "reader", "go")).toBe(12n);
    expect(plan.root.processes.every(({ handsOn }) => handsOn === undefined)).toBe(true);
  });

  it("that two processes hand each other is a circle", async () => {
    const bytes = await text(renaming("f", "f"));
    const wires = { one: { bytes, imports: { f: "two" } }, two: { bytes, imports: { f: "one" } } };
    expect(refused(() => linked(wires))).toContain("cycle: processes call each other in a circle");
  });
});
