/**
 * Reads hostile bytes: nothing is taken on trust, every refusal says where.
 *
 * A count is compared with the bytes that are left before anything is made for
 * it, so memory grows with the input and not with what the input claims. Byte
 * strings are views of the input, not copies. Core spec 3.0 §5.2 "Values".
 */
import { WasmError } from "./error.ts";

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Where a binary lies: its first byte in the outermost file, and the path to it. */
export interface Place {
  readonly offset: number;
  readonly path: string;
}

/** One step of the path; `index` counts within a vector. */
interface Frame {
  readonly label: string;
  index: number | undefined;
}

/** For messages: a byte as the specification prints it. */
export function hex(byte: number): string {
  return `0x${byte.toString(16).padStart(2, "0")}`;
}

/** How deep components and types may nest. Far beyond any real file, far below the stack's end. */
const MAX_NESTING = 100;

/** Reads bytes front to back, up to `end`. */
export class ByteReader {
  readonly bytes: Uint8Array;
  position: number;
  readonly end: number;
  readonly #place: Place;
  readonly #frames: Frame[];
  /** The reader that this one is a slice of; it stands still meanwhile, so its path holds. */
  #parent: ByteReader | undefined;
  #depth = 0;

  constructor(
    bytes: Uint8Array,
    place: Place = { offset: 0, path: "" },
    start = 0,
    end: number = bytes.length,
  ) {
    this.bytes = bytes;
    this.position = start;
    this.end = end;
    this.#place = place;
    this.#frames = [];
  }

  /** Byte offset in the outermost file. */
  get offset(): number {
    return this.#place.offset + this.position;
  }

  get remaining(): number {
    return this.end - this.position;
  }

