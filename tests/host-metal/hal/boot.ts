/**
 * The test programs in a virtual machine: builds their image once, boots it, says what came out.
 *
 * Always by QEMU's own translator (TCG), so that every machine can do it and does the same.
 */
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildImage, missingCompiler, type Ring } from "../../../host-metal/hal/build.ts";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const LAYER = join(HERE, "../../../host-metal/hal");
const EMULATOR = "qemu-system-x86_64";

export const MACHINES = ["microvm", "q35"] as const;
type Machine = (typeof MACHINES)[number];

/** Why nothing can be booted here; undefined when it can. */
export function missing(): string | undefined {
  const emulator = spawnSync(EMULATOR, ["--version"]).status === 0;
  return (
    missingCompiler() ?? (emulator ? undefined : `${EMULATOR} is not installed (Debian: qemu-system-x86)`)
  );
}

export const RINGS: readonly Ring[] = [0, 3];

/** The image of the test programs of a ring, from an earlier run if it was made of the same files. */
function testImage(ring: Ring): string {
  const hash = createHash("sha256");
  for (const file of [...files(LAYER), ...files(join(HERE, "program"))]) hash.update(readFileSync(file));
  const name = hash.digest("hex").slice(0, 16);
  const image = join(HERE, "build", name, `ring${ring}.elf`);
  if (!existsSync(image)) makeTestImages(join(HERE, "build", name));
  return image;
}

/** Those of all rings, for most of what is compiled for one is right for the others. */
function makeTestImages(folder: string): void {
  const made = `${folder}.${process.pid}`;
  mkdirSync(made, { recursive: true });
  const programs = files(join(HERE, "program")).filter((file) => file.endsWith(".c"));
  for (const ring of RINGS) {
    const others = RINGS.filter((it) => it !== ring).map((it) => `/ring${it}/`);
    const own = programs.filter((file) => !others.some((folder) => file.includes(folder)));
    buildImage(own, join(made, `ring${ring}.elf`), ring, made);
  }
  // Somebody else may have made the same meanwhile.
  if (existsSync(folder)) rmSync(made, { recursive: true });
  else renameSync(made, folder);
}

function files(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

export interface Boot {
  machine: Machine;
  /** The machine's command line. */
  words: string;
  /** What is typed once the program has said "ready". */
  input?: string;
  memory?: string;
  cpu?: string;
  disks?: Disk[];
  /** Whether it has the entropy device of virtio. */
  entropy?: boolean;
  /** Whether the console is virtio's. */
  console?: boolean;
  /** The port of this machine to which the network device's frames go, by QEMU's "socket". */
  network?: number;
  /** Of the test programs; 0 unless told. */
  ring?: Ring;
  /** The image, unless it is that of the test programs. */
  image?: string;
  /** More arguments of QEMU. */
  more?: string[];
}

/** A raw image of a disk. */
interface Disk {
  file: string;
  readOnly?: boolean;
}

/** Each machine has devices its own way; microvm names them on the command line where it has no ACPI. */
const BUS = {
  microvm: {
    kind: "device",
    machine: ["-M", "microvm,acpi=off", "-global", "virtio-mmio.force-legacy=false"],
  },
  q35: { kind: "pci", machine: ["-M", "q35"] },
};

function devices({ machine, disks = [], entropy = false, console = false, network }: Boot): string[] {
  const { kind } = BUS[machine];
  const args: string[] = [];
  for (const [i, { file, readOnly = false }] of disks.entries()) {
    args.push("-drive", `id=disk${i},if=none,format=raw,readonly=${readOnly ? "on" : "off"},file=${file}`);
    args.push("-device", `virtio-blk-${kind},drive=disk${i}`);
  }
  args.push("-chardev", "stdio,id=console");
  if (console)
    args.push(
      "-serial",
      "null",
      "-device",
      `virtio-serial-${kind}`,
      "-device",
      "virtconsole,chardev=console",
    );
  else args.push("-serial", "chardev:console");
  if (network !== undefined) {
    args.push("-netdev", `socket,id=net,connect=127.0.0.1:${network}`);
    args.push("-device", `virtio-net-${kind},netdev=net,mac=02:00:00:00:00:07`);
  }
  return entropy ? [...args, "-device", `virtio-rng-${kind}`] : args;
}

/** What the machine said, its lines, and the program's exit status; undefined where it told none. */
export interface Booted {
  lines: string[];
  status: number | undefined;
}

/** Boots the test image and waits for the machine's end; after 30 s it is ended, and the status says so. */
export function boot(how: Boot): Promise<Booted> {
  const { machine, words, input, memory = "16M", cpu = "max", more = [] } = how;
  const args = [
    ...BUS[machine].machine,
    "-accel",
    "tcg",
    "-cpu",
    cpu,
    "-m",
    memory,
    "-nodefaults",
    "-no-reboot",
  ];
  args.push("-display", "none", "-device", "isa-debug-exit,iobase=0xf4,iosize=4");
  args.push("-kernel", how.image ?? testImage(how.ring ?? 0), "-append", words, ...devices(how), ...more);
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
      resolve({ lines: all.trimEnd().split(/\r?\n/), status: told ? (code - 1) / 2 : undefined });
    });
  });
}
