/** Calls into a real core module: what V8 passes for each core type, memory that grows, post-return. */
import { parse } from "@bytecodealliance/jco-transpile/wasm-tools";
import { beforeAll, expect, test } from "vitest";
import {
  callFunction,
  serveFunction,
  type Callee,
  type CoreFunction,
  type Realloc,
} from "../../../toolchain/abi/index.ts";
import * as t from "./short-types.ts";

/** `echo` returns its strings; `numbers` passes what it gets to its import and on. */
const GUEST = `(module
  (import "host" "numbers" (func $numbers (param i32 i64 f32 f64 i32)))
  (memory (export "memory") 1)
  (global $end (mut i32) (i32.const 1024))
  (global $freed (export "freed") (mut i32) (i32.const 0))
  (func (export "realloc") (param $old i32) (param $old-size i32) (param $align i32) (param $size i32) (result i32)
    (local $at i32)
    (local.set $at (i32.and (i32.add (global.get $end) (i32.sub (local.get $align) (i32.const 1)))
                            (i32.sub (i32.const 0) (local.get $align))))
    (global.set $end (i32.add (local.get $at) (local.get $size)))
    (drop (memory.grow (i32.const 1)))
    (memory.copy (local.get $at) (local.get $old) (local.get $old-size))
    (local.get $at))
  (func (export "echo") (param i32 i32) (result i32)
    (i32.store (i32.const 16) (local.get 0))
    (i32.store (i32.const 20) (local.get 1))
    (i32.const 16))
  (func (export "freeing") (param i32) (global.set $freed (local.get 0)))
  (func (export "numbers") (param i32 i64 f32 f64) (result i32)
    (call $numbers (local.get 0) (local.get 1) (local.get 2) (local.get 3) (i32.const 64))
    (i32.const 64)))`;

const numbers = t.func([t.u32, t.u64, t.f32, t.f64], t.tuple(t.u32, t.u64, t.f32, t.f64));
let guest: Record<string, unknown>;
let options: Omit<Callee, "func">;

beforeAll(async () => {
  const module = await WebAssembly.compile((await parse(GUEST)) as BufferSource);
  // The import needs the guest's memory, which is there only once the guest is.
  const late: CoreFunction = (...flat) => serveFunction(options, numbers, (...values) => values)(...flat);
  guest = new WebAssembly.Instance(module, { host: { numbers: late } }).exports;
  options = {
    memory: guest["memory"] as WebAssembly.Memory,
    realloc: guest["realloc"] as Realloc,
    encoding: "utf16",
  };
});

test("strings go in and come out, and post-return gets where they were", () => {
  const callee = {
    ...options,
    func: guest["echo"] as CoreFunction,
    postReturn: guest["freeing"] as CoreFunction,
  };
  const words = ["", "Atoll", "☃😀"];
  expect(callFunction(callee, t.func([t.list(t.string)], t.list(t.string)), [words])).toEqual(words);
  expect((guest["freed"] as WebAssembly.Global).value).toBe(16);
});

test("numbers keep their sign and their width through an export and an import", () => {
  const callee = { ...options, func: guest["numbers"] as CoreFunction };
  const values = [2 ** 32 - 1, 2n ** 64n - 1n, 1.5, -0];
  expect(callFunction(callee, numbers, values)).toEqual(values);
});
