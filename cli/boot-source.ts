/** What `atoll boot` was given, once it is an image: how the machine gets it, and what it needs. */
import { existsSync } from "node:fs";
import { readDisk, readImage } from "../host-metal/boot/image-file.ts";
import type { Image, MachineName } from "../host-metal/boot/machine.ts";
import { UsageError } from "./report.ts";

export interface ToBoot {
  readonly file: string;
  readonly from: Image;
  /** Bytes: to begin at all, and to be given. */
  readonly least: number;
  readonly memory: number;
  /** Those that can boot it; the first unless told. */
  readonly machines: readonly MachineName[];
  /** Whether a debugger finds functions in `file`. */
  readonly hasNames: boolean;
}

/** The name of an ELF file's section, as it lies among the others'. */
const SYMBOLS = "\0.symtab\0";

/** Debian's package ovmf, and where other distributions have it. */
const FIRMWARE = [
  "/usr/share/ovmf/OVMF.fd",
  "/usr/share/edk2/x64/OVMF.4m.fd",
  "/usr/share/edk2-ovmf/x64/OVMF.fd",
  "/usr/share/qemu/ovmf-x86_64.bin",
];
/** For firmware: UEFI's does not start in much less. */
const FIRMWARE_MEMORY = { bios: 8 * 1024 * 1024, uefi: 128 * 1024 * 1024 };

/** @throws BootError for a file that is no image for the bare machine. */
export function imageToBoot(file: string, bytes: Uint8Array, words: string): ToBoot {
  const { end, memory } = readImage(file, bytes);
  const hasNames = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes(SYMBOLS);
  const from = { kind: "kernel", file, words } as const;
  return { file, least: end, memory, machines: ["microvm", "q35"], from, hasNames };
}

/** @throws BootError for another disk, UsageError where UEFI is not installed. */
export function diskToBoot(
  file: string,
  bytes: Uint8Array,
  args: readonly string[],
  byUefi: boolean,
): ToBoot {
  if (args.length > 0)
    throw new UsageError(
      `${file}: expected no arguments, found ${args.join(" ")}: nobody hands them to a disk.`,
    );
  const { end, memory } = readDisk(file, bytes);
  const firmware = byUefi ? uefi() : undefined;
  return {
    file,
    least: end,
    memory: memory + FIRMWARE_MEMORY[byUefi ? "uefi" : "bios"],
    machines: ["q35"],
    hasNames: false,
    from: { kind: "disk", file, ...(firmware !== undefined && { firmware }) },
  };
}

function uefi(): string {
  const found = FIRMWARE.find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new UsageError(
    "UEFI for virtual machines is not installed: none of its usual files is there.",
    "On Debian or Ubuntu: apt-get install ovmf",
  );
}
