/**
 * A module that was reset behaves as a new one, whatever it did before.
 */
import * as fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { decodeModule, type CoreModule } from "../../../toolchain/wasm/index.ts";
import { RESERVED } from "../../../toolchain/link/plan.ts";
import { LinkError } from "../../../toolchain/link/index.ts";
import { rewriteModule, type RewriteOptions } from "../../../toolchain/link/rewrite/rewrite.ts";
import { text } from "./guests.ts";

const RUNS = { numRuns: 300, seed: 20261121 };

/** Everything that a core module can keep state in. */
const STATEFUL = `(module
  (type $f (func (result i32)))
  (memory $m (export "memory") 1 6)
  (table $t 4 12 funcref)
  (table $fixed 2 2 funcref)
  (global $i (mut i32) (i32.const 7))
  (global $base i32 (i32.const 3))
  (global $l (mut i64) (i64.add (i64.const 40) (i64.const 2)))
  (global $r (mut funcref) (ref.func $b))
  (data (i32.const 10) "hello")
  (data $active (offset (global.get $base)) "abc")
  (data $p "passive!")
  (elem (table $t) (i32.const 1) func $a $b)
  (elem (table $fixed) (i32.const 0) func $b $a)
  (elem $pe func $c $b $a)
  (elem $declared declare func $c)
  (func $a (type $f) (i32.const 1))
  (func $b (type $f) (i32.const 2))
  (func $c (type $f) (global.get $i))
  (func $start (global.set $i (i32.add (global.get $i) (i32.load8_u (i32.const 10)))) (i32.store (i32.const 900) (i32.const 5)))
  (start $start)
  (func (export "store") (param i32 i32) (i32.store (i32.and (local.get 0) (i32.const 65528)) (local.get 1)))
  (func (export "load") (param i32 i32) (result i32) (i32.load (i32.and (local.get 0) (i32.const 65528))))
  (func (export "last") (param i32 i32) (result i32)
    (i32.load (i32.sub (i32.mul (memory.size) (i32.const 65536)) (i32.const 4))))
  (func (export "setLast") (param i32 i32)
    (i32.store (i32.sub (i32.mul (memory.size) (i32.const 65536)) (i32.const 4)) (local.get 1)))
  (func (export "grow") (param i32 i32) (result i32) (memory.grow (i32.and (local.get 0) (i32.const 3))))
  (func (export "growMuch") (param i32 i32) (result i32) (memory.grow (i32.or (local.get 0) (i32.const 0x80000000))))
  (func (export "size") (param i32 i32) (result i32) (memory.size))
  (func (export "init") (param i32 i32)
    (memory.init $p (i32.and (local.get 0) (i32.const 4095)) (i32.const 1) (i32.rem_u (local.get 1) (i32.const 9))))
  (func (export "initActive") (param i32 i32) (memory.init $active (local.get 0) (i32.const 0) (i32.and (local.get 1) (i32.const 1))))
  (func (export "drop") (param i32 i32) (data.drop $p) (data.drop $active))
  (func (export "fill") (param i32 i32) (memory.fill (i32.and (local.get 0) (i32.const 4095)) (local.get 1) (local.get 1)))
  (func (export "setGlobal") (param i32 i32) (global.set $i (local.get 0)) (global.set $l (i64.extend_i32_s (local.get 1))))
  (func (export "global") (param i32 i32) (result i64) (i64.add (i64.extend_i32_s (global.get $i)) (global.get $l)))
  (func (export "setRef") (param i32 i32) (global.set $r (table.get $t (i32.and (local.get 0) (i32.const 3)))))
  (func (export "ref") (param i32 i32) (result i32)
    (table.set $t (i32.const 3) (global.get $r)) (call_indirect $t (type $f) (i32.const 3)))
  (func (export "call") (param i32 i32) (result i32) (call_indirect $t (type $f) (i32.and (local.get 0) (i32.const 3))))
  (func (export "callLast") (param i32 i32) (result i32)
    (call_indirect $t (type $f) (i32.sub (table.size $t) (i32.const 1))))
  (func (export "callFixed") (param i32 i32) (result i32) (call_indirect $fixed (type $f) (i32.and (local.get 0) (i32.const 1))))
  (func (export "set") (param i32 i32) (table.set $t (i32.and (local.get 0) (i32.const 3)) (ref.func $c)))
  (func (export "tableGrow") (param i32 i32) (result i32) (table.grow $t (ref.func $a) (i32.and (local.get 0) (i32.const 7))))
  (func (export "tableSize") (param i32 i32) (result i32) (table.size $t))
  (func (export "tableInit") (param i32 i32)
    (table.init $t $pe (i32.and (local.get 0) (i32.const 3)) (i32.and (local.get 1) (i32.const 3)) (i32.const 1)))
  (func (export "tableInitDeclared") (param i32 i32) (table.init $t $declared (i32.const 0) (i32.const 0) (i32.and (local.get 1) (i32.const 1))))
  (func (export "elemDrop") (param i32 i32) (elem.drop $pe) (elem.drop $declared))
  (func (export "tableFill") (param i32 i32) (table.fill $t (i32.and (local.get 0) (i32.const 3)) (ref.null func) (i32.const 1)))
  (func (export "tableCopy") (param i32 i32)
    (table.copy $t $t (i32.and (local.get 0) (i32.const 3)) (i32.and (local.get 1) (i32.const 3)) (i32.const 1)))
  (func (export "trap") (param i32 i32) (global.set $i (local.get 0)) (unreachable)))`;

