/** Programs of other toolchains, linked with the shim and run as they are. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { exitCodeOf } from "../../host-linux/index.ts";
import { missing, wasiGuest } from "../guests/make.ts";
import { buildModule } from "../../toolchain/compile/index.ts";
import { runGuest, STDIO, wasiPlan } from "./guest.ts";

const reason = missing("C with wasi-libc");
if (reason !== undefined) console.log(`programs in C are left out: ${reason}`);

/** A command of the C program. */
async function command(name: string): Promise<Uint8Array> {
  const folder = mkdtempSync(join(tmpdir(), "atoll-foreign-"));
  try {
    const file = join(folder, `${name}.wasm`);
    writeFileSync(file, await wasiGuest(name));
    return new Uint8Array(readFileSync((await buildModule(file)).output));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe.skipIf(reason !== undefined)("a program in C", () => {
  it("has its arguments, its input and its environment", async () => {
    const process = { grants: [STDIO], arguments: ["one", "two"], environment: { HOME_OF_IT: "here" } };
    const { lines, stderr, outcome } = await runGuest(
      await wasiPlan(await command("greet"), process),
      "a line\n",
    );
    expect({ lines, stderr }, JSON.stringify(outcome)).toEqual({
      lines: ["argument one", "argument two", "read a line"],
      stderr: "home here\n",
    });
    expect(exitCodeOf(outcome)).toBe(3);
  });
});
