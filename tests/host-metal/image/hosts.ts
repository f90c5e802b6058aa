/**
 * A system on each host: Node, a native executable, a virtual machine without Linux.
 *
 * All get the same plan, arguments and input, and each says what its console had and how it ended.
 */
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { Readable, Writable } from "node:stream";
import { expect } from "vitest";
import { exitCodeOf, runSystem } from "../../../host-linux/index.ts";
import { bootMachine, exitStatusOf } from "../../../host-metal/boot/boot.ts";
import { argumentWord } from "../../../host-metal/boot/words.ts";
import type { Ring } from "../../../host-metal/hal/parts.ts";
import { linuxImage } from "../../../host-metal/image/linux.ts";
import { metalImage } from "../../../host-metal/image/metal.ts";
import { parsePlan } from "../../../toolchain/link/plan-file.ts";
import type { Grant, LinkPlan } from "../../../toolchain/link/plan.ts";
import { atoll } from "../../cli/atoll.ts";
import { text } from "../../toolchain/link/guests.ts";
import { baseOf, fileOf } from "./systems.ts";

/** Kept from one run of the tests to the next: nothing in it depends on where it came from. */
export const CACHE: string = join(import.meta.dirname, "../../fixtures/image/build");

/** Of the disk for a log. */
const LOG_BYTES = 8 * 1024 * 1024;

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
  /** A run that can be had again, of which the kernel's event log is kept. */
  readonly seed?: number;
  /** MiB of a machine without Linux: 64 unless told. */
  readonly memory?: number;
}

export interface Behaviour {
  /** Of the console, a character for each byte. */
  readonly output: string;
  readonly exitCode: number | null;
  /** The kernel's event log, of a run with a seed. */
  readonly log?: string;
}

/** Of the table; `scratch` may be written to. */
export async function linkSystem(system: string, scratch: string): Promise<Linked> {
  await makeByHand(dirname(fileOf({ system })));
  const folder = mkdtempSync(join(scratch, "system-"));
  return linkFile(fileOf({ system }), folder, baseOf(system, folder));
}

/** Of a `system.ts`; what is made of it goes to the folder. */
export async function linkFile(system: string, folder: string, base: string): Promise<Linked> {
  const file = join(folder, "system.atoll");
  const { stderr } = await atoll(["link", system, "-o", file], { cwd: folder });
  if (!existsSync(file)) throw new Error(stderr);
  return { plan: parsePlan(new Uint8Array(readFileSync(file))), base, folder };
}

/** Components in text, beside a system that names them `./build/NAME.wasm`; others may make them at the same time. */
async function makeByHand(folder: string): Promise<void> {
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".wat"))) {
    const made = join(folder, "build", `${basename(file, ".wat")}.wasm`);
    mkdirSync(dirname(made), { recursive: true });
    writeFileSync(`${made}.${process.pid}`, await text(readFileSync(join(folder, file), "utf8")));
    renameSync(`${made}.${process.pid}`, made);
  }
}

export async function onNode({ plan, base, folder }: Linked, given: Given): Promise<Behaviour> {
  const { stream, written } = collected();
  const { seed } = given;
  const record = join(folder, "node.log");
  const outcome = await runSystem(withArguments(plan, given.arguments ?? []), {
    base,
    stdin: () => streamOf(given.input),
    stdout: stream,
    stderr: collected().stream,
    ...(seed !== undefined && { seed, record }),
  });
  return { output: written(), exitCode: exitCodeOf(outcome), ...logged(given, record) };
}

/** The executable. */
export async function nativeOf({ plan, folder }: Linked): Promise<string> {
  const output = join(folder, "native");
  await linuxImage(plan, { output, cache: CACHE, optimisation: "fast" });
  return output;
}

export function onLinux(native: string, { base, folder }: Linked, given: Given): Behaviour {
  const { seed } = given;
  const record = join(folder, "native.log");
  const { stdout, status } = spawnSync(native, given.arguments ?? [], {
    input: given.input ?? "",
    env: {
      ATOLL_FOLDER: base,
      ...(seed !== undefined && { ATOLL_SEED: String(seed), ATOLL_RECORD: record }),
    },
    maxBuffer: Infinity,
  });
  return { output: stdout.toString("latin1"), exitCode: status, ...logged(given, record) };
}

/** The file that boots. */
export async function bootableOf({ plan, base, folder }: Linked, ring: Ring = 0): Promise<string> {
  const output = join(folder, `metal-${ring}.elf`);
  await metalImage(plan, { output, cache: CACHE, optimisation: "fast", base, ring });
  return output;
}

/** By QEMU's translator. */
export async function onMetal(bootable: string, { folder }: Linked, given: Given): Promise<Behaviour> {
  const { stream, written } = collected();
  const { seed } = given;
  const words = [`time=${Math.floor(Date.now() / 1000)}`, ...(given.arguments ?? []).map(argumentWord)];
  const record = join(folder, "metal.log");
  if (seed !== undefined) {
    words.push(`seed=${seed}`, "record=0");
    writeFileSync(record, "");
    truncateSync(record, LOG_BYTES);
  }
  const outcome = await bootMachine(
    {
      from: { kind: "kernel", file: bootable, words: words.join(" ") },
      memory: given.memory ?? 64,
      disks: seed === undefined ? [] : [{ file: record }],
    },
    { stdin: () => streamOf(given.input), stdout: stream, stderr: collected().stream, deadline: 2000 },
  );
  return { output: written(), exitCode: exitStatusOf(outcome), ...logged(given, record) };
}

/** With the first line that differs, of thousands. */
export function expectSame(
  { log = "", ...found }: Behaviour,
  { log: known = "", ...expected }: Behaviour,
): void {
  const [lines, wanted] = [log.split("\n"), known.split("\n")];
  const at = wanted.findIndex((line, i) => line !== lines[i]);
  const around = (text: string[]): string => text.slice(Math.max(0, at - 10), at + 10).join("\n");
  if (at >= 0) expect(around(lines)).toBe(around(wanted));
  expect(lines.length).toBe(wanted.length);
  expect(found).toEqual(expected);
}

/** Of a disk, without what is behind the end. */
function logged({ seed }: Given, record: string): { readonly log?: string } {
  return seed === undefined ? {} : { log: readFileSync(record, "latin1").replace(/\0+$/, "") };
}

function streamOf(input: string | Uint8Array = ""): Readable {
  const bytes = Buffer.from(input);
  return Readable.from(bytes.length === 0 ? [] : [bytes]);
}

/** What is written to a stream, a character for each byte. */
function collected(): { readonly stream: Writable; readonly written: () => string } {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write(chunk: Buffer | string, _, done) {
      chunks.push(Buffer.from(chunk));
      done();
    },
  });
  return { stream, written: () => Buffer.concat(chunks).toString("latin1") };
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