type Call = readonly [name: string, a: number, b: number];

let module: CoreModule;
let original: WebAssembly.Module;
let rewritten: WebAssembly.Module;
let names: string[];

beforeAll(async () => {
  const bytes = await text(STATEFUL);
  module = decodeModule(bytes);
  original = new WebAssembly.Module(bytes as never);
  rewritten = new WebAssembly.Module(withReset(module));
  names = WebAssembly.Module.exports(original).flatMap((e) => (e.kind === "function" ? [e.name] : []));
});

function withReset(core: CoreModule, more: Partial<RewriteOptions> = {}): Uint8Array<ArrayBuffer> {
  const options = { name: "m", outward: new Map<number, string>(), mayLeave: true, exportStart: true };
  return rewriteModule(core, { ...options, reset: true, ...more }).bytes as Uint8Array<ArrayBuffer>;
}

function run(instance: WebAssembly.Instance, calls: readonly Call[]): unknown[] {
  return calls.map(([name, a, b]) => {
    try {
      return (instance.exports[name] as (a: number, b: number) => unknown)(a, b);
    } catch {
      return "trap";
    }
  });
}

function contents(instance: WebAssembly.Instance): Uint8Array {
  const pages = (instance.exports["size"] as () => number)();
  return new Uint8Array((instance.exports["memory"] as WebAssembly.Memory).buffer).slice(0, pages << 16);
}

/** What a host does to make a process new: the reset, then its start function. */
function renew(instance: WebAssembly.Instance): void {
  (instance.exports[RESERVED.reset] as () => void)();
  (instance.exports[RESERVED.start] as (() => void) | undefined)?.();
}

function calls(): fc.Arbitrary<readonly Call[]> {
  const number = fc.oneof(fc.nat(12), fc.integer());
  return fc.array(fc.tuple(fc.constantFrom(...names), number, number), { maxLength: 25 });
}

