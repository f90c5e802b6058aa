/**
 * Components of every shape: what tools emit, and what can be written by hand.
 */
import { describe, expect, it } from "vitest";
import { bringUp, call } from "./bring-up.ts";
import { ALLOCATOR, component, linked, text } from "./guests.ts";
import { FUSED } from "../../fused/mode.ts";

/** Exports the function `f: func() -> u32`, which returns its number. */
async function provider(number: number): Promise<Uint8Array> {
  return text(`(component
    (core module $m (func (export "f") (result i32) (i32.const ${number})))
    (core instance $i (instantiate $m))
    (func (export "f") (result u32) (canon lift (core func $i "f"))))`);
}

/** A component with the shim pattern, and something more in the fixups module. */
function withFixups(more: string): Promise<Uint8Array> {
  return text(`(component
    (import "f" (func $f (result u32)))
    (core module $shim (type $t (func (result i32))) (table (export "$imports") 1 1 funcref)
      (func (export "0") (result i32) (call_indirect (type $t) (i32.const 0))))
    (core instance $shim (instantiate $shim))
    (core module $main (import "" "f" (func $f (result i32))) (func (export "g") (result i32) (call $f)))
    (alias core export $shim "0" (core func $zero))
    (core instance $main (instantiate $main (with "" (instance (export "f" (func $zero))))))
    (core func $f (canon lower (func $f)))
    (core module $fixups (import "" "0" (func $f (result i32))) (import "" "$imports" (table 1 1 funcref))
      (elem (i32.const 0) func $f) ${more})
    (alias core export $shim "$imports" (core table $imports))
    (core instance (instantiate $fixups (with "" (instance (export "0" (func $f)) (export "$imports" (table $imports))))))
    (func (export "g") (result u32) (canon lift (core func $main "g"))))`);
}

describe("core instances", () => {
  it.skipIf(FUSED)("of several modules that import each other's exports", async () => {
    const bytes = await text(`(component
      (core module $state (global (export "n") (mut i32) (i32.const 5)) (memory (export "m") 1) (table (export "t") 1 funcref))
      (core module $code
        (import "state" "n" (global $n (mut i32))) (import "state" "m" (memory 1)) (import "more" "twice" (func $twice (param i32) (result i32)))
        (func (export "f") (result i32) (i32.store (i32.const 0) (global.get $n)) (call $twice (i32.load (i32.const 0)))))
      (core module $twice (func (export "twice") (param i32) (result i32) (i32.mul (local.get 0) (i32.const 2))))
      (core instance $s (instantiate $state))
      (core instance $t (instantiate $twice))
      (alias core export $t "twice" (core func $twice))
      (core instance $c (instantiate $code (with "state" (instance $s)) (with "more" (instance (export "twice" (func $twice))))))
      (func (export "f") (result u32) (canon lift (core func $c "f"))))`);
    const { plan } = linked({ a: { bytes } });
    expect(plan.templates[0]?.instances).toHaveLength(3);
    expect(plan.modules.map((m) => m.name)).toEqual(["a.0", "a.2", "a.1"]);
    expect(call(bringUp(plan), "a", "f")).toBe(10);
  });

  it.skipIf(FUSED)(
    "of one module, twice, with different imports: two modules where the code differs",
    async () => {
      const bytes = await text(`(component
      (import "f" (func $f (result u32)))
      (core func $f (canon lower (func $f)))
      (core module $m (import "" "f" (func $f (result i32))) (func (export "g") (result i32) (i32.add (call $f) (i32.const 1))))
      (core instance $outer (instantiate $m (with "" (instance (export "f" (func $f))))))
      (alias core export $outer "g" (core func $g))
      (core instance $inner (instantiate $m (with "" (instance (export "f" (func $g))))))
      (func (export "g") (result u32) (canon lift (core func $inner "g"))))`);
      const { plan } = linked({ a: { bytes, imports: { f: "p" } }, p: { bytes: await provider(40) } });
      expect(plan.modules.filter((m) => m.name.startsWith("a"))).toHaveLength(2);
      expect(call(bringUp(plan), "a", "g")).toBe(42);
    },
  );

  it("with imported functions that stay and functions that leave, mixed", async () => {
    const bytes = await text(
      `(component
      (import "f" (func $f (result u32)))
      (core func $f (canon lower (func $f)))
      (core module $lib (func (export "ten") (result i32) (i32.const 10)) (func (export "one") (result i32) (i32.const 1)))
      (core instance $lib (instantiate $lib))
      (core module $m
        (import "out" "f" (func $a (result i32))) (import "lib" "ten" (func $ten (result i32)))
        (import "out" "g" (func $b (result i32))) (import "lib" "one" (func $one (result i32)))
        (table 4 funcref) (elem (i32.const 0) func $one $a $ten $b) (type $t (func (result i32)))
        (elem declare func $a $ten)
        (global $r funcref (ref.func $b))
        (func (export "g") (param i32) (result i32)
          (i32.add (call_indirect (type $t) (local.get 0)) (i32.mul (i32.const 100) (i32.add (call $ten) (return_call_test)))))
        (func $return_call_test (result i32) (return_call $a)))
      (core instance $i (instantiate $m (with "lib" (instance $lib)) (with "out" (instance (export "f" (func $f)) (export "g" (func $f))))))
      (func (export "g") (param "n" u32) (result u32) (canon lift (core func $i "g"))))`.replace(
        "(return_call_test)",
        "(call $return_call_test)",
      ),
    );
    const { plan } = linked({ a: { bytes, imports: { f: "p" } }, p: { bytes: await provider(7) } });
    const running = bringUp(plan);
    expect([0, 1, 2, 3].map((n) => call(running, "a", "g", n))).toEqual([1701, 1707, 1710, 1707]);
  });
});

