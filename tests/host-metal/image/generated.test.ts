/**
 * Systems that nobody wrote, and input that nobody thought of: the same on every host, to the event log.
 *
 * A seed stands for all that is tried; where something differs, the system and
 * its input are in the error.
 */
import * as fc from "fast-check";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SystemConfig } from "../../../toolchain/link/index.ts";
import { THOROUGH, tries } from "../../thorough.ts";
import { missing } from "../hal/boot.ts";
import { writeParts } from "./generated/parts.ts";
import { input, systems } from "./generated/systems.ts";
import {
  bootableOf,
  expectSame,
  linkFile,
  linkSystem,
  nativeOf,
  onLinux,
  onMetal,
  onNode,
  type Given,
  type Linked,
} from "./hosts.ts";
import { MISSING } from "./tools.ts";

/** Its first system, the one in `npm test` and not booted there, has six processes, of which some fall with others. */
const SEED = 20261123;
/** A process began its second life after it had trapped, or used up its fuel. */
const RESTARTED = /^ended (\d+) 1 [35] [^]*^started \1 2 /m;
/** Of one system. */
const INPUTS = 3;
/** Milliseconds: all C of a system, for two hosts; in the slow tests, of many. */
const FROM_NOTHING = THOROUGH ? 1_200_000 : 300_000;

const scratch = mkdtempSync(join(tmpdir(), "atoll-generated-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

interface Images {
  readonly linked: Linked;
  readonly native: string;
  readonly bootable: string | undefined;
}

async function imagesOf(linked: Linked, isBooted: boolean): Promise<Images> {
  const bootable = isBooted && missing() === undefined ? await bootableOf(linked) : undefined;
  return { linked, native: await nativeOf(linked), bootable };
}

/** By the kernel's event log, line by line; gives it back. */
async function expectParity({ linked, native, bootable }: Images, given: Given): Promise<string> {
  const expected = await onNode(linked, given);
  expect(expected.log).toMatch(/\nend\n$/);
  expectSame(onLinux(native, linked, given), expected);
  if (bootable !== undefined) expectSame(await onMetal(bootable, linked, given), expected);
  return expected.log ?? "";
}

describe.skipIf(MISSING !== undefined)("on all hosts the same is done", () => {
  const parts = join(scratch, "parts");
  beforeAll(async () => {
    mkdirSync(parts);
    await writeParts(parts);
  });

  async function linkGenerated(config: SystemConfig): Promise<Linked> {
    const folder = mkdtempSync(join(scratch, "system-"));
    cpSync(parts, folder, { recursive: true });
    const system = join(folder, "system.ts");
    writeFileSync(system, `export default ${JSON.stringify(config, null, 2)};\n`);
    return linkFile(system, folder, folder);
  }

  it(
    "by systems that were generated",
    async () => {
      const inputs = fc.array(input, { minLength: INPUTS, maxLength: INPUTS });
      let logs = "";
      const tried = fc.asyncProperty(systems, inputs, fc.nat(), async (config, all, seed) => {
        const images = await imagesOf(await linkGenerated(config), THOROUGH);
        for (const input of all) logs += await expectParity(images, { input, seed });
      });
      await fc.assert(tried, { seed: SEED, numRuns: tries(4), endOnFailure: true });
      // It is nothing to be the same where nobody fails.
      expect(logs).toMatch(RESTARTED);
    },
    FROM_NOTHING,
  );

  it(
    "by a system that gets input that was generated",
    async () => {
      const images = await imagesOf(await linkSystem("talk", scratch), true);
      const deaths = fc.integer({ min: 0, max: 6 });
      const tried = fc.asyncProperty(input, deaths, fc.nat(), async (input, deaths, seed) => {
        await expectParity(images, { input, arguments: [`${deaths}`], seed });
      });
      await fc.assert(tried, { seed: SEED, numRuns: tries(16) });
    },
    FROM_NOTHING,
  );
});
