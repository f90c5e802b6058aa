/**
 * Resources that a world itself imports and exports, outside of any interface.
 */
import { beforeAll, expect, it } from "vitest";
import { describePlan } from "../../../toolchain/link/describe.ts";
import { bringUp, call } from "./bring-up.ts";
import { linked, refused, text } from "./guests.ts";
import { trapOf } from "./resource-guests.ts";

const DOOR = `(component
  (type $r' (resource (rep i32))) (export $r "door" (type $r'))
  (core func $new (canon resource.new $r))
  (core module $m (import "" "new" (func $new (param i32) (result i32)))
    (func (export "make") (param i32) (result i32) (call $new (local.get 0)))
    (func (export "width") (param i32) (result i32) (local.get 0))
    (func (export "wider") (param i32 i32) (result i32) (i32.lt_u (local.get 0) (local.get 1))))
  (core instance $i (instantiate $m (with "" (instance (export "new" (func $new))))))
  (func (export "[constructor]door") (param "width" u32) (result (own $r)) (canon lift (core func $i "make")))
  (func (export "[method]door.width") (param "self" (borrow $r)) (result u32) (canon lift (core func $i "width")))
  (func (export "[static]door.wider") (param "a" (borrow $r)) (param "b" (borrow $r)) (result bool)
    (canon lift (core func $i "wider"))))`;

/** `knock` is a function of the world that names the resource. */
const user = (knock: string): string => `(component
  (import "door" (type $r (sub resource)))
  (import "[constructor]door" (func $make (param "width" u32) (result (own $r))))
  (import "[method]door.width" (func $width (param "self" (borrow $r)) (result u32)))
  ${knock}
  (core func $make (canon lower (func $make))) (core func $width (canon lower (func $width)))
  (core func $drop (canon resource.drop $r))
  (core module $m (import "" "make" (func $make (param i32) (result i32)))
    (import "" "width" (func $width (param i32) (result i32))) (import "" "drop" (func $drop (param i32)))
    (func (export "go") (param i32) (result i32) (local $h i32) (local $n i32)
      (local.set $h (call $make (local.get 0))) (local.set $n (call $width (local.get $h)))
      (call $drop (local.get $h)) (local.get $n))
    (func (export "twice") (param i32) (local $h i32)
      (local.set $h (call $make (local.get 0))) (call $drop (local.get $h)) (call $drop (local.get $h))))
  (core instance $i (instantiate $m (with "" (instance
    (export "make" (func $make)) (export "width" (func $width)) (export "drop" (func $drop))))))
  (func (export "go") (param "n" u32) (result u32) (canon lift (core func $i "go")))
  (func (export "twice") (param "n" u32) (canon lift (core func $i "twice"))))`;

let door: Uint8Array;
beforeAll(async () => {
  door = await text(DOOR);
});

it("is one import, with its constructor, methods and static functions", async () => {
  const { plan } = linked({
    user: { bytes: await text(user("")), imports: { door: "maker" } },
    maker: { bytes: door },
  });
  const running = bringUp(plan);
  expect([call(running, "user", "go", 80), call(running, "user", "go", 90)]).toEqual([80, 90]);
  expect(trapOf(() => call(running, "user", "twice", 1))).toBe("trap: unknown handle");
  const described = describePlan(plan).processes.find(({ name }) => name === "user");
  expect(described?.imports.map(({ name, functions }) => [name, functions.map((f) => f.name)])).toEqual([
    ["door", ["[constructor]door", "[method]door.width"]],
  ]);
});

it("is what a function beside it means", async () => {
  const knocks = await text(`(component (import "door" (type $r (sub resource)))
    (import "[method]door.width" (func $width (param "self" (borrow $r)) (result u32)))
    (core func $width (canon lower (func $width))) (core func $drop (canon resource.drop $r))
    (core module $m (import "" "width" (func $width (param i32) (result i32))) (import "" "drop" (func $drop (param i32)))
      (func (export "knock") (param i32) (result i32) (local $n i32)
        (local.set $n (call $width (local.get 0))) (call $drop (local.get 0)) (local.get $n)))
    (core instance $i (instantiate $m (with "" (instance (export "width" (func $width)) (export "drop" (func $drop))))))
    (export $again "gate" (type $r))
    (func (export "knock") (param "d" (own $again)) (result u32) (canon lift (core func $i "knock"))))`);
  const asks = user(`(import "knock" (func $knock (param "d" (own $r)) (result u32)))`);
  const bytes = await text(asks);
  const system = (other: string): string =>
    refused(() =>
      linked({
        user: { bytes, imports: { door: "maker", knock: "knocker" } },
        knocker: { bytes: knocks, imports: { door: other } },
        maker: { bytes: door },
        other: { bytes: door },
      }),
    );
  expect(system("maker")).toBe("linked");
  expect(system("other")).toContain('different types for the function "knock"');
});

it("is refused where the provider has none", async () => {
  const bytes = await text(user(""));
  const none = await text(`(component (type $t (record (field "a" u8))) (export "door" (type $t)))`);
  expect(refused(() => linked({ user: { bytes, imports: { door: "maker" } }, maker: { bytes: none } }))).toBe(
    'wiring: process "user" imports "door" from process "maker", and ./maker.wasm does not export resource "door". It exports nothing.',
  );
  expect(refused(() => linked({ user: { bytes }, maker: { bytes: door } }))).toContain(
    'imports "door", and nothing is wired to it',
  );
});
