/**
 * The test programs in a virtual machine: builds their image once, boots it, says what came out.
 *
 * Always by QEMU's own translator (TCG), so that every machine can do it and does the same.
 */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { EMULATOR, missingEmulator } from "../../../host-metal/boot/emulator.ts";
import { commandLine, type Machine, type MachineName } from "../../../host-metal/boot/machine.ts";
import { buildImage, missingCompiler } from "../../../host-metal/hal/build.ts";

export { MACHINES } from "../../../host-metal/boot/machine.ts";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const LAYER = join(HERE, "../../../host-metal/hal");

/** Why nothing can be booted here; undefined when it can. */
export function missing(): string | undefined {
  return missingCompiler() ?? missingEmulator();
}

/** The image of all test programs, from an earlier run if it was made of the same files. */
function testImage(): string {
  const programs = files(join(HERE, "program")).filter((file) => file.endsWith(".c"));
  const hash = createHash("sha256");
  for (const file of [...files(LAYER), ...files(join(HERE, "program"))]) hash.update(readFileSync(file));
  const folder = join(HERE, "build");
  const image = join(folder, `${hash.digest("hex").slice(0, 16)}.elf`);
  if (existsSync(image)) return image;
  mkdirSync(folder, { recursive: true });
  const made = `${image}.${process.pid}`;
  buildImage(programs, made);
  renameSync(made, image);
  return image;
}

function files(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

export interface Boot extends Partial<Pick<Machine, "memory" | "cpu" | "disks" | "entropy" | "more">> {
  machine: MachineName;
  /** The machine's command line. */
  words: string;
  /** What is typed once the program has said "ready". */
  input?: string;
  /** Whether the console is virtio's. */
  console?: boolean;
  /** The port of this machine to which the network device's frames go, by QEMU's "socket". */
  network?: number;
  /** The image, unless it is that of the test programs. */
  image?: string;
}

/** What the machine said, its lines, and the program's exit status; undefined where it told none. */
export interface Booted {
  lines: string[];
  status: number | undefined;
}

/** Boots the test image and waits for the machine's end; after 30 s it is ended, and the status says so. */
export async function boot(how: Boot): Promise<Booted> {
  const { output, status } = await bootWhole(how);
  return { lines: output.trimEnd().split(/\r?\n/), status };
}

/** The same, with all that it said, a character for each byte. */
export function bootWhole(how: Boot): Promise<Pick<Booted, "status"> & { output: string }> {
  const { words, input, console = false, network, image = testImage(), ...machine } = how;
  const args = commandLine({
    ...machine,
    from: { kind: "kernel", file: image, words },
    memory: how.memory ?? 16,
    serial: console ? "nowhere" : "stdio",
    ...(console && { console: "stdio" }),
    ...(network !== undefined && { network: `socket,connect=127.0.0.1:${network}` }),
  });
  const emulator = spawn(EMULATOR, args, { timeout: 30_000 });
  let output = "";
  let complaints = "";
  const collect = (bytes: Buffer) => {
    const wasReady = output.includes("ready");
    output += bytes.toString("latin1");
    if (input !== undefined && !wasReady && output.includes("ready")) emulator.stdin.write(input);
  };
  emulator.stdout.on("data", collect);
  emulator.stderr.on("data", (bytes: Buffer) => {
    complaints += bytes.toString("latin1");
  });
  return new Promise((resolve, reject) => {
    emulator.on("error", reject);
    emulator.on("close", (code) => {
      const told = code !== null && code % 2 === 1;
      const all = told ? output : `${output}${complaints}`;
      resolve({ output: all, status: told ? (code - 1) / 2 : undefined });
    });
  });
}
