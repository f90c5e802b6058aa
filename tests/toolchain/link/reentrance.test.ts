/**
 * Component instances are not entered while they are on the stack, drops included.
 *
 * A parent with a child in it, and a user of both beside them. The parent's destructor
 * drops a resource of the child's, which the parent keeps; the child drops what it is given.
 */
import { beforeAll, describe, expect, it } from "vitest";
import { bringUp, call } from "./bring-up.ts";
import { linked, text } from "./guests.ts";
import { trapOf, type Ask } from "./resource-guests.ts";

const CHILD = `(component $child
  (import "r" (type $R (sub resource)))
  (core module $d (global $n (mut i32) (i32.const 0))
    (func (export "dtor") (param i32) (global.set $n (i32.add (global.get $n) (local.get 0))))
    (func (export "ended") (result i32) (global.get $n)))
  (core instance $d (instantiate $d))
  (type $S' (resource (rep i32) (dtor (core func $d "dtor"))))
  (export $S "s" (type $S'))
  (core func $new (canon resource.new $S'))
  (core func $drop (canon resource.drop $R))
  (core module $m (import "" "new" (func $new (param i32) (result i32))) (import "" "drop" (func $drop (param i32)))
    (func (export "make-s") (result i32) (call $new (i32.const 5)))
    (func (export "take-r") (param i32) (call $drop (local.get 0))))
  (core instance $m (instantiate $m (with "" (instance (export "new" (func $new)) (export "drop" (func $drop))))))
  (func (export "make-s") (result (own $S)) (canon lift (core func $m "make-s")))
  (func (export "take-r") (param "r" (own $R)) (canon lift (core func $m "take-r")))
  (func (export "ended") (result u32) (canon lift (core func $d "ended"))))`;

/** A resource whose rep is not 0 drops on its end what the parent keeps. */
const PARENT = `(component $parent
  (core module $t (table (export "t") 1 funcref))
  (core instance $t (instantiate $t))
  (core module $d (import "" "t" (table 1 funcref)) (type $drop (func (param i32))) (global $s (mut i32) (i32.const 0))
    (func $forget (export "forget") (call_indirect (type $drop) (global.get $s) (i32.const 0)))
    (func (export "dtor") (param i32) (if (local.get 0) (then (call $forget))))
    (func (export "keep-s") (param i32) (global.set $s (local.get 0))))
  (core instance $d (instantiate $d (with "" (instance (export "t" (table $t "t"))))))
  (type $R' (resource (rep i32) (dtor (core func $d "dtor"))))
  (export $R "r" (type $R'))
  (core func $new (canon resource.new $R'))
  (core module $m (import "" "new" (func $new (param i32) (result i32)))
    (func (export "make-r") (param i32) (result i32) (call $new (local.get 0))))
  (core instance $m (instantiate $m (with "" (instance (export "new" (func $new))))))
  (func (export "make-r") (param "n" u32) (result (own $R)) (canon lift (core func $m "make-r")))
  ${CHILD}
  (instance $c (instantiate $child (with "r" (type $R))))
  (alias export $c "s" (type $S'))
  (core func $drop (canon resource.drop $S'))
  (core module $fill (import "" "drop" (func $drop (param i32))) (import "" "t" (table 1 funcref)) (elem (i32.const 0) func $drop))
  (core instance (instantiate $fill (with "" (instance (export "drop" (func $drop)) (export "t" (table $t "t"))))))
  (export $S "s" (type $S'))
  (func (export "keep-s") (param "s" (own $S)) (canon lift (core func $d "keep-s")))
  (func (export "forget") (canon lift (core func $d "forget")))
  (export "make-s" (func $c "make-s") (func (result (own $S)))) (export "take-r" (func $c "take-r") (func (param "r" (own $R)))) (export "ended" (func $c "ended")))`;

const USER = `(component $user
  (import "p" (instance $p (export "r" (type $R (sub resource))) (export "s" (type $S (sub resource)))
    (export "make-r" (func (param "n" u32) (result (own $R)))) (export "make-s" (func (result (own $S))))
    (export "keep-s" (func (param "s" (own $S)))) (export "take-r" (func (param "r" (own $R)))) (export "forget" (func))))
  (alias export $p "r" (type $R))
  (core func $make-r (canon lower (func $p "make-r"))) (core func $make-s (canon lower (func $p "make-s")))
  (core func $keep-s (canon lower (func $p "keep-s"))) (core func $take-r (canon lower (func $p "take-r")))
  (core func $forget (canon lower (func $p "forget"))) (core func $drop-r (canon resource.drop $R))
  (core module $m
    (import "" "make-r" (func $make-r (param i32) (result i32))) (import "" "make-s" (func $make-s (result i32)))
    (import "" "keep-s" (func $keep-s (param i32))) (import "" "take-r" (func $take-r (param i32)))
    (import "" "forget" (func $forget)) (import "" "drop-r" (func $drop-r (param i32)))
    (func $keep (call $keep-s (call $make-s)))
    (func (export "child-drops") (param i32) (call $keep) (call $take-r (call $make-r (local.get 0))))
    (func (export "user-drops") (call $keep) (call $drop-r (call $make-r (i32.const 1))))
    (func (export "parent-drops") (call $keep) (call $forget)))
  (core instance $m (instantiate $m (with "" (instance
    (export "make-r" (func $make-r)) (export "make-s" (func $make-s)) (export "keep-s" (func $keep-s))
    (export "take-r" (func $take-r)) (export "forget" (func $forget)) (export "drop-r" (func $drop-r))))))
  (func (export "child-drops") (param "n" u32) (canon lift (core func $m "child-drops")))
  (func (export "user-drops") (canon lift (core func $m "user-drops")))
  (func (export "parent-drops") (canon lift (core func $m "parent-drops"))))`;

let bytes: Uint8Array;
beforeAll(async () => {
  bytes = await text(`(component ${PARENT} ${USER}
    (instance $p (instantiate $parent))
    (instance $u (instantiate $user (with "p" (instance $p))))
    (func (export "ended") (alias export $p "ended"))
    (func (export "child-drops") (alias export $u "child-drops"))
    (func (export "user-drops") (alias export $u "user-drops"))
    (func (export "parent-drops") (alias export $u "parent-drops")))`);
});

function started(): Ask {
  const running = bringUp(linked({ p: { bytes } }).plan);
  return (name, ...args) => call(running, "p", name, ...args);
}

describe("a child that drops its parent's resource", () => {
  it("lets the parent's destructor run", () => {
    const ask = started();
    for (let i = 0; i < 3; i++) ask("child-drops", 0);
    expect(ask("ended")).toBe(0);
  });

  it("is not entered again by what that destructor drops", () => {
    const ask = started();
    expect(trapOf(() => ask("child-drops", 1))).toBe("trap: cannot enter component instance");
  });
});

describe("what drops a resource of the child's while the child is not on the stack", () => {
  it.each(["parent-drops", "user-drops"])("runs its destructor: %s", (name) => {
    const ask = started();
    for (let i = 0; i < 3; i++) ask(name);
    expect(ask("ended")).toBe(15);
    // Nobody is taken to be on the stack who is not.
    ask("child-drops", 0);
    expect(trapOf(() => ask("child-drops", 1))).toBe("trap: cannot enter component instance");
  });
});
