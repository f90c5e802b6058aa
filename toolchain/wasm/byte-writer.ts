/**
 * A growing byte buffer with the primitive encodings of both binary formats.
 *
 * Integers are written in their shortest form. Values come from our own data,
 * so a value out of range is a defect of the caller: a RangeError, not a
 * WasmError. Core spec 3.0 §5.2 "Values".
 */

const encoder = new TextEncoder();

/** Writes bytes front to back. */
export class ByteWriter {
  #buffer: Uint8Array<ArrayBuffer>;
  #length = 0;

  constructor(capacity = 256) {
    this.#buffer = new Uint8Array(capacity);
  }

  /** Bytes written so far. */
  get length(): number {
    return this.#length;
  }

  /** Forgets what was written, and keeps the room. */
  clear(): void {
    this.#length = 0;
  }

  /** A copy of what was written. */
  toBytes(): Uint8Array<ArrayBuffer> {
    return this.#buffer.slice(0, this.#length);
  }

  #reserve(count: number): number {
    const start = this.#length;
    const needed = start + count;
    if (needed > this.#buffer.length) {
      const grown = new Uint8Array(Math.max(needed, this.#buffer.length * 2));
      grown.set(this.#buffer.subarray(0, start));
      this.#buffer = grown;
    }
    this.#length = needed;
    return start;
  }

  byte(value: number): void {
    const at = this.#reserve(1);
    this.#buffer[at] = value;
  }

  /** What another writer holds. */
  written(other: ByteWriter): void {
    this.bytes(other.#buffer.subarray(0, other.#length));
  }

  bytes(values: ArrayLike<number>): void {
    const at = this.#reserve(values.length);
    this.#buffer.set(values, at);
  }

  u32(value: number): void {
    if (!Number.isInteger(value) || value < 0 || value > 0xffff_ffff) {
      throw new RangeError(`${value} is not an unsigned integer of 32 bits`);
    }
    let rest = value;
    while (rest >= 0x80) {
      this.byte((rest & 0x7f) | 0x80);
      rest = Math.floor(rest / 0x80);
    }
    this.byte(rest);
  }

  u64(value: number | bigint): void {
    let rest = BigInt(value);
    if (BigInt.asUintN(64, rest) !== rest) {
      throw new RangeError(`${value} is not an unsigned integer of 64 bits`);
    }
    while (rest >= 0x80n) {
      this.byte(Number(rest & 0x7fn) | 0x80);
      rest >>= 7n;
    }
    this.byte(Number(rest));
  }

  /** Takes either reading of 32 bits, signed or unsigned. */
  s32(value: number): void {
    if (!Number.isInteger(value) || value < -0x8000_0000 || value > 0xffff_ffff) {
      throw new RangeError(`${value} is not an integer of 32 bits`);
    }
    this.#signed(value | 0);
  }

  /** A type code or index where the format keeps the negative half for codes. */
  s33(value: number): void {
    if (!Number.isInteger(value) || value < -0x1_0000_0000 || value > 0xffff_ffff) {
      throw new RangeError(`${value} is not a signed integer of 33 bits`);
    }
    this.#signed(value);
  }

  #signed(value: number): void {
    let rest = value;
    while (rest < -0x40 || rest >= 0x40) {
      this.byte((rest & 0x7f) | 0x80);
      rest = Math.floor(rest / 0x80);
    }
    this.byte(rest & 0x7f);
  }

  /** Takes either reading of 64 bits, signed or unsigned. */
  s64(value: bigint): void {
    if (value < -(1n << 63n) || value >= 1n << 64n) {
      throw new RangeError(`${value} is not an integer of 64 bits`);
    }
    let rest = BigInt.asIntN(64, value);
    while (rest < -0x40n || rest >= 0x40n) {
      this.byte(Number(rest & 0x7fn) | 0x80);
      rest >>= 7n;
    }
    this.byte(Number(rest & 0x7fn));
  }

  f32(value: number): void {
    const at = this.#reserve(4);
    new DataView(this.#buffer.buffer).setFloat32(at, value, true);
  }

  f64(value: number): void {
    const at = this.#reserve(8);
    new DataView(this.#buffer.buffer).setFloat64(at, value, true);
  }

  /** A name in UTF-8 behind its length in bytes. */
  name(value: string): void {
    if (!value.isWellFormed()) throw new RangeError(`${JSON.stringify(value)} has a lone surrogate`);
    this.sized(encoder.encode(value));
  }

  /** Bytes behind their length. */
  sized(values: Uint8Array): void {
    this.u32(values.length);
    this.bytes(values);
  }

  /** Items behind their count. */
  vec<T>(items: readonly T[], write: (item: T) => void): void {
    this.u32(items.length);
    for (const item of items) write(item);
  }
}
