/** Handles passed between JavaScript and an exported function, through the linked table. */
import { beforeEach, describe, expect, it } from "vitest";
import callJob from "../../cli/call-job.ts";
import type { Running } from "../../host-linux/index.ts";
import type { FunctionType, World } from "../../toolchain/abi/index.ts";
import { bringUp } from "../toolchain/link/bring-up.ts";
import { linked, text } from "../toolchain/link/guests.ts";

const COMPONENT = `(component
  (type $R' (resource (rep i32))) (type $other (resource (rep i32)))
  (core func $new (canon resource.new $R')) (core func $other (canon resource.new $other))
  (core func $rep (canon resource.rep $R')) (core func $drop (canon resource.drop $R'))
  (core module $m
    (import "" "new" (func $new (param i32) (result i32))) (import "" "other" (func $other (param i32) (result i32)))
    (import "" "rep" (func $rep (param i32) (result i32))) (import "" "drop" (func $drop (param i32)))
    (func (export "make") (param i32) (result i32) (call $new (local.get 0)))
    (func (export "wrong") (result i32) (call $other (i32.const 1)))
    (func (export "use") (param i32) (result i32) (local.get 0))
    (func (export "take") (param i32) (result i32) (local $rep i32)
      (local.set $rep (call $rep (local.get 0))) (call $drop (local.get 0)) (local.get $rep)))
  (core instance $i (instantiate $m (with "" (instance (export "new" (func $new)) (export "other" (func $other))
    (export "rep" (func $rep)) (export "drop" (func $drop))))))
  (export $R "r" (type $R'))
  (func (export "make") (param "n" u32) (result (own $R)) (canon lift (core func $i "make")))
  (func (export "wrong") (result (own $R)) (canon lift (core func $i "wrong")))
  (func (export "use") (param "r" (borrow $R)) (result u32) (canon lift (core func $i "use")))
  (func (export "take") (param "r" (own $R)) (result u32) (canon lift (core func $i "take"))))`;

let running: Running;
let world: World | undefined;

beforeEach(async () => {
  const { plan, worlds } = linked({ p: { bytes: await text(COMPONENT) } });
  world = worlds.get("p");
  running = bringUp(plan);
});

function ask(name: string, ...args: number[]): unknown {
  const type = world?.exports.find((item) => item.kind === "function" && item.name === name);
  const callee = running.plan.templates[0]?.exports.find((e) => e.name === name);
  const data = { process: 0, callee, type: (type as { type: FunctionType }).type, args };
  return callJob(running, data as never);
}

describe("a function that is called from outside", () => {
  it("returns an own as its rep, and takes one for it", () => {
    expect(ask("make", 40)).toBe(40);
    expect([ask("take", 7), ask("take", 8)]).toEqual([7, 8]);
  });

  it("borrows by the rep of what it implements", () => {
    expect(ask("use", 9)).toBe(9);
  });

  it("must not return a handle of another type", () => {
    expect(() => ask("wrong")).toThrow("handle 1 is of another resource type");
  });
});
