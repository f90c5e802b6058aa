/**
 * A system on each host: Node, a native executable, a virtual machine without Linux.
 *
 * All get the same plan, arguments and input, and each says what its console had and how it ended.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import { exitCodeOf, runSystem } from "../../../host-linux/index.ts";
import { linuxImage } from "../../../host-metal/image/linux.ts";
import { metalImage } from "../../../host-metal/image/metal.ts";
import { parsePlan } from "../../../toolchain/link/plan-file.ts";
import type { Grant, LinkPlan } from "../../../toolchain/link/plan.ts";
import { atoll } from "../../cli/atoll.ts";
import { bootWhole } from "../hal/boot.ts";
import { baseOf, describedBy, fileOf } from "./systems.ts";

/** Kept from one run of the tests to the next: nothing in it depends on where it came from. */
export const CACHE: string = join(import.meta.dirname, "../../fixtures/image/build");
const SECTOR = 512;

/** A system that is linked. */
export interface Linked {
  readonly plan: LinkPlan;
  /** What relative directories start from. */
  readonly base: string;
  /** For what is made of it; nobody else writes there. */
  readonly folder: string;
}

/** What it is run with. */
export interface Given {
  readonly arguments?: readonly string[];
  readonly input?: string | Uint8Array;
}

export interface Behaviour {
  /** Of the console, a character for each byte. */
  readonly output: string;
  readonly exitCode: number | null;
}

/** Of the table; `scratch` may be written to. */
export async function linkSystem(system: string, scratch: string): Promise<Linked> {
  const folder = mkdtempSync(join(scratch, "system-"));
  const file = join(folder, "system.atoll");
  const args = ["link", fileOf({ system }), "-o", file, "--", ...describedBy(system)];
  const { stderr } = await atoll(args, { cwd: folder });
  if (!existsSync(file)) throw new Error(stderr);
  return { plan: parsePlan(new Uint8Array(readFileSync(file))), base: baseOf(system, folder), folder };
}

export async function onNode({ plan, base }: Linked, given: Given): Promise<Behaviour> {
  const chunks: Buffer[] = [];
  const stdout = new Writable({
    write(chunk: Buffer, _, done) {
      chunks.push(chunk);
      done();
    },
  });
  const input = Buffer.from(given.input ?? "");
  const outcome = await runSystem(withArguments(plan, given.arguments ?? []), {
    base,
    stdin: () => Readable.from(input.length === 0 ? [] : [input]),
    stdout,
  });
  return { output: Buffer.concat(chunks).toString("latin1"), exitCode: exitCodeOf(outcome) };
}

/** The executable. */
export async function nativeOf({ plan, folder }: Linked): Promise<string> {
  const output = join(folder, "native");
  await linuxImage(plan, { output, cache: CACHE, optimisation: "fast" });
  return output;
}

export function onLinux(native: string, { base }: Linked, given: Given): Behaviour {
  const { stdout, status } = spawnSync(native, given.arguments ?? [], {
    input: given.input ?? "",
    env: { ATOLL_FOLDER: base },
    maxBuffer: Infinity,
  });
  return { output: stdout.toString("latin1"), exitCode: status };
}

/** The file that boots. */
export async function bootableOf({ plan, base, folder }: Linked): Promise<string> {
  const output = join(folder, "metal.elf");
  await metalImage(plan, { output, cache: CACHE, optimisation: "fast", base });
  return output;
}

/** The console is virtio's, so that what is told beside it, on the serial port, is not in it; input is a disk. */
export async function onMetal(bootable: string, { folder }: Linked, given: Given): Promise<Behaviour> {
  const input = Buffer.from(given.input ?? "");
  const disk = join(folder, "input");
  writeFileSync(disk, Buffer.concat([input, Buffer.alloc(SECTOR - (input.length % SECTOR))]));
  const words = [`input=${input.length}`, `time=${Math.floor(Date.now() / 1000)}`];
  try {
    const { output, status } = await bootWhole({
      machine: "microvm",
      image: bootable,
      words: [...words, ...(given.arguments ?? []).map((word) => wordOf(word))].join(" "),
      console: true,
      memory: 32,
      disks: [{ file: disk, readOnly: true }],
    });
    return { output, exitCode: status ?? null };
  } finally {
    rmSync(disk);
  }
}

/** A word of the command line that gives a system an argument. */
function wordOf(argument: string): string {
  return `arg=${argument.replaceAll("%", "%25").replaceAll(" ", "%20")}`;
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
