/** `atoll run` of commands that other toolchains built: one line, no system.ts. */
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "@bytecodealliance/jco-transpile/wasm-tools";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { missing, wasiGuest } from "../guests/make.ts";
import { atoll, start, workFolder } from "./atoll.ts";

const folder = workFolder();
const setting = { cwd: folder.path };
const file = (name: string): string => join(folder.path, name);
const NO_C = missing("C with wasi-libc");

/** Copies its input to its output, and ends with the status that its first argument has as its first digit. */
const CAT = `(module
  (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "args_get" (func $args (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "args_sizes_get" (func $sizes (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 2)
  (func (export "_start") (local $left i32)
    (loop $more
      ;; An iovec at 0: what to read to, and how much.
      (i32.store (i32.const 0) (i32.const 1024)) (i32.store (i32.const 4) (i32.const 65536))
      (drop (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))
      (local.set $left (i32.load (i32.const 8)))
      (if (local.get $left) (then
        (loop $all
          (i32.store (i32.const 4) (local.get $left))
          (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 12)))
          (i32.store (i32.const 0) (i32.add (i32.load (i32.const 0)) (i32.load (i32.const 12))))
          (br_if $all (local.tee $left (i32.sub (local.get $left) (i32.load (i32.const 12))))))
        (br $more))))
    (drop (call $sizes (i32.const 16) (i32.const 20)))
    (drop (call $args (i32.const 32) (i32.const 64)))
    (if (i32.gt_u (i32.load (i32.const 16)) (i32.const 1))
      (then (call $exit (i32.sub (i32.load8_u (i32.load (i32.const 36))) (i32.const 48)))))))`;

/** What `wasi:cli/run` returns is the end of the system. */
const FAILS = `(component
  (core module $m (func (export "run") (result i32) (i32.const 1)))
  (core instance $i (instantiate $m))
  (func $run (result (result)) (canon lift (core func $i "run")))
  (instance $e (export "run" (func $run)))
  (export "wasi:cli/run@0.2.0" (instance $e)))`;
const EXITS = `(module (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1) (func (export "_start") (call $exit (i32.const 3))))`;

beforeAll(async () => {
  writeFileSync(file("cat.wasm"), await parse(CAT));
  writeFileSync(file("exits.wasm"), await parse(EXITS));
  writeFileSync(file("err.wasm"), await parse(FAILS));
});
afterAll(() => folder.remove());

describe("a core module that uses preview 1", () => {
  it("runs, with its input and output byte for byte, its arguments, and its own exit code", async () => {
    const input = "a\r\nb\0ü\n".repeat(30_000);
    const args = ["run", "cat.wasm", "--", "5"];
    expect(await atoll(args, { ...setting, input })).toMatchObject({ code: 5, stdout: input });
  });

  it("is ended by Ctrl-C while it waits for input", async () => {
    const { child, ended, said } = start(["run", "cat.wasm"], setting);
    child.stdin?.write("first");
    await said("first");
    child.kill("SIGINT");
    expect(await ended).toMatchObject({ code: 130, stdout: "first" });
  });

  it("cannot wait in a call from outside, and says that it exited there", async () => {
    // Its input stays open: at an end there is nothing to wait for.
    const { child, ended } = start(["call", "cat.wasm", "run"], setting);
    const waits = await ended;
    child.stdin?.destroy();
    expect(waits.stderr).toContain("a process cannot wait while it starts, nor where `atoll call` calls it");
    const exits = await atoll(["call", "exits.wasm", "run"], setting);
    expect(exits.stderr).toContain(
      "wasi:cli/run@0.2.12#run: process exits exited with status 3 in the call, which did not return.",
    );
    expect([waits.code, exits.code]).toEqual([1, 1]);
  });
});

it("a component whose run returns an error ends with 1", async () => {
  expect(await atoll(["run", "err.wasm"], setting)).toMatchObject({ code: 1, stdout: "", stderr: "" });
});

if (NO_C !== undefined) console.log(`C commands are not tested: ${NO_C}`);
describe.skipIf(NO_C !== undefined)("a program in C", () => {
  beforeAll(async () => {
    writeFileSync(file("notes.wasm"), await wasiGuest("notes"));
    mkdirSync(file("data"));
    mkdirSync(file("secret"));
    writeFileSync(file("secret/key"), "secret");
    symlinkSync("../secret", file("data/out"));
  }, 60_000);

  it("keeps what it reads in a granted directory, and finds it again", async () => {
    const command = ["run", "notes.wasm", "--dir", "data::/d", "--"];
    const input = "one\ntwo\n";
    const added = await atoll([...command, "add", "/d/list"], { ...setting, input });
    expect(added).toMatchObject({ code: 0, stdout: "2 lines\n" });
    expect(readFileSync(file("data/list"), "utf8")).toBe("one\ntwo\n");
    const shown = await atoll([...command, "show", "/d/list"], setting);
    expect(shown).toMatchObject({ code: 0, stdout: input });
  });

  it("finds nothing that it was not granted", async () => {
    const paths = ["secret/key", "data/../secret/key", "data/out/key", "/etc/passwd"];
    const args = ["run", "notes.wasm", "--dir", "data", "--", "show", ...paths];
    const { code, stdout, stderr } = await atoll(args, setting);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr.split("\n").map((line) => line.split(": ")[0])).toEqual([...paths, ""]);
  });

  it("writes nothing where it may only read", async () => {
    const args = ["run", "notes.wasm", "--dir", "data:ro", "--", "add", "data/other"];
    expect((await atoll(args, { ...setting, input: "x\n" })).code).toBe(1);
    expect(existsSync(file("data/other"))).toBe(false);
  });
});
