/** Bytes of a DWARF section, read from one place to the next. DWARF 4, section 7, for 64-bit little-endian files. */
export class DwarfData {
  readonly #view: DataView;
  readonly #bytes: Uint8Array;
  at: number;

  constructor(bytes: Uint8Array, at = 0) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = at;
  }

  get length(): number {
    return this.#bytes.length;
  }

  u8(): number {
    return this.#view.getUint8(this.at++);
  }
  s8(): number {
    return this.#view.getInt8(this.at++);
  }
  u16(): number {
    this.at += 2;
    return this.#view.getUint16(this.at - 2, true);
  }
  u32(): number {
    this.at += 4;
    return this.#view.getUint32(this.at - 4, true);
  }
  /** An address: those of an image fit a number. */
  u64(): number {
    this.at += 8;
    return Number(this.#view.getBigUint64(this.at - 8, true));
  }

  /** Section 7.6: little-endian groups of seven bits. */
  uleb(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.u8();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  }
  sleb(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.u8();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return (byte & 0x40) === 0 ? value : value - scale * 128;
    }
  }

  text(): string {
    const end = this.#bytes.indexOf(0, this.at);
    const found = Buffer.from(this.#bytes.subarray(this.at, end)).toString("utf8");
    this.at = end + 1;
    return found;
  }
}
