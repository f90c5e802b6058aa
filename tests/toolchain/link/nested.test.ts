/**
 * Components nested in one file that call each other: edges of a process to itself.
 */
import { describe, expect, it } from "vitest";
import { describePlan } from "../../../toolchain/link/describe.ts";
import { bringUp, call } from "./bring-up.ts";
import { linked, text } from "./guests.ts";
import { trapOf } from "./resource-guests.ts";

/** Counts the bytes of a string in its own memory, and how often it was called. */
const COUNTER = `(component $counter
  (core module $m (memory (export "memory") 1) (global $n (mut i32) (i32.const 0))
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 64))
    (func (export "count") (param $at i32) (param $length i32) (result i32) (local $sum i32)
      (global.set $n (i32.add (global.get $n) (i32.const 1)))
      (loop $next
        (local.set $sum (i32.add (local.get $sum) (i32.load8_u (local.get $at))))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br_if $next (local.tee $length (i32.sub (local.get $length) (i32.const 1)))))
      (i32.add (local.get $sum) (i32.mul (global.get $n) (i32.const 10000)))))
  (core instance $i (instantiate $m))
  (alias core export $i "memory" (core memory $memory))
  (func (export "count") (param "s" string) (result u32)
    (canon lift (core func $i "count") (memory $memory) (realloc (core func $i "realloc")))))`;

const CALLER = `(component $caller
  (import "count" (func $count (param "s" string) (result u32)))
  (core module $memory (memory (export "memory") 1) (data (i32.const 8) "AB"))
  (core instance $memory (instantiate $memory))
  (alias core export $memory "memory" (core memory $m))
  (core func $count (canon lower (func $count) (memory $m)))
  (core module $c (import "" "count" (func $count (param i32 i32) (result i32)))
    (func (export "go") (result i32) (call $count (i32.const 8) (i32.const 2))))
  (core instance $c (instantiate $c (with "" (instance (export "count" (func $count))))))
  (func (export "go") (result u32) (canon lift (core func $c "go"))))`;

describe("siblings", () => {
  it("call each other through adapters, each instance with its own state", async () => {
    const bytes = await text(`(component ${COUNTER} ${CALLER}
      (instance $one (instantiate $counter))
      (instance $two (instantiate $counter))
      (instance $a (instantiate $caller (with "count" (func $one "count"))))
      (instance $b (instantiate $caller (with "count" (func $two "count"))))
      (instance $c (instantiate $caller (with "count" (func $two "count"))))
      (func (export "a") (alias export $a "go"))
      (func (export "b") (alias export $b "go"))
      (func (export "c") (alias export $c "go")))`);
    const { plan } = linked({ p: { bytes } });
    const running = bringUp(plan);
    const sums = ["a", "b", "c", "b"].map((name) => call(running, "p", name));
    expect(sums).toEqual([10131, 10131, 20131, 30131]);
    expect(describePlan(plan).processes[0]).toMatchObject({ imports: [], callers: [], fallsWith: [] });
  });

  it("have start functions that may call", async () => {
    const bytes = await text(`(component
      (component $a (core module $m (global $n (mut i32) (i32.const 0))
          (func (export "up") (global.set $n (i32.add (global.get $n) (i32.const 1))))
          (func (export "n") (result i32) (global.get $n)))
        (core instance $i (instantiate $m))
        (func (export "up") (canon lift (core func $i "up")))
        (func (export "n") (result u32) (canon lift (core func $i "n"))))
      (component $b (import "up" (func $up)) (core func $up (canon lower (func $up)))
        (core module $m (import "" "up" (func $up)) (start $up))
        (core instance (instantiate $m (with "" (instance (export "up" (func $up)))))))
      (instance $a (instantiate $a))
      (instance (instantiate $b (with "up" (func $a "up"))))
      (func (export "n") (alias export $a "n")))`);
    expect(call(bringUp(linked({ p: { bytes } }).plan), "p", "n")).toBe(1);
  });
});

/** Calls what it imports with two bytes of its own memory. */
function user(name: string, data: string): string {
  return `(component $${name}
  (import "count" (func $count (param "s" string) (result u32)))
  (core module $memory (memory (export "memory") 1) (data (i32.const 8) "${data}"))
  (core instance $memory (instantiate $memory))
  (core func $count (canon lower (func $count) (memory (core memory $memory "memory"))))
  (core module $c (import "" "count" (func $count (param i32 i32) (result i32)))
    (func (export "go") (result i32) (call $count (i32.const 8) (i32.const 2))))
  (core instance $c (instantiate $c (with "" (instance (export "count" (func $count))))))
  (func (export "go") (result u32) (canon lift (core func $c "go"))))`;
}

it("an import that two components in one file lower, each with a memory of its own", async () => {
  const bytes = await text(`(component (import "count" (func $count (param "s" string) (result u32)))
    ${user("one", "AB")} ${user("two", "CD")}
    (instance $one (instantiate $one (with "count" (func $count))))
    (instance $two (instantiate $two (with "count" (func $count))))
    (func (export "one") (alias export $one "go")) (func (export "two") (alias export $two "go")))`);
  const counter = await text(COUNTER);
  const { plan } = linked({ p: { bytes, imports: { count: "c" } }, c: { bytes: counter } });
  const running = bringUp(plan);
  expect(["one", "two"].map((name) => call(running, "p", name))).toEqual([10131, 20135]);
});

describe("an instance and one that it contains", () => {
  const CHILD = `(component $child (core module $m (func (export "f"))) (core instance $i (instantiate $m))
    (func (export "f") (canon lift (core func $i "f"))))`;

  it("cannot call each other", async () => {
    const bytes = await text(`(component ${CHILD}
      (instance $child (instantiate $child))
      (core func $f (canon lower (func $child "f")))
      (core module $m (import "" "f" (func $f)) (func (export "g") (call $f)))
      (core instance $i (instantiate $m (with "" (instance (export "f" (func $f))))))
      (func (export "g") (canon lift (core func $i "g"))))`);
    const running = bringUp(linked({ p: { bytes } }).plan);
    expect(trapOf(() => call(running, "p", "g"))).toBe("trap: cannot enter component instance");
  });

  it("hand on each other's functions", async () => {
    const bytes = await text(`(component ${CHILD}
      (instance $child (instantiate $child)) (func (export "f") (alias export $child "f")))`);
    expect(call(bringUp(linked({ p: { bytes } }).plan), "p", "f")).toBeUndefined();
  });
});
