/** Systems without Linux under them: the same output and the same exit code as on Node. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Ring } from "../../../host-metal/hal/parts.ts";
import { metalImage } from "../../../host-metal/image/metal.ts";
import { parsePlan } from "../../../toolchain/link/plan-file.ts";
import type { LinkPlan } from "../../../toolchain/link/plan.ts";
import { atoll } from "../../cli/atoll.ts";
import { boot, MACHINES, missing, RINGS } from "../hal/boot.ts";
import { fileOf, PARITY } from "./systems.ts";
import { MISSING } from "./tools.ts";

const reason = missing() ?? MISSING;
if (reason !== undefined) console.warn(`skipped: systems on the bare machine: ${reason}`);

/** Kept from one run of the tests to the next, as of parity.test.ts. */
const CACHE = join(import.meta.dirname, "../../fixtures/image/build");
/** Those that read nothing: a serial line has no end. The others of faults are variations. */
const NAMES = new Set([
  "a call from app to app",
  "numbers to the last bit",
  "a provider that lives",
  "an access out of bounds",
  "a division by zero",
  "a recursion without end",
  "a loop without end",
  "a memory that is full",
  "more failures than a supervisor bears",
  "processes that are made at run time",
  "handles of processes that change hands",
]);
const CASES = PARITY.filter(({ name }) => NAMES.has(name));

const folder = mkdtempSync(join(tmpdir(), "atoll-metal-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Systems that run in both rings: what is said, and all ways to die. The others run in ring 0. */
const WALLED = new Set(["hello", "faults"]);
const ringsOf = (system: string): readonly Ring[] => (WALLED.has(system) ? RINGS : [0]);
const imageOf = (system: string, ring: Ring): string => join(folder, `${system}-${ring}.elf`);

/** Its plan in a file, which both hosts are given. */
function linkedFile(system: string): string {
  return join(folder, `${system}.atoll`);
}

async function link(system: string): Promise<LinkPlan> {
  const linked = linkedFile(system);
  const { stderr } = await atoll(["link", fileOf({ system }), "-o", linked], { cwd: folder });
  if (!existsSync(linked)) throw new Error(stderr);
  return parsePlan(new Uint8Array(readFileSync(linked)));
}

/** A word of the command line that gives a system an argument. */
function wordOf(argument: string): string {
  return `arg=${argument.replaceAll("%", "%25").replaceAll(" ", "%20")}`;
}

describe.skipIf(reason !== undefined)("a system on the bare machine", () => {
  beforeAll(async () => {
    for (const system of new Set(CASES.map((it) => it.system))) {
      const plan = await link(system);
      for (const ring of ringsOf(system)) {
        const output = imageOf(system, ring);
        await metalImage(plan, { output, cache: CACHE, optimisation: "fast", ring });
      }
    }
  });

  it.each(CASES.map((it) => [`${it.system}: ${it.name}`, it] as const))(
    "behaves as on Node: %s",
    async (_, it) => {
      const { stdout, code } = await atoll(["run", linkedFile(it.system), "--", ...(it.arguments ?? [])], {
        cwd: folder,
      });
      const lines = Buffer.from(stdout).toString("latin1").trimEnd().split("\n");
      // The console is virtio's, so that what is told beside it, on the serial port, is not in it.
      const how = {
        words: (it.arguments ?? []).map((word) => wordOf(word)).join(" "),
        console: true,
        memory: 64,
      };
      for (const ring of ringsOf(it.system)) {
        const image = imageOf(it.system, ring);
        expect(await boot({ machine: "microvm", image, ...how }), `ring ${ring}`).toEqual({
          lines,
          status: code,
        });
      }
    },
  );

  it.each(MACHINES)("boots in 16 MiB on %s", async (machine) => {
    const hello = { lines: ["main │ Hello, Atoll!"].map(latin1), status: 0 };
    for (const ring of RINGS)
      expect(await boot({ machine, image: imageOf("hello", ring), words: "" })).toEqual(hello);
  });

  it("has a ring, which no executable for Linux has", async () => {
    const args = ["image", "--target", "linux", "--ring", "3", linkedFile("hello")];
    const { code, stderr } = await atoll(args, { cwd: folder });
    expect(stderr).toContain("--ring is for --target metal: on Linux, an image is a process like any other.");
    expect(code).toBe(1);
    const asked = ["image", "--target", "metal", "--ring", "1", linkedFile("hello")];
    expect((await atoll(asked, { cwd: folder })).stderr).toMatch(/argument '1' is invalid. .*0, 3/);
  });

  it("is refused a directory, which it cannot have yet", async () => {
    const args = ["image", "--target", "metal", fileOf({ system: "devices" }), "-o", "devices.elf"];
    const { code, stderr } = await atoll(args, { cwd: folder });
    expect(stderr).toMatch(
      /Process \w+ was granted a directory, which an image that boots without Linux cannot/,
    );
    expect(code).toBe(1);
    expect(existsSync(join(folder, "devices.elf"))).toBe(false);
  });
});

function latin1(text: string): string {
  return Buffer.from(text).toString("latin1");
}
