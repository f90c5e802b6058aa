/**
 * The test programs in a virtual machine: builds their image once, boots it, says what came out.
 *
 * Always by QEMU's own translator (TCG), so that every machine can do it and does the same.
 */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { EMULATOR, missingEmulator } from "../../../host-metal/boot/emulator.ts";
import { commandLine, type Machine, type MachineName } from "../../../host-metal/boot/machine.ts";
import { buildImage, missingCompiler } from "../../../host-metal/hal/build.ts";
import type { Ring } from "../../../host-metal/hal/parts.ts";
import { madeOnce } from "../../made-once.ts";

export { MACHINES } from "../../../host-metal/boot/machine.ts";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const LAYER = join(HERE, "../../../host-metal/hal");

/** Why nothing can be booted here; undefined when it can. */
export function missing(): string | undefined {
  return missingCompiler() ?? missingEmulator();
}

export const RINGS: readonly Ring[] = [0, 3];

/** The image of the test programs of a ring, with its objects beside it, from an earlier run if it was made of the same files. */
export function testImage(ring: Ring): string {
  const hash = createHash("sha256");
  for (const file of [...files(LAYER), ...files(join(HERE, "program"))]) hash.update(readFileSync(file));
  const name = hash.digest("hex").slice(0, 16);
  const image = join(HERE, "build", name, `ring${ring}.elf`);
  madeOnce(join(HERE, "build", name), makeTestImages);
  return image;
}

/** Those of all rings, for most of what is compiled for one is right for the others. */
function makeTestImages(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const programs = files(join(HERE, "program")).filter((file) => file.endsWith(".c"));
  for (const ring of RINGS) {
    const others = RINGS.filter((it) => it !== ring).map((it) => `/ring${it}/`);
    const own = programs.filter((file) => !others.some((folder) => file.includes(folder)));
    buildImage(own, join(folder, `ring${ring}.elf`), ring, folder);
  }
}

function files(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

export interface Boot extends Partial<
  Pick<Machine, "memory" | "cpu" | "disks" | "entropy" | "more" | "from">
> {
  machine: MachineName;
  /** The machine's command line, unless `from` says what is booted. */
  words?: string;
  /** What is typed once the program has said "ready". */
  input?: string;
  /** Whether the console is virtio's. */
  console?: boolean;
  /** The port of this machine to which the network device's frames go, by QEMU's "socket". */
  network?: number;
  /** Of the test programs; 0 unless told. */
  ring?: Ring;
  /** Milliseconds until it is ended, which only a defect reaches. */
  patience?: number;
  /** The image, unless it is that of the test programs. */
  image?: string;
}

/** What the machine said, its lines, and the program's exit status; undefined where it told none. */
export interface Booted {
  lines: string[];
  status: number | undefined;
}

/** Boots the test image and waits for the machine's end; after `patience` it is ended, and the status says so. */
export function boot(how: Boot): Promise<Booted> {
  const { words = "", input, console = false, network, ring = 0, image, patience = 30_000, ...machine } = how;
  const args = commandLine({
    ...machine,
    from: how.from ?? { kind: "kernel", file: image ?? testImage(ring), words },
    memory: how.memory ?? 16,
    serial: console ? "nowhere" : "stdio",
    ...(console && { console: "stdio" }),
    ...(network !== undefined && { network: `socket,connect=127.0.0.1:${network}` }),
  });
  const emulator = spawn(EMULATOR, args, { timeout: patience });
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
      resolve({ lines: all.trimEnd().split(/\r?\n/), status: told ? (code - 1) / 2 : undefined });
    });
  });
}
