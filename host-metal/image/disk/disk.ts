/**
 * A linked ELF file → a raw disk that boots under BIOS and UEFI. docs/metal.md draws it.
 *
 *     sector 0    boot sector, with the table of partitions
 *     1           second stage of the boot loader
 *     64          EFI system partition: \EFI\BOOT\BOOTX64.EFI, in which the system lies
 *
 * The partitions are those of a BIOS ("legacy MBR", UEFI specification 2.10, section
 * 5.2.1), which UEFI reads as well; a GPT would want a second table at the end of a
 * disk whose size nobody knows yet.
 */
import { createHash } from "node:crypto";
import type { Loaders } from "./loaders.ts";
import { efiProgram } from "./efi-program.ts";
import { fatVolume } from "./fat.ts";
import { packageOf } from "./package.ts";

const SECTOR = 512;
/** Multiples of 4 KiB, which disks like; loader/bios/link.ld knows it. */
const PARTITION_START = 64;
const PATH = ["EFI", "BOOT", "BOOTX64.EFI"];
const DISK_ID = 440;
const PARTITIONS = 446;
const ACTIVE = 0x80;
const EFI_SYSTEM_PARTITION = 0xef;
/** No cylinders: the sectors' numbers count. */
const BEYOND_CYLINDERS = [0xfe, 0xff, 0xff];
/** loader/bios/boot.S: bios_package_sector. */
const PACKAGE_SECTOR = SECTOR + 4;

interface Disk {
  readonly bytes: Uint8Array;
  readonly parts: DiskParts;
}

/** Bytes of it, by what they are. */
export interface DiskParts {
  readonly whole: number;
  /** Of both kinds of firmware. */
  readonly loaders: number;
  /** The package's table and its command line. */
  readonly head: number;
  /** Of the ELF file. */
  readonly loaded: number;
}

/** @throws ImageError for a command line that the system would not take. */
export function diskOf(elf: Uint8Array, loaders: Loaders, commandLine: string): Disk {
  const system = packageOf(elf, commandLine);
  const { bytes, packageOffset } = efiProgram(loaders.uefi, system.bytes);
  const id = idOf(bytes);
  const volume = fatVolume({ path: PATH, bytes }, PARTITION_START, id);

  const disk = new Uint8Array(PARTITION_START * SECTOR + volume.bytes.length);
  disk.set(loaders.bios);
  disk.set(volume.bytes, PARTITION_START * SECTOR);
  const view = new DataView(disk.buffer);
  view.setUint32(DISK_ID, id, true);
  view.setUint32(PACKAGE_SECTOR, PARTITION_START + volume.fileSector + packageOffset / SECTOR, true);
  partition(view, PARTITIONS, volume.bytes.length / SECTOR);
  const parts = {
    whole: disk.length,
    loaders: loaders.bios.length + packageOffset,
    head: system.head,
    loaded: system.loaded,
  };
  return { bytes: disk, parts };
}

/** Firmware tells disks apart by it. */
function idOf(bytes: Uint8Array): number {
  return createHash("sha256").update(bytes).digest().readUInt32LE(0);
}

function partition(view: DataView, at: number, sectors: number): void {
  view.setUint8(at, ACTIVE);
  view.setUint8(at + 4, EFI_SYSTEM_PARTITION);
  for (const [i, byte] of BEYOND_CYLINDERS.entries()) {
    view.setUint8(at + 1 + i, byte);
    view.setUint8(at + 5 + i, byte);
  }
  view.setUint32(at + 8, PARTITION_START, true);
  view.setUint32(at + 12, sectors, true);
}
