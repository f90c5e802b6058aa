/**
 * Where the bytes of an image are: by module, device and part. The bytes of all rows are
 * the file's, to the last one; what belongs to nobody has a row that says so.
 */
import { loaded, openElf, sectionsOf, type Elf, type Section, type Segment } from "../../hal/elf.ts";
import { bytesOfLinesBehind } from "../lines/behind.ts";
import { piecesOf, type Piece } from "./link-map.ts";
import type { Owner, Owners } from "./owners.ts";

export interface SizeRow extends Owner {
  /** In the file. */
  readonly bytes: number;
  /** Further bytes of memory, which are zero at the start. */
  readonly zeros: number;
}

export interface SizeReport {
  /** Of the file: the sum of all rows. */
  readonly bytes: number;
  readonly rows: readonly SizeRow[];
  /** Modules and devices without bytes of their own: nothing reaches them, or the optimiser put them into what calls them. */
  readonly absent: readonly Owner[];
}

const NAMES: Owner = { part: "names of functions, for panics" };
const LINES: Owner = { part: "lines of TypeScript, for traps" };
export const SYMBOLS: Owner = { part: "symbols, for debuggers" };
export const DEBUGGING: Owner = { part: "debugging information" };
export const HEADERS: Owner = { part: "headers of the ELF file" };
export const PADDING: Owner = { part: "padding" };
const ELF_HEADER = 64;
const SEGMENT_HEADER = 56;
const SECTION_HEADER = 64;

/** `bytes`: an ELF file as it was finished, `map`: what the linker told of it. */
export function sizeReport(bytes: Uint8Array, map: string, owners: Owners): SizeReport {
  const count = new Counts();
  const elf = openElf(bytes);
  const sections = sectionsOf(elf);
  const pieces = piecesOf(map);
  for (const section of sections) countSection(count, section, pieces, owners);
  for (const segment of loaded(elf)) if (!hasSection(segment, sections)) countAppended(count, elf, segment);
  count.add(LINES, bytesOfLinesBehind(bytes));
  count.add(HEADERS, headerBytes(elf));
  return count.report(bytes.length, PADDING, owners.expected);
}

/** What was appended after the link has none. */
function hasSection({ address, size }: Segment, sections: readonly Section[]): boolean {
  return sections.some((one) => one.isLoaded && one.address >= address && one.address < address + size);
}

/** Names first, whose table begins with how many they are and its length (hal/portable/symbols.h); then lines. */
function countAppended(count: Counts, { view }: Elf, { offset, fileSize }: Segment): void {
  const names = fileSize === 0 ? 0 : view.getUint32(offset + 4, true);
  count.add(NAMES, names);
  count.add(LINES, fileSize - names);
}

/** Pieces may overlap where the linker merged strings; none counts twice. */
function countSection(count: Counts, section: Section, pieces: readonly Piece[], owners: Owners): void {
  const { name, address, size, isLoaded, isInFile } = section;
  if (!isLoaded) return count.add(unloadedOwner(name), isInFile ? size : 0);
  let next = address;
  for (const piece of pieces) {
    if (piece.address < next || piece.address >= address + size) continue;
    const own = Math.min(piece.size, address + size - piece.address);
    next = piece.address + own;
    count.add(owners.of(piece), isInFile ? own : 0, isInFile ? 0 : own);
  }
}

function unloadedOwner(section: string): Owner {
  if (section === ".shstrtab") return HEADERS;
  return section.startsWith(".debug") || section === ".comment" ? DEBUGGING : SYMBOLS;
}

function headerBytes({ view }: Elf): number {
  return ELF_HEADER + view.getUint16(56, true) * SEGMENT_HEADER + view.getUint16(60, true) * SECTION_HEADER;
}

export class Counts {
  readonly #rows = new Map<string, { owner: Owner; bytes: number; zeros: number }>();
  sum = 0;

  add(owner: Owner, bytes: number, zeros: number = 0): void {
    const key = `${owner.part}\0${owner.name ?? ""}`;
    const row = this.#rows.get(key) ?? { owner, bytes: 0, zeros: 0 };
    this.#rows.set(key, { owner, bytes: row.bytes + bytes, zeros: row.zeros + zeros });
    this.sum += bytes;
  }

  /** `rest`: what the bytes are that nobody has counted. Largest first. */
  report(bytes: number, rest: Owner, expected: readonly Owner[] = []): SizeReport {
    this.add(rest, bytes - this.sum);
    const rows = [...this.#rows.values()]
      .filter((row) => row.bytes > 0 || row.zeros > 0)
      .map(({ owner, bytes: own, zeros }) => ({ ...owner, bytes: own, zeros }))
      .sort((one, other) => other.bytes - one.bytes || other.zeros - one.zeros);
    const found = new Set(rows.map(({ part, name }) => `${part}\0${name ?? ""}`));
    const absent = expected.filter(({ part, name }) => !found.has(`${part}\0${name ?? ""}`));
    return { bytes, rows, absent };
  }
}