describe("start functions", () => {
  it("run after the slots are filled, in the order of instantiation", async () => {
    const bytes = await text(`(component
      (import "f" (func $f (result u32)))
      (core func $f (canon lower (func $f)))
      (core module $first (import "" "f" (func $f (result i32))) (global $n (export "n") (mut i32) (i32.const 0))
        (func $go (global.set $n (call $f))) (start $go))
      (core instance $i (instantiate $first (with "" (instance (export "f" (func $f))))))
      (core module $second (import "i" "n" (global $n (mut i32)))
        (func $go (global.set $n (i32.mul (global.get $n) (i32.const 2)))) (start $go)
        (func (export "n") (result i32) (global.get $n)))
      (core instance $j (instantiate $second (with "i" (instance $i))))
      (func (export "n") (result u32) (canon lift (core func $j "n"))))`);
    const { plan } = linked({ a: { bytes, imports: { f: "p" } }, p: { bytes: await provider(21) } });
    expect(plan.templates.find((t) => t.name === "a")?.initialisers).toEqual([
      { instance: 0, export: "atoll:start" },
      { instance: 1, export: "atoll:start" },
    ]);
    expect(call(bringUp(plan), "a", "n")).toBe(42);
  });

  it("that are lowered functions are called through their slot", async () => {
    const bytes = await text(`(component
      (import "t:c/count" (instance $c (export "up" (func))))
      (core func $up (canon lower (func $c "up")))
      (core module $s (import "" "up" (func $up)) (start $up))
      (core instance (instantiate $s (with "" (instance (export "up" (func $up)))))))`);
    const counter = await component(
      "package t:c; interface count { up: func(); } world w { export count; export n: func() -> u32; }",
      `(module (global $n (mut i32) (i32.const 0)) (func (export "n") (result i32) (global.get $n))
         (func (export "t:c/count#up") (global.set $n (i32.add (global.get $n) (i32.const 1)))))`,
    );
    const { plan } = linked({ a: { bytes, imports: { "t:c/count": "c" } }, c: { bytes: counter } });
    expect(call(bringUp(plan), "c", "n")).toBe(1);
  });

  it("that are imports are called themselves", async () => {
    const bytes = await text(`(component
      (core module $m (global $n (mut i32) (i32.const 0)) (func (export "init") (global.set $n (i32.const 3)))
        (func (export "n") (result i32) (global.get $n)))
      (core instance $m (instantiate $m))
      (core module $s (import "" "init" (func $f)) (start $f))
      (core instance (instantiate $s (with "" (instance $m))))
      (func (export "n") (result u32) (canon lift (core func $m "n"))))`);
    const { plan } = linked({ a: { bytes } });
    expect(plan.templates[0]?.initialisers).toEqual([{ instance: 0, export: "init" }]);
    expect(plan.templates[0]?.instances).toHaveLength(1);
    expect(call(bringUp(plan), "a", "n")).toBe(3);
  });
});

