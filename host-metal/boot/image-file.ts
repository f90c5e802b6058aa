/**
 * What a file is that somebody wants to boot: told by its first bytes and by its notes.
 *
 * System V ABI, chapters 4 and 5. The file may be anything, so nothing that it says of
 * itself is believed before it is compared with the file.
 */
import { BootError } from "./boot-error.ts";
import { NOTE_NAME, NOTE_TYPE, type ImageNote } from "./note.ts";

export interface ImageFile {
  readonly system: string;
  /** The address at which the image ends: with less memory nothing begins. */
  readonly end: number;
  /** Bytes of memory to give the machine: the image's, and what its system needs. */
  readonly memory: number;
}

const ELF_MAGIC = 0x464c457f;
const ELF_BITS_64 = 2;
const MACHINE_X86_64 = 62;
const SEGMENT_LOAD = 1;
const SEGMENT_NOTE = 4;
const SEGMENT_BYTES = 56;
const SECTOR = 512;
/** loader/bios/boot.S: bios_package_sector. */
const PACKAGE_SECTOR_AT = SECTOR + 4;
const PACKAGE_MAGIC = 0x4c4f5441;
const BOOT_SIGNATURE = 0xaa55;
const BOOT_SIGNATURE_AT = 510;

export function isElf(bytes: Uint8Array): boolean {
  return bytes.length >= 64 && viewOf(bytes).getUint32(0, true) === ELF_MAGIC;
}

/** A raw disk with a sector for the BIOS. */
export function isDisk(bytes: Uint8Array): boolean {
  if (bytes.length < BOOT_SIGNATURE_AT + 2) return false;
  return viewOf(bytes).getUint16(BOOT_SIGNATURE_AT, true) === BOOT_SIGNATURE;
}

/**
 * A disk of atoll image: its second sector says where the system lies (host-metal/loader/package.h),
 * and the image's note lies in it as in the file that it was made of.
 * @throws BootError for another one.
 */
export function readDisk(name: string, bytes: Uint8Array): ImageFile {
  const view = viewOf(bytes);
  const at = bytes.length < 2 * SECTOR ? bytes.length : view.getUint32(PACKAGE_SECTOR_AT, true) * SECTOR;
  const note = at + SECTOR <= bytes.length ? noteAnywhere(bytes.subarray(at)) : undefined;
  if (note === undefined || view.getUint32(at, true) !== PACKAGE_MAGIC)
    throw new BootError(`${name}: expected a disk made by atoll image, found one without a system on it.`);
  const end = view.getUint32(at + 12, true);
  return { system: note.system, end, memory: end + note.needs };
}

function noteAnywhere(bytes: Uint8Array): ImageNote | undefined {
  const name = Buffer.from(`\0\0\0\0${NOTE_NAME}\0`, "latin1");
  name.writeUInt32LE(NOTE_TYPE);
  const found = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).indexOf(name);
  if (found < 8) return undefined;
  const [note] = notesIn(bytes.subarray(found - 8));
  return note && parsed(note.text);
}

/** @throws BootError for a file that is no image for the bare machine. */
export function readImage(name: string, bytes: Uint8Array): ImageFile {
  const segments = segmentsOf(name, bytes);
  const note = noteOf(bytes, segments);
  if (note === undefined) {
    throw new BootError(
      `${name}: expected an image made by atoll image, found an ELF file without Atoll's note.`,
    );
  }
  if (note.target === "linux") {
    throw new BootError(
      `${name}: it was made for Linux, where it is a program: run it itself, or make it with --target metal.`,
    );
  }
  const end = Math.max(
    ...segments.map(({ kind, address, size }) => (kind === SEGMENT_LOAD ? address + size : 0)),
  );
  return { system: note.system, end, memory: end + note.needs };
}

interface Segment {
  readonly kind: number;
  readonly offset: number;
  readonly address: number;
  /** In the file, and in memory. */
  readonly bytes: number;
  readonly size: number;
}

function segmentsOf(name: string, bytes: Uint8Array): Segment[] {
  const view = viewOf(bytes);
  if (!isElf(bytes)) throw new BootError(`${name}: expected an ELF file, found something else.`);
  const machine = view.getUint16(18, true);
  if (bytes[4] !== ELF_BITS_64 || machine !== MACHINE_X86_64) {
    throw new BootError(
      `${name}: expected an image for x86-64, found an ELF file for another processor (number ${machine}).`,
    );
  }
  const table = numberAt(view, 32);
  const count = view.getUint16(56, true);
  if (view.getUint16(54, true) !== SEGMENT_BYTES || table + count * SEGMENT_BYTES > bytes.length)
    throw new BootError(`${name}: the ELF file is cut off, or no program.`);
  return Array.from({ length: count }, (_, i) => {
    const at = table + i * SEGMENT_BYTES;
    const [offset, address] = [numberAt(view, at + 8), numberAt(view, at + 24)];
    const [inFile, size] = [numberAt(view, at + 32), numberAt(view, at + 40)];
    if (offset + inFile > bytes.length) throw new BootError(`${name}: the ELF file is cut off.`);
    return { kind: view.getUint32(at, true), offset, address, bytes: inFile, size };
  });
}

function noteOf(bytes: Uint8Array, segments: readonly Segment[]): ImageNote | undefined {
  for (const { kind, offset, bytes: length } of segments) {
    if (kind !== SEGMENT_NOTE) continue;
    for (const note of notesIn(bytes.subarray(offset, offset + length))) {
      if (note.type === NOTE_TYPE && note.name === `${NOTE_NAME}\0`) return parsed(note.text);
    }
  }
  return undefined;
}

function* notesIn(bytes: Uint8Array): Generator<{ name: string; type: number; text: string }> {
  const view = viewOf(bytes);
  for (let at = 0; at + 12 <= bytes.length;) {
    const [nameBytes, textBytes] = [view.getUint32(at, true), view.getUint32(at + 4, true)];
    const textAt = at + 12 + padded(nameBytes);
    const text = Buffer.from(bytes.subarray(textAt, textAt + textBytes)).toString("utf8");
    const name = Buffer.from(bytes.subarray(at + 12, at + 12 + nameBytes)).toString("latin1");
    yield { name, type: view.getUint32(at + 8, true), text };
    at = textAt + padded(textBytes);
  }
}

/** Undefined where it is no note of this version. */
function parsed(text: string): ImageNote | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { system, target, needs } = (value ?? {}) as Partial<ImageNote>;
  if (typeof system !== "string" || typeof needs !== "number" || !(needs >= 0)) return undefined;
  return target === "linux" || target === "metal" ? { system, target, needs } : undefined;
}

function padded(bytes: number): number {
  return Math.ceil(bytes / 4) * 4;
}

/** A 64-bit field; what no file is as long as is told apart by being larger than any. */
function numberAt(view: DataView, offset: number): number {
  return Number(view.getBigUint64(offset, true));
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
