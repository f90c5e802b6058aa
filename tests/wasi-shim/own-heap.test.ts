/** A program that takes all of its memory for its heap, and the adapter, whose state lies in that memory too. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "@bytecodealliance/jco-transpile/wasm-tools";
import { afterAll, expect, it } from "vitest";
import { stdio } from "../../index.ts";
import { buildModule } from "../../toolchain/compile/index.ts";
import { runGuest, wasiPlan } from "./guest.ts";

const folder = mkdtempSync(join(tmpdir(), "atoll-heap-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Writes over all that it takes for its own between two calls, before and after it grew. */
const GREEDY = `(module
  (import "wasi_snapshot_preview1" "fd_prestat_get" (func $first (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1)
  (data (i32.const 8) "\\10\\00\\00\\00\\06\\00\\00\\00hello\\n")
  (func $take (param $from i32)
    (memory.fill (local.get $from) (i32.const 0xaa)
      (i32.sub (i32.shl (memory.size) (i32.const 16)) (local.get $from))))
  (func $say (if (call $write (i32.const 1) (i32.const 8) (i32.const 1) (i32.const 64)) (then unreachable)))
  (func (export "_start") (local $grown i32)
    (drop (call $first (i32.const 3) (i32.const 64)))
    (call $take (i32.const 1024)) (call $say)
    (local.set $grown (memory.grow (i32.const 2)))
    (call $take (i32.shl (local.get $grown) (i32.const 16))) (call $say)
    ;; What it knows of ends with what it grew.
    (if (i32.ne (memory.size) (i32.add (local.get $grown) (i32.const 2))) (then (call $exit (i32.const 1))))
    ;; More than there can be: nothing changes.
    (if (i32.ne (memory.grow (i32.const 65536)) (i32.const -1)) (then unreachable))
    (if (i32.ne (memory.size) (i32.add (local.get $grown) (i32.const 2))) (then unreachable))
    (call $say)))`;

it.each([
  ["as large as can be", ""],
  ["of no more than the program takes", " 3"],
])("do not write over one another in a memory %s", async (_, most) => {
  const file = join(folder, `greedy${most.trim()}.wasm`);
  writeFileSync(file, await parse(GREEDY.replace(`"memory") 1`, `$&${most}`)));
  const { output } = await buildModule(file);
  const ran = await runGuest(await wasiPlan(readFileSync(output), { grants: [stdio()] }));
  expect(ran).toMatchObject({ lines: ["hello", "hello", "hello"], outcome: { exitCode: 0 } });
});
