/** Slices that end while a device's result is taken over, in an executable as on Node. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { builtKernel } from "../../../kernel/built.ts";
import { component, supervised, type Guests } from "../../toolchain/link/guests.ts";
import { nativeOf, onLinux, onNode } from "./hosts.ts";
import { MISSING } from "./tools.ts";

/** Reads its arguments again and again, and takes more than a slice whenever it is asked for room for them. */
const reader = (name: string, steps: number): string => `(module
  (import "atoll:device/configuration@0.1.0" "get-arguments" (func $arguments (param i32)))
  (memory (export "memory") 1) (data (i32.const 16) "${name.repeat(4)}") (global $top (mut i32) (i32.const 64))
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (local $left i32)
    (local.set $left (i32.const ${steps}))
    (loop $on (br_if $on (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
    (global.set $top (i32.add (global.get $top) (i32.const 64)))
    (global.get $top))
  (global $finished (mut i32) (i32.const 0))
  (func (export "t:${name}/api#done") (if (i32.eqz (global.get $finished)) (then unreachable)))
  (func (export "t:${name}/api#go") (local $left i32)
    (local.set $left (i32.const 100))
    (loop $again
      (global.set $top (i32.const 64))
      (call $arguments (i32.const 0))
      (if (i32.ne (i32.load (i32.const 4)) (i32.const 1)) (then unreachable))
      (if (i32.ne (i32.load (i32.load (i32.load (i32.const 0)))) (i32.load (i32.const 16))) (then unreachable))
      (br_if $again (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
    (global.set $finished (i32.const 1))))`;
const wit = (name: string): string => `package t:${name} { interface api { go: func(); done: func(); } }`;

it.skipIf(MISSING !== undefined)("leave each process what it was given", async () => {
  const reading = async (name: string, steps: number): Promise<Guests[string]> => ({
    bytes: await component(
      `package t:w; world w { import atoll:device/configuration@0.1.0; export t:${name}/api; } ${wit(name)}`,
      reader(name, steps),
      "utf8",
    ),
    quotas: { fuel: 1e9, slice: 200 },
    arguments: [name.repeat(4)],
  });
  const main = await component(
    `package t:w; world w { import t:a/api; import t:b/api; export run: func(); } ${wit("a")} ${wit("b")}`,
    `(module (import "t:a/api" "go" (func $a)) (import "t:b/api" "go" (func $b))
      (import "t:a/api" "done" (func $a-done)) (import "t:b/api" "done" (func $b-done))
      (func (export "run") (call $a) (call $b) (call $a-done) (call $b-done)))`,
  );
  const imports = { "t:a/api": { process: "a", cast: ["go"] }, "t:b/api": { process: "b", cast: ["go"] } };
  const guests = { a: await reading("a", 500), b: await reading("b", 170), main: { bytes: main, imports } };
  const { plan } = supervised(guests, { entry: "main", kernel: await builtKernel() });
  const scratch = mkdtempSync(join(tmpdir(), "atoll-slices-"));
  try {
    const linked = { plan, base: scratch, folder: scratch };
    expect(await onNode(linked, {})).toMatchObject({ exitCode: 0, output: "" });
    expect(onLinux(await nativeOf(linked), linked, {})).toMatchObject({ exitCode: 0, output: "" });
  } finally {
    rmSync(scratch, { recursive: true });
  }
});
