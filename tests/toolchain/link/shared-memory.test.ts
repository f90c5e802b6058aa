/**
 * Components whose core modules share memories and tables, as programs of several libraries do.
 */
import { expect, it } from "vitest";
import { RESERVED } from "../../../toolchain/link/plan.ts";
import { bringUp, call } from "./bring-up.ts";
import { linked, refused, text } from "./guests.ts";

/** `owner` defines, `hands on` passes through, `user` grows and measures; all of them 32-bit. */
const LIBRARIES = `(component
  (core module $owner
    (memory (export "memory") 1) (table $t (export "table") 2 funcref)
    (global $n (mut i32) (i32.const 0))
    (data (i32.const 8) "owner")
    (func (export "pages") (result i32) (global.set $n (i32.add (global.get $n) (i32.const 1))) (memory.size))
    (func (export "more") (result i32) (memory.grow (i32.const 1)))
    (func (export "elements") (result i32) (table.size $t)))
  (core instance $owner (instantiate $owner))
  (core module $between (import "o" "memory" (memory 1)) (import "o" "table" (table 2 funcref))
    (export "m" (memory 0)) (export "t" (table 0)))
  (core instance $between (instantiate $between (with "o" (instance $owner))))
  (core module $user
    (import "b" "m" (memory $m 1)) (import "b" "t" (table $t 2 funcref))
    (memory $own 1)
    (data $m (i32.const 16) "user")
    (func (export "grow") (param i32) (result i32) (local $old i32)
      (local.set $old (memory.grow $m (local.get 0)))
      (if (i32.ne (local.get $old) (i32.const -1))
        (then (i32.store8 $m (i32.sub (i32.shl (memory.size $m) (i32.const 16)) (i32.const 1)) (i32.const 7))))
      (local.get $old))
    (func (export "own") (param i32) (result i32) (memory.grow $own (local.get 0)))
    (func (export "pages") (result i32) (memory.size $m))
    (func (export "add") (result i32) (table.grow $t (ref.null func) (i32.const 3)))
    (func (export "elements") (result i32) (table.size $t))
    (func (export "last") (result i32) (i32.load8_u $m (i32.sub (i32.shl (memory.size $m) (i32.const 16)) (i32.const 1))))
    (func (export "byte") (param i32) (result i32) (i32.load8_u $m (local.get 0))))
  (core instance $user (instantiate $user (with "b" (instance $between))))
  (func (export "owner-pages") (result u32) (canon lift (core func $owner "pages")))
  (func (export "owner-more") (result s32) (canon lift (core func $owner "more")))
  (func (export "owner-elements") (result u32) (canon lift (core func $owner "elements")))
  (func (export "grow") (param "n" u32) (result s32) (canon lift (core func $user "grow")))
  (func (export "own") (param "n" u32) (result s32) (canon lift (core func $user "own")))
  (func (export "pages") (result u32) (canon lift (core func $user "pages")))
  (func (export "add") (result u32) (canon lift (core func $user "add")))
  (func (export "elements") (result u32) (canon lift (core func $user "elements")))
  (func (export "last") (result u32) (canon lift (core func $user "last")))
  (func (export "byte") (param "at" u32) (result u32) (canon lift (core func $user "byte"))))`;

it.each([[{}], [{ fuel: 1_000_000 }]])(
  "a reset takes back what either has grown, with %o",
  async (quotas) => {
    const bytes = await text(LIBRARIES);
    const running = bringUp(linked({ p: { bytes, quotas } }, undefined, { reset: true }).plan);
    const ask = (name: string, ...args: number[]): unknown => call(running, "p", name, ...args);
    const life = (): unknown[] => [
      [ask("pages"), ask("owner-pages"), ask("elements"), ask("owner-elements")],
      [ask("byte", 8), ask("byte", 16), ask("last")],
      [ask("grow", 2), ask("owner-more"), ask("add"), ask("own", 1)],
      [ask("pages"), ask("owner-pages"), ask("elements"), ask("owner-elements")],
      ask("last"),
    ];
    const first = life();
    expect(first).toEqual([[1, 1, 2, 2], [111, 117, 0], [1, 3, 2, 1], [4, 4, 5, 5], 0]);
    for (let i = 0; i < 3; i++) {
      running.reset(0);
      expect(life()).toEqual(first);
    }
    const memory = running.item(0, { instance: 0, export: `${RESERVED.memory}0` }) as WebAssembly.Memory;
    expect(memory.buffer.byteLength).toBe(4 << 16);
  },
);

it.each([[false], [true]])("a quota bounds all memories together; reset: %s", async (reset) => {
  const bytes = await text(LIBRARIES);
  // Two pages at first; the memories that grow are two, so each has room for two of the four that are left.
  const system = { p: { bytes, quotas: { memory: 6 << 16 } } };
  const running = bringUp(linked(system, undefined, { reset }).plan);
  const ask = (name: string, ...args: number[]): unknown => call(running, "p", name, ...args);
  expect([ask("grow", 2), ask("own", 3), ask("own", 2)]).toEqual([1, -1, 1]);
  expect([ask("grow", 1), ask("owner-more"), ask("own", 1), ask("pages")]).toEqual([-1, -1, -1, 3]);
  if (reset) {
    running.reset(0);
    expect([ask("grow", 1), ask("owner-more"), ask("owner-more")]).toEqual([1, 2, -1]);
  }
});

it("a quota that is less than they start with", async () => {
  const bytes = await text(LIBRARIES);
  expect(refused(() => linked({ p: { bytes, quotas: { memory: 1 << 16 } } }))).toBe(
    'limit: process "p": ./p.wasm starts with 131072 bytes of linear memory, and quotas.memory is 65536\nAllow at least 131072.',
  );
});
