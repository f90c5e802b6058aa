/** One system, several hosts: the same output and the same exit code, byte for byte. */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Readable, Writable } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { exitCodeOf, runSystem } from "../../../host-linux/index.ts";
import { linuxImage } from "../../../host-metal/image/linux.ts";
import { parsePlan } from "../../../toolchain/link/plan-file.ts";
import type { Grant, LinkPlan } from "../../../toolchain/link/plan.ts";
import { atoll } from "../../cli/atoll.ts";
import { MISSING } from "./tools.ts";
import { fileOf, PARITY, type ParityCase } from "./systems.ts";

/** Kept from one run of the tests to the next: nothing in it depends on where it came from. */
const CACHE = join(import.meta.dirname, "../../fixtures/image/build");

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
    const image = join(folder, system.replaceAll("/", "-"));
    const linked = `${image}.atoll`;
    const { stderr } = await atoll(["link", fileOf({ system }), "-o", linked], { cwd: folder });
    if (!existsSync(linked)) throw new Error(stderr);
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
    base: dirname(fileOf({ system })),
    stdin: () => Readable.from(input.length === 0 ? [] : [Buffer.from(input)]),
    stdout,
  });
  return { output: Buffer.concat(chunks).toString("latin1"), exitCode: exitCodeOf(outcome) };
}

function onLinux({ system, input = "", arguments: given = [] }: ParityCase): Behaviour {
  const { image } = madeOf(system);
  const { stdout, status } = spawnSync(image, given, { input, env: environmentOf(system) });
  return { output: stdout.toString("latin1"), exitCode: status };
}

function environmentOf(system: string): NodeJS.ProcessEnv {
  return { ATOLL_FOLDER: dirname(fileOf({ system })) };
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

/** Starts it, waits until it says something, and asks. */
async function stopped(system: string, args: readonly string[], said: string): Promise<Behaviour> {
  const child = spawn(madeOf(system).image, args, { env: environmentOf(system) });
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

describe.skipIf(MISSING !== undefined)("a native executable does what Node does with", () => {
  it.each(PARITY)("$system: $name", async (parity) => {
    const expected = await onNode(parity);
    expect(expected.output).not.toBe("");
    expect(onLinux(parity)).toEqual(expected);
  });
});

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