  get path(): string {
    const steps = this.#frames.map(({ label, index }) => (index === undefined ? label : `${label} ${index}`));
    return [this.#parent?.path ?? this.#place.path, ...steps].filter((step) => step !== "").join(" / ");
  }

  /** Refuses what stands at `position`, or at the position given. */
  fail(expected: string, found: string, position: number = this.position): never {
    throw new WasmError({ offset: this.#place.offset + position, path: this.path }, expected, found);
  }

  /** Reads with one more step in the path of errors. */
  within<T>(label: string, read: () => T, index?: number): T {
    this.#frames.push({ label, index });
    const result = read();
    this.#frames.pop();
    return result;
  }

  /** Reads something that may hold more of its own kind. */
  nested<T>(what: string, read: () => T): T {
    if (this.#depth >= MAX_NESTING)
      this.fail(`at most ${MAX_NESTING} levels of nesting`, `${what} inside them`);
    this.#depth++;
    const result = read();
    this.#depth--;
    return result;
  }

  /** A reader of the next `size` bytes, which this one skips. */
  slice(size: number, what: string): ByteReader {
    const start = this.position;
    this.take(size, what);
    const slice = new ByteReader(this.bytes, this.#place, start, this.position);
    slice.#parent = this;
    slice.#depth = this.#depth;
    return slice;
  }

  /** Refuses bytes that are left over. */
  finish(what: string): void {
    if (this.remaining > 0) this.fail(`the end of ${what}`, count(this.remaining, "byte") + " more");
  }

  byte(what: string): number {
    const value = this.bytes[this.position];
    if (value === undefined || this.position >= this.end) return this.fail(what, "the end of the data");
    this.position++;
    return value;
  }

  /** The next byte without taking it, or undefined at the end. */
  peek(): number | undefined {
    return this.position < this.end ? this.bytes[this.position] : undefined;
  }

  /** The next `size` bytes, as a view. */
  take(size: number, what: string): Uint8Array {
    if (size > this.remaining) {
      this.fail(`${count(size, "byte")} of ${what}`, `${count(this.remaining, "byte")} before the end`);
    }
    const start = this.position;
    this.position += size;
    return this.bytes.subarray(start, this.position);
  }

  u32(what: string): number {
    const start = this.position;
    const first = this.byte(what);
    if (first < 0x80) return first;
    let value = first & 0x7f;
    for (let shift = 7; ; shift += 7) {
      const byte = this.byte(what);
      if (shift === 28 && byte > 0x0f) this.#overlong(what, "32 bits", byte, 5, start);
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  }

  /** An integer of 33 bits, signed: a type code or a type index. */
  s33(what: string): number {
    return this.#signed(what, 33, 5);
  }

  s32(what: string): number {
    return this.#signed(what, 32, 5);
  }

  /** `bits` at most 33; arithmetic instead of shifts, which end at 32 bits. */
  #signed(what: string, bits: number, size: number): number {
    const start = this.position;
    const first = this.peek() ?? 0x80;
    if (first < 0x80) {
      this.position++;
      return first < 0x40 ? first : first - 0x80;
    }
    let value = 0;
    for (let i = 0; ; i++) {
      const byte = this.byte(what);
      if (i === size - 1) this.#checkLast(what, bits, byte, size, start);
      value += (byte & 0x7f) * 2 ** (7 * i);
      if (byte < 0x80) return (byte & 0x40) === 0 ? value : value - 2 ** (7 * (i + 1));
    }
  }

  /** Skips an integer of 64 bits, checked as if it were read. */
  skip64(what: string, signed: boolean): void {
    if ((this.peek() ?? 0x80) < 0x80) this.position++;
    else if (signed) this.s64(what);
    else this.u64(what);
  }

  s64(what: string): bigint {
    const start = this.position;
    let value = 0n;
    for (let i = 0; ; i++) {
      const byte = this.byte(what);
      if (i === 9) this.#checkLast(what, 64, byte, 10, start);
      value |= BigInt(byte & 0x7f) << BigInt(7 * i);
      if (byte < 0x80) return BigInt.asIntN(7 * (i + 1), value);
    }
  }

  u64(what: string): bigint {
    const start = this.position;
    let value = 0n;
    for (let i = 0; ; i++) {
      const byte = this.byte(what);
      if (i === 9 && byte > 0x01) this.#overlong(what, "64 bits", byte, 10, start);
      value |= BigInt(byte & 0x7f) << BigInt(7 * i);
      if (byte < 0x80) return value;
    }
  }

  /** The last byte of a signed integer may only repeat the sign beyond its bits. */
  #checkLast(what: string, bits: number, byte: number, size: number, start: number): void {
    const used = bits - 7 * (size - 1);
    const beyond = 0x7f & (-1 << (used - 1));
    const sign = byte & beyond;
    if (byte >= 0x80 || (sign !== 0 && sign !== beyond)) {
      this.#overlong(what, `${bits} bits, signed`, byte, size, start);
    }
  }

  #overlong(what: string, width: string, byte: number, size: number, start: number): never {
    const found =
      byte >= 0x80 ? `an integer of more than ${size} bytes` : `bits beyond the width in ${hex(byte)}`;
    return this.fail(`${what}, an integer of ${width}`, found, start);
  }

  f32(what: string): number {
    const bytes = this.take(4, what);
    return new DataView(bytes.buffer, bytes.byteOffset).getFloat32(0, true);
  }

  f64(what: string): number {
    const bytes = this.take(8, what);
    return new DataView(bytes.buffer, bytes.byteOffset).getFloat64(0, true);
  }

  name(what: string): string {
    const size = this.u32(`length of ${what}`);
    const start = this.position;
    const bytes = this.take(size, what);
    try {
      return decoder.decode(bytes);
    } catch {
      return this.fail(`${what} in UTF-8`, "bytes that are not UTF-8", start);
    }
  }

  /** A count of items that take at least `itemSize` bytes each. */
  count(what: string, itemSize: number): number {
    const start = this.position;
    const items = this.u32(`count of ${what}`);
    if (items > this.remaining / itemSize) {
      this.fail(
        `at most ${Math.floor(this.remaining / itemSize)} ${what} in the ${count(this.remaining, "byte")} left`,
        `a count of ${items}`,
        start,
      );
    }
    return items;
  }

  /** Items behind their count; `label` names one of them in paths. */
  vec<T>(what: string, label: string, itemSize: number, read: () => T): T[] {
    const length = this.count(what, itemSize);
    const items: T[] = [];
    this.repeat(label, 0, length, () => items.push(read()));
    return items;
  }

  /** Calls `read` `times` times, with `label` and a number from `first` on in paths. */
  repeat(label: string, first: number, times: number, read: () => void): void {
    const frame: Frame = { label, index: first };
    this.#frames.push(frame);
    for (let i = 0; i < times; i++) {
      frame.index = first + i;
      read();
    }
    this.#frames.pop();
  }
}

function count(n: number, unit: string): string {
  return `${n} ${unit}${n === 1 ? "" : "s"}`;
}
