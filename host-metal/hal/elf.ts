/**
 * As much of a linked ELF file as appending the names of its functions takes.
 *
 * System V ABI, chapters 4 and 5, as 64-bit little-endian files have it. The file is
 * one that `cc` has just made, so a field that is not as expected is a defect here or
 * in the linker script, and says so.
 */
const MAGIC = 0x464c457f;
const SECTION_NONE = 0;
const SECTION_SYMBOLS = 2;
const SECTION_ZEROS = 8;
/** A flag. */
const SECTION_LOADED = 2;
const SYMBOL_FUNCTION = 2;
const SEGMENT_LOAD = 1;

/** Bytes of a section header, a symbol and a program header. */
export const SECTION_SIZE = 64;
const SYMBOL_SIZE = 24;
const SEGMENT_SIZE = 56;

export interface ElfSymbol {
  name: string;
  address: number;
  isFunction: boolean;
}

export interface Elf {
  bytes: Uint8Array;
  view: DataView;
}

/** A place in an ELF file: a segment's header, by its offset in the file. */
export interface Segment {
  header: number;
  offset: number;
  address: number;
  fileSize: number;
  /** In memory: what the file does not have is zero. */
  size: number;
}

export function openElf(bytes: Uint8Array): Elf {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 64 || view.getUint32(0, true) !== MAGIC) throw new Error("elf: no ELF file");
  return { bytes, view };
}

/** A 64-bit field, which in an image below 4 GiB is a number like any other. */
function word(elf: Elf, offset: number): number {
  return Number(elf.view.getBigUint64(offset, true));
}

export function setWord(elf: Elf, offset: number, value: number): void {
  elf.view.setBigUint64(offset, BigInt(value), true);
}

function text(elf: Elf, offset: number): string {
  return Buffer.from(elf.bytes.subarray(offset, elf.bytes.indexOf(0, offset))).toString("latin1");
}

function sections(elf: Elf): number[] {
  const table = word(elf, 40);
  const count = elf.view.getUint16(60, true);
  return Array.from({ length: count }, (_, i) => table + i * SECTION_SIZE);
}

export function symbols(elf: Elf): ElfSymbol[] {
  const headers = sections(elf);
  const header = headers.find((at) => elf.view.getUint32(at + 4, true) === SECTION_SYMBOLS);
  if (header === undefined) throw new Error("elf: the file has no table of symbols");
  const names = word(elf, headers[elf.view.getUint32(header + 40, true)]! + 24);
  const start = word(elf, header + 24);
  const found: ElfSymbol[] = [];
  for (let at = start; at < start + word(elf, header + 32); at += SYMBOL_SIZE) {
    found.push({
      name: text(elf, names + elf.view.getUint32(at, true)),
      address: word(elf, at + 8),
      isFunction: (elf.bytes[at + 4]! & 15) === SYMBOL_FUNCTION,
    });
  }
  return found;
}

export interface Section {
  /** Offsets in the file: of its header, and of its bytes. */
  readonly header: number;
  readonly offset: number;
  readonly name: string;
  readonly address: number;
  readonly size: number;
  /** Into memory. */
  readonly isLoaded: boolean;
  /** Zeros are not. */
  readonly isInFile: boolean;
}

/** Where in the list of sections the one with their names is. */
export function namesOf(elf: Elf): number {
  return elf.view.getUint16(62, true);
}

/** Another list of sections. */
export function setSections(elf: Elf, table: number, count: number, names: number): void {
  setWord(elf, 40, table);
  elf.view.setUint16(60, count, true);
  elf.view.setUint16(62, names, true);
}

export function sectionsOf(elf: Elf): Section[] {
  const headers = sections(elf);
  const names = word(elf, headers[namesOf(elf)]! + 24);
  return headers.map((header) => ({
    header,
    offset: word(elf, header + 24),
    name: text(elf, names + elf.view.getUint32(header, true)),
    address: word(elf, header + 16),
    size: word(elf, header + 32),
    isLoaded: (word(elf, header + 8) & SECTION_LOADED) !== 0,
    isInFile: ![SECTION_NONE, SECTION_ZEROS].includes(elf.view.getUint32(header + 4, true)),
  }));
}

/** The address of the first instruction: x86_64/link.ld makes PVH's entry the file's. */
export function entryOf(elf: Elf): number {
  return word(elf, 24);
}

export type ElfSections = ReadonlyMap<string, Uint8Array>;

/** The bytes of all sections, by their names. */
export function sectionsByName(elf: Elf): ElfSections {
  const headers = sections(elf);
  const names = word(elf, headers[elf.view.getUint16(62, true)]! + 24);
  return new Map(
    headers.map((header) => {
      const start = word(elf, header + 24);
      const bytes = elf.bytes.subarray(start, start + word(elf, header + 32));
      return [text(elf, names + elf.view.getUint32(header, true)), bytes];
    }),
  );
}

/** The segments that are loaded, in the order of the linker script. */
export function loaded(elf: Elf): Segment[] {
  const table = word(elf, 32);
  const count = elf.view.getUint16(56, true);
  return Array.from({ length: count }, (_, i) => table + i * SEGMENT_SIZE)
    .filter((header) => elf.view.getUint32(header, true) === SEGMENT_LOAD)
    .map((header) => ({
      header,
      offset: word(elf, header + 8),
      address: word(elf, header + 16),
      fileSize: word(elf, header + 32),
      size: word(elf, header + 40),
    }));
}
