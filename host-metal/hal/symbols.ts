/**
 * Appends the names of functions to an image, so that a panic can tell who called whom.
 *
 * They lie behind everything else, in a segment that the linker script left empty:
 * no address changes, so no second link is needed. portable/symbols.h draws the table.
 */
import { loaded, openElf, setWord, symbols, type Elf, type Segment } from "./elf.ts";
import { withoutSymbols } from "./strip.ts";

const PAGE = 4096;
const WORD = 8;

/**
 * The image `linked`, as `cc` links it with x86_64/link.ld, with the table appended; and, behind it,
 * that of lines. `debuggers`: whether it keeps what they read.
 */
export function appendSymbols(
  linked: Uint8Array,
  debuggers: boolean,
  lines: Uint8Array = new Uint8Array(),
): Uint8Array {
  const all = symbols(openElf(linked));
  const bytes = debuggers ? linked : withoutSymbols(linked);
  const names = symbolTable(all.filter((symbol) => symbol.isFunction && symbol.name !== ""));
  const linesAt = Math.ceil(names.length / WORD) * WORD;
  const offset = Math.ceil(bytes.length / PAGE) * PAGE;
  const whole = new Uint8Array(offset + linesAt + lines.length);
  whole.set(bytes);
  whole.set(names, offset);
  whole.set(lines, offset + linesAt);

  const elf = openElf(whole);
  const address = addressOf(all, "image_end");
  const segments = loaded(elf);
  fillSegment(elf, segments.at(-1), { offset, address, size: linesAt + lines.length });
  const place = (name: string, start: number, size: number): void => {
    const at = inFile(segments, addressOf(all, name));
    setWord(elf, at, start);
    setWord(elf, at + WORD, size);
  };
  place("image_symbols", address, names.length);
  if (lines.length > 0) place("image_lines", address + linesAt, lines.length);
  return whole;
}

function symbolTable(functions: readonly { name: string; address: number }[]): Uint8Array {
  const sorted = [...functions].sort((a, b) => a.address - b.address);
  const names = Buffer.from(sorted.map(({ name }) => `${name}\0`).join(""), "latin1");
  const namesAt = 8 + sorted.length * 8;
  const table = new Uint8Array(namesAt + names.length);
  const view = new DataView(table.buffer);
  view.setUint32(0, sorted.length, true);
  view.setUint32(4, table.length, true);
  let next = namesAt;
  for (const [i, { address, name }] of sorted.entries()) {
    view.setUint32(8 + i * 8, address, true);
    view.setUint32(12 + i * 8, next, true);
    next += Buffer.byteLength(name, "latin1") + 1;
  }
  table.set(names, namesAt);
  return table;
}

/** System V ABI, program header: offset, virtual and physical address, size in file and in memory. */
function fillSegment(
  elf: Elf,
  segment: Segment | undefined,
  place: { offset: number; address: number; size: number },
): void {
  if (segment?.fileSize !== 0) throw new Error("symbols: the last segment is not the empty one of link.ld");
  const { header } = segment;
  setWord(elf, header + 8, place.offset);
  setWord(elf, header + 16, place.address);
  setWord(elf, header + 24, place.address);
  setWord(elf, header + 32, place.size);
  setWord(elf, header + 40, place.size);
}

function addressOf(all: readonly { name: string; address: number }[], name: string): number {
  const found = all.find((symbol) => symbol.name === name);
  if (found === undefined) throw new Error(`symbols: the image has no symbol "${name}"`);
  return found.address;
}

function inFile(segments: readonly Segment[], address: number): number {
  const segment = segments.find((one) => address >= one.address && address < one.address + one.fileSize);
  if (segment === undefined) throw new Error(`symbols: 0x${address.toString(16)} is not in the file`);
  return segment.offset + address - segment.address;
}
