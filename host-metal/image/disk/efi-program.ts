/**
 * The UEFI loader and a package → \EFI\BOOT\BOOTX64.EFI.
 *
 * Microsoft's "PE Format", as UEFI specification 2.10, section 2.1.1, asks for it. Two
 * sections: the program, whose addresses are all relative to itself, so that it needs
 * no relocations; and behind it, on a page of its own, the package.
 */
import { roundUp } from "./package.ts";

const SECTOR = 512;
const PAGE = 4096;
/** Of the headers in memory; loader/uefi/link.ld begins behind them. */
const PROGRAM_ADDRESS = PAGE;
const PE_HEADER = 64;
const OPTIONAL_HEADER = PE_HEADER + 24;
const OPTIONAL_HEADER_SIZE = 240;
const SECTIONS = OPTIONAL_HEADER + OPTIONAL_HEADER_SIZE;
const SECTION_SIZE = 40;

const MACHINE_X64 = 0x8664;
/** Executable, and any address will do. */
const CHARACTERISTICS = 0x22;
const MAGIC_64 = 0x20b;
const SUBSYSTEM_EFI_APPLICATION = 10;
const NO_DIRECTORIES = 16;
const CODE = 0x60000020;
const READ_ONLY_DATA = 0x40000040;

interface Section {
  name: string;
  bytes: Uint8Array;
  address: number;
  offset: number;
  characteristics: number;
}

export interface EfiProgram {
  readonly bytes: Uint8Array;
  /** Where in them the package begins: a multiple of 512. */
  readonly packageOffset: number;
}

/** `program`: the loader, as linked by loader/uefi/link.ld; its first byte is its entry. `system`: its package. */
export function efiProgram(program: Uint8Array, system: Uint8Array): EfiProgram {
  const packageOffset = SECTOR + roundUp(program.length, SECTOR);
  const sections: Section[] = [
    { name: ".text", bytes: program, address: PROGRAM_ADDRESS, offset: SECTOR, characteristics: CODE },
    {
      name: ".system",
      bytes: system,
      address: PROGRAM_ADDRESS + roundUp(program.length, PAGE),
      offset: packageOffset,
      characteristics: READ_ONLY_DATA,
    },
  ];
  const bytes = new Uint8Array(packageOffset + roundUp(system.length, SECTOR));
  headers(new DataView(bytes.buffer), sections);
  for (const section of sections) bytes.set(section.bytes, section.offset);
  return { bytes, packageOffset };
}

function headers(view: DataView, sections: readonly Section[]): void {
  text(view, 0, "MZ");
  view.setUint32(60, PE_HEADER, true);
  text(view, PE_HEADER, "PE");
  view.setUint16(PE_HEADER + 4, MACHINE_X64, true);
  view.setUint16(PE_HEADER + 6, sections.length, true);
  view.setUint16(PE_HEADER + 20, OPTIONAL_HEADER_SIZE, true);
  view.setUint16(PE_HEADER + 22, CHARACTERISTICS, true);
  optionalHeader(view, sections);
  for (const [i, section] of sections.entries()) sectionHeader(view, SECTIONS + i * SECTION_SIZE, section);
}

function optionalHeader(view: DataView, sections: readonly Section[]): void {
  const last = sections.at(-1);
  const end = last === undefined ? PAGE : last.address + roundUp(last.bytes.length, PAGE);
  const word = (offset: number, value: number): void => view.setUint32(OPTIONAL_HEADER + offset, value, true);
  view.setUint16(OPTIONAL_HEADER, MAGIC_64, true);
  word(4, roundUp(sections[0]?.bytes.length ?? 0, SECTOR));
  word(16, PROGRAM_ADDRESS);
  word(20, PROGRAM_ADDRESS);
  word(32, PAGE);
  word(36, SECTOR);
  word(56, end);
  word(60, SECTOR);
  view.setUint16(OPTIONAL_HEADER + 68, SUBSYSTEM_EFI_APPLICATION, true);
  word(108, NO_DIRECTORIES);
}

function sectionHeader(
  view: DataView,
  at: number,
  { name, bytes, address, offset, characteristics }: Section,
) {
  text(view, at, name);
  view.setUint32(at + 8, bytes.length, true);
  view.setUint32(at + 12, address, true);
  view.setUint32(at + 16, roundUp(bytes.length, SECTOR), true);
  view.setUint32(at + 20, offset, true);
  view.setUint32(at + 36, characteristics, true);
}

function text(view: DataView, at: number, ascii: string): void {
  for (let i = 0; i < ascii.length; i++) view.setUint8(at + i, ascii.charCodeAt(i));
}
