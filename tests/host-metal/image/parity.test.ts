/** One system, several hosts: the same output and the same exit code, byte for byte. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { THOROUGH } from "../../thorough.ts";
import type { Ring } from "../../../host-metal/hal/parts.ts";
import { missing, RINGS } from "../hal/boot.ts";
import {
  bootableOf,
  expectSame,
  linkSystem,
  nativeOf,
  onLinux,
  onMetal,
  onNode,
  type Behaviour,
  type Linked,
} from "./hosts.ts";
import { MISSING } from "./tools.ts";
import { PARITY } from "./systems.ts";

const UNBOOTABLE = MISSING ?? missing();
if (UNBOOTABLE !== undefined) console.warn(`skipped: systems on the bare machine: ${UNBOOTABLE}`);

interface Made {
  readonly linked: Linked;
  readonly native: string;
  /** By ring; none where nothing can be booted. */
  readonly bootables: readonly string[];
}

let scratch: string;
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), "atoll-image-"));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/**
 * Systems that boot in both rings: all ways to die, guard regions; and those that boot in ring 0. The others are executables for Linux alone, and in `npm run test:slow` all of it.
 */
// In `npm test` a system under the kernel boots with a log in ring 0, and without one in ring 3.
const WALLED: ReadonlySet<string> = new Set(["faults", "hostile"]);
const BOOTED: ReadonlySet<string> = new Set(["crowd", "devices", "files", "numbers", "talk"]);

function ringsOf(system: string): readonly Ring[] {
  if (UNBOOTABLE !== undefined) return [];
  if (THOROUGH || WALLED.has(system)) return RINGS;
  return BOOTED.has(system) ? [0] : [];
}

const made = new Map<string, Promise<Made>>();

/** Once for each system. */
function madeOf(system: string): Promise<Made> {
  const known = made.get(system) ?? make(system);
  made.set(system, known);
  return known;
}

async function make(system: string): Promise<Made> {
  const linked = await linkSystem(system, scratch);
  const native = await nativeOf(linked);
  const bootables: string[] = [];
  for (const ring of ringsOf(system)) bootables.push(await bootableOf(linked, ring));
  return { linked, native, bootables };
}

const SEED = 20261121;
/** Milliseconds: all C of a system, for two hosts, on a machine that does other things too. */
const FROM_NOTHING = 300_000;
/** Left to the slow tests, because they take long to compile: what they do differently, others do. */
const LATER: ReadonlySet<string> = new Set(["search", "clumsy-search"]);
const SYSTEMS = [...new Set(PARITY.map((it) => it.system))].filter((it) => THOROUGH || !LATER.has(it));

describe.skipIf(MISSING !== undefined).each(SYSTEMS)(
  "without Node %s does what it does on Node",
  (system) => {
    beforeAll(async () => void (await madeOf(system)), FROM_NOTHING);

    it.each(PARITY.filter((it) => it.system === system))("$name", async (given) => {
      const { linked, native, bootables } = await madeOf(system);
      if (given.isRandom !== true) {
        const expected = await onNode(linked, given);
        expect(expected.output).not.toBe("");
        expect(onLinux(native, linked, given)).toEqual(expected);
        const images = THOROUGH || linked.plan.root.kernel === undefined ? bootables : bootables.slice(1);
        for (const image of images)
          expect(await onMetal(image, linked, given), basename(image)).toEqual(expected);
      }
      if (linked.plan.root.kernel === undefined) return;
      // The same, with a log: what the kernel was told and what it commanded is the same, line by line.
      const again = { ...given, seed: SEED };
      const recorded = await onNode(linked, again);
      expect(recorded.log).toMatch(/\nend\n$/);
      expectSame(onLinux(native, linked, again), recorded);
      const images = THOROUGH ? bootables : bootables.slice(0, 1);
      for (const image of images) expectSame(await onMetal(image, linked, again), recorded);
    });
  },
);

/** Starts it, waits until it says something, and asks. */
async function stopped(system: string, args: readonly string[], said: string): Promise<Behaviour> {
  const { linked, native } = await madeOf(system);
  const child = spawn(native, args, { env: { ATOLL_FOLDER: linked.base } });
  const { promise, resolve } = Promise.withResolvers<Behaviour>();
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => {
    const before = output.includes(said);
    output += chunk.toString();
    if (!before && output.includes(said)) child.kill("SIGTERM");
  });
  child.once("close", (exitCode, signal) => resolve({ output, exitCode: signal === null ? exitCode : 143 }));
  return promise;
}

describe.skipIf(MISSING !== undefined)("a native executable that is asked to end", () => {
  it("stops its processes, and says by which signal", async () => {
    const { output, exitCode } = await stopped("talk", [], "after: 0\nmain │ sum: 5050\nmain │ Crashed");
    expect(exitCode).toBe(143);
    expect(output).toContain("in life 3");
  });

  it("ends at once where nobody is told of it", async () => {
    expect(await stopped("devices", [], "none")).toMatchObject({ exitCode: 143 });
  });
});
