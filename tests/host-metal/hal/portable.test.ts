/** The parts of host-metal/hal that need no hardware, on Linux, under the compiler's sanitizers. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compile, missingCompiler, WARNINGS } from "../../../host-metal/hal/build.ts";
import { sourcesOf } from "../../../host-metal/hal/parts.ts";

const TESTS = fileURLToPath(new URL("portable", import.meta.url));
const PARTS = [
  "places",
  "memory-map",
  "command-line",
  "symbols",
  "frames",
  "text",
  "fiber",
  "memory-functions",
  "memory-functions-general",
  "virtqueue",
  "virtio",
  "block",
  "entropy",
  "device-word",
  "sleep-type",
  "network",
  "console",
];

const reason = missingCompiler();
if (reason !== undefined) console.warn(`skipped: the portable parts of the bare machine: ${reason}`);

describe.skipIf(reason !== undefined)("the portable parts", () => {
  const folder = mkdtempSync(join(tmpdir(), "atoll-portable-"));
  const program = join(folder, "portable");

  beforeAll(() => {
    const tests = readdirSync(TESTS)
      .filter((name) => name.endsWith(".c"))
      .map((name) => join(TESTS, name));
    const sanitizers = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"];
    compile([
      "-std=gnu11",
      "-O0",
      ...sanitizers,
      ...WARNINGS,
      "-o",
      program,
      ...tests,
      ...sourcesOf("portable"),
    ]);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each(PARTS)("%s", (part) => {
    const { status, stdout, stderr } = spawnSync(program, [part], { encoding: "utf8" });
    expect(`${stdout}${stderr}`).toBe("ok\n");
    expect(status).toBe(0);
  });
});
