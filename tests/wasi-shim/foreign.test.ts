/** Programs of other toolchains, linked with the shim and run as they are. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "@bytecodealliance/jco-transpile/wasm-tools";
import { describe, expect, it, onTestFinished } from "vitest";
import { exitCodeOf } from "../../host-linux/index.ts";
import { clock, dir } from "../../index.ts";
import { missing, wasiGuest } from "../guests/make.ts";
import { buildModule } from "../../toolchain/compile/index.ts";
import { runGuest, STDIO, wasiPlan } from "./guest.ts";

const reason = missing("C with wasi-libc");
if (reason !== undefined) console.log(`programs in C are left out: ${reason}`);

/** The command that a module is. */
async function command(module: Uint8Array): Promise<Uint8Array> {
  const folder = mkdtempSync(join(tmpdir(), "atoll-foreign-"));
  try {
    const file = join(folder, "module.wasm");
    writeFileSync(file, module);
    return new Uint8Array(readFileSync((await buildModule(file)).output));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe.skipIf(reason !== undefined)("a program in C", () => {
  it("has its arguments, its input and its environment", async () => {
    const process = { grants: [STDIO], arguments: ["one", "two"], environment: { HOME_OF_IT: "here" } };
    const { lines, stderr, outcome } = await runGuest(
      await wasiPlan(await command(await wasiGuest("greet")), process),
      "a line\n",
    );
    expect({ lines, stderr }, JSON.stringify(outcome)).toEqual({
      lines: ["argument one", "argument two", "read a line"],
      stderr: "home here\n",
    });
    expect(exitCodeOf(outcome)).toBe(3);
  });
});

it("a program that accepts a connection is told that it cannot, by an error number", async () => {
  const module = await parse(`(module
    (import "wasi_snapshot_preview1" "sock_accept" (func $accept (param i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
    (memory (export "memory") 1 1)
    (func (export "_start")
      (call $exit (i32.add (i32.const 200) (call $accept (i32.const 3) (i32.const 0) (i32.const 8))))))`);
  const { outcome } = await runGuest(await wasiPlan(await command(module), { grants: [STDIO] }));
  // 58 is ENOTSUP; of an exit code the lowest 8 bits are left.
  expect(exitCodeOf(outcome)).toBe(258 % 256);
});

it("a program of the preview before preview 1 seeks, looks at a file and waits for a clock", async () => {
  const folder = mkdtempSync(join(tmpdir(), "atoll-unstable-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "ten"), "0123456789");
  const module = await parse(`(module
    (import "wasi_unstable" "path_open"
      (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
    (import "wasi_unstable" "fd_seek" (func $seek (param i32 i64 i32 i32) (result i32)))
    (import "wasi_unstable" "fd_filestat_get" (func $stat (param i32 i32) (result i32)))
    (import "wasi_unstable" "poll_oneoff" (func $poll (param i32 i32 i32 i32) (result i32)))
    (import "wasi_unstable" "proc_exit" (func $exit (param i32)))
    (memory (export "memory") 1 1)
    (data (i32.const 8) "ten")
    ;; Two subscriptions to the monotonic clock, of an hour and of a millisecond.
    (data (i32.const 256) "\\07") (data (i32.const 280) "\\01") (data (i32.const 292) "\\46\\03")
    (data (i32.const 312) "\\08") (data (i32.const 336) "\\01") (data (i32.const 345) "\\42\\0f")
    (func $expect (param $number i32) (param $is i32)
      (if (i32.eqz (local.get $is)) (then (call $exit (local.get $number)))))
    (func $seeks (param $by i64) (param $from i32) (param $to i64) (result i32)
      (if (call $seek (i32.load (i32.const 16)) (local.get $by) (local.get $from) (i32.const 24))
        (then (return (i32.const 0))))
      (i64.eq (i64.load (i32.const 24)) (local.get $to)))
    (func (export "_start")
      (call $expect (i32.const 1) (i32.eqz (call $open (i32.const 3) (i32.const 0) (i32.const 8) (i32.const 3)
        (i32.const 0) (i64.const 6) (i64.const 0) (i32.const 0) (i32.const 16))))
      (call $expect (i32.const 2) (call $seeks (i64.const -3) (i32.const 1) (i64.const 7)))
      (call $expect (i32.const 3) (call $seeks (i64.const 1) (i32.const 0) (i64.const 8)))
      (call $expect (i32.const 4) (call $seeks (i64.const 2) (i32.const 2) (i64.const 2)))
      (i32.store (i32.const 120) (i32.const 77))
      (call $expect (i32.const 5) (i32.eqz (call $stat (i32.load (i32.const 16)) (i32.const 64))))
      (call $expect (i32.const 6) (i32.eq (i32.load8_u (i32.const 80)) (i32.const 4)))
      (call $expect (i32.const 7) (i32.eq (i32.load (i32.const 84)) (i32.const 1)))
      (call $expect (i32.const 8) (i64.eq (i64.load (i32.const 88)) (i64.const 10)))
      (call $expect (i32.const 9) (i32.eq (i32.load (i32.const 120)) (i32.const 77)))
      (call $expect (i32.const 10) (i32.eqz
        (call $poll (i32.const 256) (i32.const 512) (i32.const 2) (i32.const 24))))
      (call $expect (i32.const 11) (i32.eq (i32.load (i32.const 24)) (i32.const 1)))
      (call $expect (i32.const 12) (i32.eq (i32.load (i32.const 512)) (i32.const 8)))
      (call $expect (i32.const 13) (i32.eq (i32.load8_u (i32.const 312)) (i32.const 8)))))`);
  const grants = [STDIO, clock(), dir(folder, "read", { as: "/" })];
  const { outcome } = await runGuest(await wasiPlan(await command(module), { grants }));
  expect(outcome).toMatchObject({ exitCode: 0 });
});