describe("a reset", () => {
  it.each([
    ["", {}],
    [" that leaves alone what was never written", { sparse: true, memoryLimits: new Map([[0, 6 << 16]]) }],
  ])("makes a module behave as new after any calls%s", (_, options) => {
    const tested = new WebAssembly.Module(withReset(module, options));
    fc.assert(
      fc.property(fc.array(calls(), { maxLength: 3 }), calls(), (earlier, sequence) => {
        const instance = new WebAssembly.Instance(tested);
        for (const before of earlier) {
          renew(instance);
          const fresh = new WebAssembly.Instance(original);
          expect(run(instance, before)).toEqual(run(fresh, before));
          expect(Buffer.compare(contents(instance), contents(fresh))).toBe(0);
        }
        renew(instance);
        const fresh = new WebAssembly.Instance(original);
        expect(Buffer.compare(contents(instance), contents(fresh))).toBe(0);
        expect(run(instance, sequence)).toEqual(run(fresh, sequence));
        expect(Buffer.compare(contents(instance), contents(fresh))).toBe(0);
      }),
      RUNS,
    );
  });

  it("clears what lies behind the size that the module sees", () => {
    const instance = new WebAssembly.Instance(rewritten);
    renew(instance);
    run(instance, [
      ["grow", 3, 0],
      ["setLast", 0, -1],
    ]);
    renew(instance);
    const memory = instance.exports["memory"] as WebAssembly.Memory;
    expect(memory.buffer.byteLength).toBe(4 << 16);
    expect(new Uint8Array(memory.buffer, 1 << 16).every((byte) => byte === 0)).toBe(true);
    expect(
      run(instance, [
        ["size", 0, 0],
        ["grow", 2, 0],
        ["last", 0, 0],
        ["size", 0, 0],
      ]),
    ).toEqual([1, 1, 0, 3]);
  });

  it("sets the linker's own flag back", () => {
    const instance = new WebAssembly.Instance(rewritten);
    const flag = instance.exports[RESERVED.mayLeave] as WebAssembly.Global;
    renew(instance);
    flag.value = 0;
    renew(instance);
    expect(flag.value).toBe(1);
  });

  it("comes with exports of all state, for hosts", () => {
    const reserved = WebAssembly.Module.exports(rewritten)
      .filter((e) => /^atoll:(memory|table|global) /.test(e.name))
      .map((e) => e.name);
    expect(reserved).toEqual([
      "atoll:memory 0",
      "atoll:table 0",
      "atoll:table 1",
      "atoll:global 0",
      "atoll:global 2",
      "atoll:global 3",
    ]);
  });

  it("works for memories and tables of 64 bits", async () => {
    const core = decodeModule(
      await text(`(module (memory (export "memory") i64 1) (table $t i64 1 funcref) (data (i64.const 3) "x")
        (elem (table $t) (i64.const 0) func $f) (func $f (export "f") (result i32) (i32.const 4))
        (func (export "size") (result i64) (memory.size))
        (func (export "grow") (result i64)
          (table.set $t (table.grow $t (ref.null func) (i64.const 1)) (ref.func $f)) (memory.grow (i64.const 2)))
        (func (export "tables") (result i64) (table.size $t)))`),
    );
    const instance = new WebAssembly.Instance(new WebAssembly.Module(withReset(core)));
    const get = (name: string): unknown => (instance.exports[name] as () => unknown)();
    renew(instance);
    const first = [get("size"), get("grow"), get("size"), get("tables")];
    renew(instance);
    expect([get("size"), get("grow"), get("size"), get("tables")]).toEqual(first);
    expect(first).toEqual([1n, 1n, 3n, 2n]);
  });

  it.each([
    [
      "uses array.new_data on a segment that it drops",
      `(module (type $a (array i8)) (memory 1) (data $d "abc")
        (func (drop (array.new_data $a $d (i32.const 0) (i32.const 1))) (data.drop $d)))`,
    ],
    [
      "keeps garbage-collected objects in constants",
      `(module (type $s (struct (field (mut i32)))) (global (ref $s) (struct.new $s (i32.const 1))))`,
    ],
  ])("is refused to a module that %s", async (reason, wat) => {
    const core = decodeModule(await text(wat));
    expect(() => withReset(core)).toThrow(LinkError);
    expect(() => withReset(core)).toThrow(reason);
  });
});
