/** One system, several hosts: the same output and the same exit code, byte for byte. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { exitCodeOf, runSystem } from "../../../host-linux/index.ts";
import { linuxImage } from "../../../host-metal/image/linux.ts";
import { parsePlan } from "../../../toolchain/link/plan-file.ts";
import type { Grant, LinkPlan } from "../../../toolchain/link/plan.ts";
import { atoll } from "../../cli/atoll.ts";
import { MISSING } from "./tools.ts";
import { PARITY, type ParityCase } from "./systems.ts";

const FIXTURES = join(import.meta.dirname, "../../fixtures/image");
/** Kept from one run of the tests to the next: nothing in it depends on where it came from. */
const CACHE = join(FIXTURES, "build");

interface Behaviour {
  readonly output: string;
  readonly exitCode: number | null;
}

const made = new Map<string, { readonly plan: LinkPlan; readonly image: string }>();
let folder: string;

beforeAll(async () => {
  if (MISSING !== undefined) return;
  folder = mkdtempSync(join(tmpdir(), "atoll-image-"));
  for (const system of new Set(PARITY.map((it) => it.system))) {
    const [linked, image] = [join(folder, `${system}.atoll`), join(folder, system)];
    await atoll(["link", join(FIXTURES, system, "system.ts"), "-o", linked], { cwd: folder });
    const plan = parsePlan(new Uint8Array(readFileSync(linked)));
    await linuxImage(plan, { output: image, cache: CACHE, optimisation: "fast" });
    made.set(system, { plan, image });
  }
});
afterAll(() => {
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});

async function onNode({ system, input = "", arguments: given = [] }: ParityCase): Promise<Behaviour> {
  const { plan } = madeOf(system);
  const chunks: Buffer[] = [];
  const stdout = new Writable({
    write(chunk: Buffer, _, done) {
      chunks.push(chunk);
      done();
    },
  });
  const outcome = await runSystem(withArguments(plan, given), {
    base: join(FIXTURES, system),
    stdin: () => Readable.from(input.length === 0 ? [] : [Buffer.from(input)]),
    stdout,
  });
  return { output: Buffer.concat(chunks).toString("latin1"), exitCode: exitCodeOf(outcome) };
}

function onLinux({ system, input = "", arguments: given = [] }: ParityCase): Behaviour {
  const { image } = madeOf(system);
  const env = { ATOLL_FOLDER: join(FIXTURES, system) };
  const { stdout, status } = spawnSync(image, given, { input, env });
  return { output: stdout.toString("latin1"), exitCode: status };
}

function madeOf(system: string): { readonly plan: LinkPlan; readonly image: string } {
  const found = made.get(system);
  if (found === undefined) throw new Error(`there is no system ${system}`);
  return found;
}

/** As the command line appends them. */
function withArguments(plan: LinkPlan, given: readonly string[]): LinkPlan {
  const append = (grant: Grant): Grant =>
    grant.device === "atoll:device/configuration"
      ? { ...grant, arguments: [...grant.arguments, ...given] }
      : grant;
  const processes = plan.root.processes.map((process, i) =>
    i === plan.root.entry?.process
      ? Object.assign({}, process, { grants: process.grants.map(append) })
      : process,
  );
  return { ...plan, root: { ...plan.root, processes } };
}

describe.skipIf(MISSING !== undefined)("a native executable does what Node does with", () => {
  it.each(PARITY)("$system: $name", async (parity) => {
    const expected = await onNode(parity);
    expect(expected.output).not.toBe("");
    expect(onLinux(parity)).toEqual(expected);
  });
});
