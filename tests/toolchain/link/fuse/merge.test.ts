/**
 * Merged modules do what an engine does that links the same modules by their imports.
 */
import { beforeAll, describe, expect, it } from "vitest";
import { mergeModules, type Part } from "../../../../toolchain/link/fuse/merge.ts";
import { optimise } from "../../../../toolchain/link/fuse/optimise.ts";
import { usesReferences } from "../../../../toolchain/link/fuse/features.ts";
import { decodeModule, encodeModule, type core, type CoreModule } from "../../../../toolchain/wasm/index.ts";
import { text } from "../guests.ts";

/** Every kind of item is defined in one and used in the other; each has items of its own before them. */
const PROVIDER = `(module
  (type $unused (func (param f64)))
  (type $pair (func (param i32 i32) (result i32)))
  (import "host" "note" (func $note (param i32)))
  (memory $first 1) (memory $second (export "memory") 1 4)
  (table $own 3 funcref) (table (export "table") 4 funcref)
  (global $base i32 (i32.const 40)) (global $count (export "count") (mut i32) (i32.const 5))
  (global (export "constant") i32 (i32.const 7))
  (tag (export "tag") (param i32))
  (data (memory $second) (i32.const 8) "\\01\\02\\03\\04")
  (data $passive "\\05\\06\\07")
  (elem (table $own) (i32.const 1) func $add)
  (func $add (export "add") (type $pair) (call $note (local.get 0)) (i32.add (local.get 0) (local.get 1)))
  (func (export "indirect") (param i32 i32) (result i32)
    (call_indirect $own (type $pair) (local.get 0) (local.get 1) (i32.const 1)))
  (func (export "fill") (memory.init $second $passive (i32.const 100) (i32.const 0) (i32.const 3)) (data.drop $passive))
  (func (export "throw") (param i32) (throw 0 (local.get 0)))
  (export "again" (func $note)))`;

const CONSUMER = `(module
  (type $sum (func (param i32 i32) (result i32)))
  (import "p" "add" (func $add (type $sum)))
  (import "p" "indirect" (func $indirect (param i32 i32) (result i32)))
  (import "p" "fill" (func $fill))
  (import "p" "throw" (func $throw (param i32)))
  (import "p" "again" (func $note (param i32)))
  (import "host" "note" (func $direct (param i32)))
  (import "p" "memory" (memory $theirs 1))
  (import "p" "table" (table $shared 4 funcref))
  (import "p" "count" (global $count (mut i32)))
  (import "p" "constant" (global $constant i32))
  (import "p" "tag" (tag $tag (param i32)))
  (memory $mine (export "memory") 1)
  (global $sum (mut i32) (global.get $constant))
  (table $local 2 funcref)
  (elem (table $shared) (i32.const 2) func $double)
  (elem (table $local) (i32.const 0) func $double $add)
  (func $double (export "double") (type $sum) (i32.mul (local.get 0) (i32.add (local.get 1) (i32.const 2))))
  (func (export "value") (result funcref) (ref.func $double))
  (func (export "run") (param $x i32) (result i32) (local $r i32)
    (i32.store $mine offset=4 (i32.const 4) (local.get $x))
    (memory.copy $theirs $mine (i32.const 20) (i32.const 8) (i32.const 4))
    (call $fill)
    (call $note (i32.load8_u $theirs offset=1 (i32.const 100)))
    (global.set $count (i32.add (global.get $count) (local.get $x)))
    (local.set $r (call $add (i32.load $theirs (i32.const 20)) (global.get $sum)))
    (local.set $r (i32.add (local.get $r) (call $indirect (local.get $r) (i32.load8_u $theirs (i32.const 9)))))
    (local.set $r (i32.add (local.get $r)
      (call_indirect $shared (type $sum) (local.get $r) (i32.const 3) (i32.const 2))))
    (local.set $r (i32.add (local.get $r)
      (block $caught (result i32) (try_table (catch $tag $caught) (call $throw (local.get $x))) (i32.const 0))))
    (call $direct (i32.sub (memory.size $mine) (memory.grow $theirs (i32.const 1))))
    (i32.add (local.get $r) (i32.add (global.get $count) (call_indirect $local (type $sum) (i32.const 1) (local.get $x) (i32.const 1))))))`;

let provider: Uint8Array;
let consumer: Uint8Array;

beforeAll(async () => {
  provider = await text(PROVIDER);
  consumer = await text(CONSUMER);
});

