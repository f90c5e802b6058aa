/** One disk, two kinds of firmware: the system behaves as from an ELF file, and what is wrong is said. */
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EMULATOR } from "../../../host-metal/boot/emulator.ts";
import { commandLine } from "../../../host-metal/boot/machine.ts";
import type { SizeReport } from "../../../host-metal/image/report/size-report.ts";
import { atoll } from "../../cli/atoll.ts";
import { boot, missing, type Booted } from "../hal/boot.ts";
import { fileOf } from "./systems.ts";
import { MISSING } from "./tools.ts";

const reason = missing() ?? MISSING;
if (reason !== undefined) console.warn(`skipped: disk images: ${reason}`);
const UEFI = "/usr/share/ovmf/OVMF.fd";
if (!existsSync(UEFI)) console.warn(`skipped: disk images under UEFI: there is no ${UEFI} (Debian: ovmf)`);

const CACHE = join(import.meta.dirname, "../../fixtures/image/build");
const folder = mkdtempSync(join(tmpdir(), "atoll-disk-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const linked = join(folder, "faults.atoll");
const disk = join(folder, "faults.img");
const ARGUMENTS = ["3", "9"];

/** By the command; other words of `atoll image` behind. */
function make(...words: string[]): ReturnType<typeof atoll> {
  const args = ["image", "--target", "metal", "--debug", "--json", "--report", linked, "-o", "faults.img"];
  return atoll([...args, ...words], { cwd: folder });
}

interface How {
  firmware?: string;
  memory?: number;
  /** Whether it is virtio's: UEFI writes to the serial port. */
  console?: boolean;
}

function bootDisk(file: string, { firmware, memory = 64, console = false }: How): Promise<Booted> {
  const from = { kind: "disk" as const, file, ...(firmware !== undefined && { firmware }) };
  // UEFI works for some seconds before it looks for a disk.
  const patience = firmware === undefined ? 30_000 : 120_000;
  return boot({ machine: "q35", from, memory, console, patience });
}

async function onNode(): Promise<Booted> {
  const { stdout, code } = await atoll(["run", "--no-tags", linked, "--", ...ARGUMENTS], { cwd: folder });
  const lines = Buffer.from(stdout).toString("latin1").trimEnd().split("\n");
  return { lines, status: code ?? undefined };
}

interface Said {
  target: string;
  format: string;
  bytes: number;
  sizes: SizeReport;
}
let said: Said;

describe.skipIf(reason !== undefined)("a disk", () => {
  beforeAll(async () => {
    const { stderr } = await atoll(["link", fileOf({ system: "faults" }), "-o", linked], { cwd: folder });
    if (!existsSync(linked)) throw new Error(stderr);
    // Where the command keeps its parts.
    mkdirSync(join(folder, "build"));
    mkdirSync(CACHE, { recursive: true });
    symlinkSync(CACHE, join(folder, "build/image"));
    const made = await make("--append", "tags=0", "--", ...ARGUMENTS);
    if (made.code !== 0) throw new Error(made.stderr);
    said = JSON.parse(made.stdout) as Said;
  });

  it("behaves as on Node, with its own command line, from a BIOS", async () => {
    expect(await bootDisk(disk, {})).toEqual(await onNode());
  });

  it.skipIf(!existsSync(UEFI))(
    "and from UEFI, in more memory than the start can read",
    { timeout: 120_000 },
    async () => {
      expect(await bootDisk(disk, { firmware: UEFI, memory: 1536, console: true })).toEqual(await onNode());
    },
  );

  it("switches the machine off where nobody takes its status", () => {
    const machine = {
      machine: "q35",
      memory: 64,
      from: { kind: "disk", file: disk },
      serial: "stdio",
    } as const;
    // A machine that were reset would boot again, and never end.
    const args = commandLine(machine)
      .join("\n")
      .replace("-no-reboot\n", "")
      .replace(/-device\nisa-debug-exit.*\n/, "")
      .split("\n");
    expect(args.join(" ")).not.toMatch(/debug-exit|no-reboot/);
    const { status, stdout } = spawnSync(EMULATOR, args, { encoding: "utf8", timeout: 30_000 });
    expect([status, stdout.split("way").length]).toEqual([0, 3]);
  });

  it("says that the machine is too small for it", async () => {
    const message = "atoll: the machine has too little memory for the system";
    expect(await bootDisk(disk, { memory: 16 })).toEqual({ lines: [message], status: 101 });
  });

  it("says that its system is gone", async () => {
    const bytes = readFileSync(disk);
    const sector = bytes.readUInt32LE(516);
    bytes.fill(0, sector * 512, (sector + 1) * 512);
    const broken = join(folder, "broken.img");
    writeFileSync(broken, bytes);
    const message = "atoll: the disk has no system where the boot sector says";
    expect(await bootDisk(broken, {})).toEqual({ lines: [message], status: 101 });
  });

  it("tells where all its bytes are", async () => {
    const { bytes, rows } = said.sizes;
    const { length } = readFileSync(disk);
    expect(said).toMatchObject({ target: "metal", format: "disk", bytes: length, sizes: { bytes: length } });
    expect(rows.reduce((sum, row) => sum + row.bytes, 0)).toBe(bytes);
    expect(Math.min(...rows.map((row) => row.bytes))).toBeGreaterThanOrEqual(0);
    const parts = rows.map(({ part }) => part);
    expect(parts).toEqual(
      expect.arrayContaining(["boot loaders", "hardware layer", "names of functions, for panics"]),
    );
    expect(parts).not.toContain("debugging information");
  });

  it("is refused a command line that a system would not take", async () => {
    const { code, stderr } = await make("--append", "x".repeat(2048));
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining("has 2048 bytes, and a system takes at most 2047"),
    ]);
  });
});
