/** Components that use WASI in executables: what works there as on Node, and what is refused; see docs/support.md. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { linuxImage } from "../../host-metal/image/linux.ts";
import { configuration, connect, dir } from "../../toolchain/link/config/grants.ts";
import type { Grant } from "../../toolchain/link/plan.ts";
import { CACHE } from "../host-metal/image/hosts.ts";
import { MISSING } from "../host-metal/image/tools.ts";
import { THOROUGH } from "../thorough.ts";
import { CLOCK, CONSOLE, ENTROPY, runGuest, STDIO, wasiGuest, wasiPlan } from "./guest.ts";

const folder = mkdtempSync(join(tmpdir(), "atoll-wasi-image-"));
afterAll(() => rmSync(folder, { recursive: true }));

it.each<[string, string, Grant, string]>([
  ["directories", "filesystem", dir("data"), "atoll:device/files"],
  ["network", "tcp", connect("127.0.0.1:1"), "atoll:device/sockets"],
])("have no %s, which is said", async (_, guest, grant, device) => {
  const plan = await wasiPlan(await wasiGuest(guest), { grants: [CLOCK, CONSOLE, ENTROPY, STDIO, grant] });
  const made = linuxImage(plan, { output: "never-written", cache: "never-written", optimisation: "fast" });
  await expect(made).rejects.toThrow(new RegExp(`${device}, function .*: images do not have it`));
});

/** All C of a shim takes a while. */
it.skipIf(MISSING !== undefined || !THOROUGH).each([
  ["cli", ["two words"], "hello, world"],
  ["cli", ["copy"], Buffer.from([0, 0xff, 0x0a, 0x0d, 0x80])],
  ["cli", ["exit-with-code", "7"], ""],
  ["clocks", [], ""],
])(
  "%s %j does what it does on Node",
  async (guest, words, input) => {
    const environment = { HOME: "/nowhere", NAME: "zoë" };
    const grants = [CLOCK, CONSOLE, ENTROPY, STDIO, configuration({ arguments: words, environment })];
    const plan = await wasiPlan(
      await wasiGuest(guest, guest === "cli" ? "export wasi:cli/run@0.2.12;" : undefined),
      { grants },
    );
    const { stdout, outcome } = await runGuest(plan, input, folder, 1);
    const output = join(folder, `${guest}-${words.join("-")}`);
    await linuxImage(plan, { output, cache: CACHE, optimisation: "fast" });
    const env = { ATOLL_TAGS: "0", ATOLL_SEED: "1" };
    const ran = spawnSync(output, { input, env });
    expect(ran.stdout.toString("latin1")).toBe(stdout.toString("latin1"));
    expect(outcome).toMatchObject({ kind: "ended", exitCode: ran.status });
  },
  300_000,
);
