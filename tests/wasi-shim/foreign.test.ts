/** Programs of other toolchains, linked with the shim and run as they are. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "@bytecodealliance/jco-transpile/wasm-tools";
import { describe, expect, it } from "vitest";
import { exitCodeOf } from "../../host-linux/index.ts";
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
