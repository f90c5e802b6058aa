/** Where a system trapped: what an image says of it is what Node says, line for line. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { missingEmulator } from "../../../host-metal/boot/emulator.ts";
import { linuxImage } from "../../../host-metal/image/linux.ts";
import { metalImage } from "../../../host-metal/image/metal.ts";
import { parsePlan } from "../../../toolchain/link/plan-file.ts";
import type { LinkPlan } from "../../../toolchain/link/plan.ts";
import { atoll } from "../../cli/atoll.ts";
import { fileOf } from "./systems.ts";
import { MISSING } from "./tools.ts";

const CACHE = join(import.meta.dirname, "../../fixtures/image/build");
/** As of fixtures/image/faults/frail.ts, but for the recursion: how deep it gets is each stack's own. */
const WAYS = ["0", "1", "2", "5", "6", "7", "8"];

const OPTIMISATIONS = ["fast", "full"] as const;

const folder = mkdtempSync(join(tmpdir(), "atoll-lines-"));
const linked = join(folder, "faults.atoll");
let onNode: string;
let plan: LinkPlan;
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Without whom the process had been called by, of which an image says nothing. */
function withoutCallers(text: string): string {
  return text.replace(/ {2}called by .*\n(?: {4}.*\n| {2}called by .*\n)*/g, "");
}

describe.skipIf(MISSING !== undefined)("an image says where it trapped", () => {
  beforeAll(async () => {
    const { stderr } = await atoll(["link", fileOf({ system: "faults" }), "-o", linked], { cwd: folder });
    if (!existsSync(linked)) throw new Error(stderr);
    onNode = withoutCallers((await atoll(["run", linked, "--", ...WAYS], { cwd: folder })).stderr);
    plan = parsePlan(new Uint8Array(readFileSync(linked)));
    for (const optimisation of OPTIMISATIONS)
      await linuxImage(plan, { output: join(folder, optimisation), cache: CACHE, optimisation });
  }, 240_000);

  it.each(OPTIMISATIONS)("on Linux, optimised: %s", (optimisation) => {
    expect(onNode).toMatch(/^faults: .*: process frail trapped at frail\.ts:15:17: it reached unreachable/);
    expect(spawnSync(join(folder, optimisation), WAYS, { encoding: "utf8" }).stderr).toBe(onNode);
  });

  it.skipIf(missingEmulator() !== undefined).each([0, 3] as const)("without it, in ring %i", async (ring) => {
    const output = join(folder, `ring-${ring}.elf`);
    await metalImage(plan, { output, cache: CACHE, optimisation: "fast", ring });
    expect((await atoll(["boot", output, "--", ...WAYS], { cwd: folder })).stderr).toBe(onNode);
  });
});