describe("components in components", () => {
  it("with imports, outer aliases and instances of instances", async () => {
    const bytes = await text(`(component $root
      (import "f" (func $f (result u32)))
      (core module $m (import "" "f" (func $f (result i32))) (func (export "g") (result i32) (i32.add (call $f) (i32.const 2))))
      (component $inner
        (import "i" (instance $i (export "f" (func (result u32)))))
        (alias export $i "f" (func $f))
        (core func $f (canon lower (func $f)))
        (alias outer $root $m (core module $m))
        (core instance $c (instantiate $m (with "" (instance (export "f" (func $f))))))
        (func $g (result u32) (canon lift (core func $c "g")))
        (export "g" (func $g)))
      (instance $given (export "f" (func $f)))
      (instance $inner (instantiate $inner (with "i" (instance $given))))
      (alias export $inner "g" (func $g))
      (instance $out (export "g" (func $g)))
      (export "t:a/b" (instance $out)))`);
    const { plan } = linked({ a: { bytes, imports: { f: "p" } }, p: { bytes: await provider(40) } });
    expect(call(bringUp(plan), "a", "t:a/b#g")).toBe(42);
  });

  it("instantiated far too often are refused before memory fills", async () => {
    const twice = "(instance (instantiate $inner)) (instance (instantiate $inner))";
    const layers = Array.from(
      { length: 12 },
      (_, i) => `(component $c${i + 1} (alias outer $root $c${i} (component $inner)) ${twice})`,
    );
    const bytes = await text(
      `(component $root (component $c0) ${layers.join(" ")} (instance (instantiate $c12)))`,
    );
    expect(() => linked({ a: { bytes } })).toThrow("expected at most 1000 instantiations, found more");
  });
});

describe("shims", () => {
  const WIT =
    "package t:s; interface api { say: func(s: string) -> string; } world w { import api; export go: func(); }";

  it("of wit-component are bypassed", async () => {
    const bytes = await component(
      WIT,
      `(module (import "t:s/api" "say" (func $say (param i32 i32 i32))) ${ALLOCATOR}
         (func (export "go") (call $say (i32.const 0) (i32.const 0) (i32.const 16))))`,
    );
    const other = await component(
      "package t:s; interface api { say: func(s: string) -> string; } world w { export api; }",
      `(module ${ALLOCATOR} (func (export "t:s/api#say") (param i32 i32) (result i32) (i32.const 8)))`,
    );
    const { plan } = linked({ a: { bytes, imports: { "t:s/api": "b" } }, b: { bytes: other } });
    expect(plan.templates.map((t) => t.instances.length)).toEqual([1, 1]);
    expect(call(bringUp(plan), "a", "go")).toBeUndefined();
  });

  it.each([
    ["exactly", "", 1],
    ["with code in the fixups", "(func)", 3],
    ["with an export of the fixups", '(export "f" (func $f))', 3],
  ])("%s: the call arrives either way", async (_, more, instances) => {
    const { plan } = linked({
      a: { bytes: await withFixups(more), imports: { f: "p" } },
      p: { bytes: await provider(9) },
    });
    expect(plan.templates.find((t) => t.name === "a")?.instances).toHaveLength(instances);
    expect(call(bringUp(plan), "a", "g")).toBe(9);
  });
});