interface Outcome {
  readonly result: unknown;
  readonly noted: readonly number[];
  readonly count: unknown;
}

/** Runs `run` on one instance or two; what it leaves. */
function outcome(
  instantiate: (host: WebAssembly.Imports) => Record<string, WebAssembly.ExportValue>,
): Outcome {
  const noted: number[] = [];
  const exports = instantiate({ host: { note: (x: number) => void noted.push(x) } });
  const result = (exports["run"] as (x: number) => number)(11);
  return { result, noted, count: (exports["count"] as WebAssembly.Global).value };
}

function instance(bytes: Uint8Array, imports: WebAssembly.Imports): WebAssembly.Exports {
  return new WebAssembly.Instance(new WebAssembly.Module(bytes as Uint8Array<ArrayBuffer>), imports).exports;
}

function linkedByEngine(host: WebAssembly.Imports): Record<string, WebAssembly.ExportValue> {
  const p = instance(provider, host);
  return { ...p, ...instance(consumer, { ...host, p }) };
}

function partOf(bytes: Uint8Array, prefix: string): Part {
  return {
    module: decodeModule(bytes),
    prefix,
    answers: (imported: core.Import) =>
      imported.module === "p" ? { part: 0, export: imported.name } : imported,
  };
}

function merged(): CoreModule {
  const parts = [partOf(provider, "p!"), partOf(consumer, "c!")];
  const exports = new Map([
    ["run", { part: 1, export: "run" }],
    ["count", { part: 0, export: "count" }],
    ["value", { part: 1, export: "value" }],
  ]);
  return decodeModule(mergeModules("merged", parts, exports).bytes);
}

describe("merged modules", () => {
  it("do what an engine makes of them", () => {
    const expected = outcome(linkedByEngine);
    expect(expected.noted.length).toBeGreaterThan(3);
    expect(outcome((host) => instance(encodeModule(merged()).bytes, host))).toEqual(expected);
  });

  it("do the same once they are optimised", () => {
    const map = JSON.stringify({ version: 3, sources: [], names: [], mappings: "" });
    const { bytes } = optimise("merged", encodeModule(merged()).bytes, map, false);
    expect(outcome((host) => instance(bytes, host))).toEqual(outcome(linkedByEngine));
  });

  it("import from outside once what several of them import", () => {
    expect(merged().imports).toMatchObject([{ module: "host", name: "note" }]);
  });

  it("name no export and no import that is not there", () => {
    const parts = [partOf(provider, "p!"), partOf(consumer, "c!")];
    const wrong = new Map([["x", { part: 0, export: "nothing" }]]);
    expect(() => mergeModules("merged", parts, wrong)).toThrow('part 0 has no export "nothing"');
    const crossed = [{ ...parts[0]!, answers: () => ({ part: 1, export: "memory" }) }, parts[1]!];
    expect(() => mergeModules("merged", crossed, new Map())).toThrow("host note is expected to be a func");
  });

  it("may have types that name each other", async () => {
    const module = decodeModule(
      await text(`(module
        (rec (type $node (struct (field (mut i32)) (field (ref null $node)))))
        (global $head (mut (ref null $node)) (ref.null $node))
        (func (export "push") (param i32) (result i32)
          (global.set $head (struct.new $node (local.get 0) (global.get $head)))
          (struct.get $node 0 (global.get $head))))`),
    );
    expect([usesReferences(module), usesReferences(decodeModule(provider))]).toEqual([true, false]);
    const part = (prefix: string): Part => ({ module, prefix, answers: (imported) => imported });
    const exports = new Map([0, 1].map((i) => [`push${i}`, { part: i, export: "push" }]));
    const { bytes } = mergeModules("twice", [part("a!"), part("b!")], exports);
    const map = JSON.stringify({ version: 3, sources: [], names: [], mappings: "" });
    for (const made of [bytes, optimise("twice", bytes, map, true).bytes]) {
      const { push0, push1 } = instance(made, {}) as Record<string, (x: number) => number>;
      expect([push0?.(3), push1?.(4)]).toEqual([3, 4]);
    }
  });

  it("that the optimiser cannot read are refused by name", () => {
    expect(() => optimise("odd", Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, 99), "{}", false)).toThrow(
      /^domain "odd": the optimiser that fuses it \(wasm-opt\) cannot read one of its components: \S/,
    );
  });
});
