/** Instructions on vectors in C: those of SSE do what Wasm says, with and without SSSE3. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { missingCompiler } from "../../../host-metal/hal/build.ts";

const RUNTIME = join(import.meta.dirname, "../../../host-metal/image/runtime");

test.skipIf(missingCompiler() !== undefined)("are the same as loops over lanes", () => {
  const folder = mkdtempSync(join(tmpdir(), "atoll-simd-"));
  try {
    const program = join(folder, "simd");
    const sources = [join(import.meta.dirname, "simd.c"), join(RUNTIME, "processor.c")];
    const options = ["-O1", "-std=gnu11", "-fwrapv", `-I${RUNTIME}`, `-I${join(RUNTIME, "include")}`];
    const cc = spawnSync("cc", [...options, "-o", program, ...sources], { encoding: "utf8" });
    expect(cc.stderr).toBe("");
    expect(spawnSync(program, { encoding: "utf8" }).stdout).toBe("all are the same\n");
  } finally {
    rmSync(folder, { recursive: true });
  }
});
