/**
 * A linked ELF file → the package that a loader reads: loader/package.h draws it.
 *
 * Only what is loaded is in it: symbols and sections of the file are not.
 */
import { entryOf, loaded, openElf, type Elf, type Segment } from "../../hal/elf.ts";
import { ImageError } from "../error.ts";

const SECTOR = 512;
const MAGIC = 0x4c4f5441;
const COMMAND_LINE = 512;
const PARTS = 4096;
/** Of hal/portable/command-line.h, without the zero at the end. */
const COMMAND_LINE_MOST = 2047;
const HEADER_WORDS = 8;
const SEGMENTS_MOST = 16;

export interface Package {
  /** Whole sectors. */
  readonly bytes: Uint8Array;
  /** Before the first part. */
  readonly head: number;
  /** Of all parts, without what fills their last sectors. */
  readonly loaded: number;
}

/** @throws ImageError for a command line that the system would not take. */
export function packageOf(file: Uint8Array, commandLine: string): Package {
  const elf = openElf(file);
  const segments = loaded(elf).filter(({ size }) => size > 0);
  if (segments.length > SEGMENTS_MOST) throw new Error(`package: ${segments.length} segments are too many`);
  const places = placesOf(segments);
  const whole = new Uint8Array(places.end);
  const view = new DataView(whole.buffer);
  header(view, elf, segments);
  for (const [i, segment] of segments.entries()) {
    const offset = places.offsets[i] ?? 0;
    const fields = [segment.address, segment.size, offset, segment.fileSize];
    for (const [at, field] of fields.entries())
      view.setUint32((HEADER_WORDS + i * fields.length + at) * 4, field, true);
    whole.set(file.subarray(segment.offset, segment.offset + segment.fileSize), offset);
  }
  whole.set(commandLineBytes(commandLine), COMMAND_LINE);
  const loadedBytes = segments.reduce((sum, { fileSize }) => sum + fileSize, 0);
  return { bytes: whole, head: PARTS, loaded: loadedBytes };
}

/** Offsets of the segments' bytes, and of what follows them. */
function placesOf(segments: readonly Segment[]): { offsets: number[]; end: number } {
  const offsets: number[] = [];
  let end = PARTS;
  for (const { fileSize } of segments) {
    offsets.push(end);
    end = roundUp(end + fileSize, SECTOR);
  }
  return { offsets, end };
}

function header(view: DataView, elf: Elf, segments: readonly Segment[]): void {
  const start = Math.min(...segments.map(({ address }) => address));
  const end = Math.max(...segments.map(({ address, size }) => address + size));
  for (const [i, word] of [MAGIC, entryOf(elf), start, end, segments.length].entries())
    view.setUint32(i * 4, word, true);
}

function commandLineBytes(text: string): Uint8Array {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length > COMMAND_LINE_MOST)
    throw new ImageError(
      `The command line of the disk has ${bytes.length} bytes, and a system takes at most ${COMMAND_LINE_MOST}.`,
    );
  if (bytes.includes(0))
    throw new ImageError("The command line of the disk has a byte 0, which would end it.");
  return bytes;
}

export function roundUp(value: number, unit: number): number {
  return Math.ceil(value / unit) * unit;
}
