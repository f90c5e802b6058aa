/**
 * The transfer memory as the devices see it: checked reads, allocated results.
 *
 * Devices meet the canonical ABI here and only here: strings are UTF-8, a
 * result that does not fit into one core value is laid out in memory that the
 * transfer module's `realloc` gave (CanonicalABI.md, `store`). Adapters have
 * validated what they pass, but a host takes nothing on trust: every offset is
 * compared with the memory's length before it is used.
 */
import { Buffer } from "node:buffer";
import { DeviceTrap, HostError } from "../host-error.ts";
import { KnownTexts } from "./known-texts.ts";

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const encoder = new TextEncoder();

/** Bytes of a text that a device takes. V8 has no texts of 512 MiB, and what is done with a long one takes its time. */
const LONGEST_TEXT = 16 * 1024 * 1024;

/** Offset and length in bytes of what lies in the transfer memory. */
export interface Span {
  readonly offset: number;
  readonly length: number;
}

const EMPTY: Span = { offset: 0, length: 0 };

export class Transfer {
  readonly #memory: WebAssembly.Memory;
  readonly #realloc: (...args: number[]) => unknown;
  /** All of the memory; empty once it has grown. */
  #all: Buffer<ArrayBuffer> = Buffer.alloc(0);
  readonly #texts = new KnownTexts();
  #words: DataView<ArrayBuffer> = new DataView(this.#all.buffer);

  /** Takes the exports of the transfer module's instance. Throws HostError when one is missing. */
  constructor(exports: WebAssembly.Exports) {
    const { memory, realloc } = exports;
    if (!(memory instanceof WebAssembly.Memory) || typeof realloc !== "function") {
      throw new HostError("The plan's transfer module must export `memory` and `realloc`.");
    }
    this.#memory = memory;
    this.#realloc = realloc as (...args: number[]) => unknown;
  }

  /** For a plan whose devices pass numbers only. */
  static absent(): Transfer {
    return new Transfer({ memory: new WebAssembly.Memory({ initial: 0 }), realloc: refuse });
  }

  /** A view of `length` bytes, valid until the next allocation. */
  bytes(offset: number, length: number): Uint8Array<ArrayBuffer> {
    const start = this.#checked(offset, length);
    return new Uint8Array(this.#all.buffer, start, length >>> 0);
  }

  /** Bytes as text, one character for each. Throws DeviceTrap where it is too long. */
  latin1(offset: number, length: number): string {
    expectText(length);
    const start = this.#checked(offset, length);
    return this.#texts.latin1(this.#all, start, length >>> 0);
  }

  /** A view of the whole memory, valid until the next allocation: without an object for each result. */
  words(offset: number, length: number): DataView {
    this.#checked(offset, length);
    return this.#words;
  }

  /** Returns the offset as it is meant. */
  #checked(offset: number, length: number): number {
    // The memory's own accessor takes longer.
    if (this.#all.length === 0) this.#look();
    const start = offset >>> 0;
    // More than 32 bits have come of a multiplication here.
    const end = start + (length < 0 ? length >>> 0 : length);
    if (end <= this.#all.length) return start;
    throw new HostError(
      `A device was given bytes ${start} to ${end} of a transfer memory of ${this.#all.length}.`,
    );
  }

  #look(): void {
    const { buffer } = this.#memory;
    this.#all = Buffer.from(buffer);
    this.#words = new DataView(buffer);
  }

  /** Throws DeviceTrap where it is too long. */
  string(offset: number, length: number): string {
    expectText(length);
    return decoder.decode(this.bytes(offset, length));
  }

  /** New bytes, not cleared. */
  allocate(size: number, alignment: number): Span {
    const offset = Number(this.#realloc(0, 0, alignment, size)) >>> 0;
    if (offset % alignment !== 0) throw new HostError(`The transfer module's realloc gave offset ${offset}.`);
    this.#checked(offset, size);
    return { offset, length: size };
  }

  /** Allocates and stores bytes: a list<u8>. */
  store(bytes: Uint8Array): Span {
    if (bytes.length === 0) return EMPTY;
    const span = this.allocate(bytes.length, 1);
    this.bytes(span.offset, span.length).set(bytes);
    return span;
  }

  /** Allocates and stores a string. */
  storeString(text: string): Span {
    return this.store(encoder.encode(text));
  }

  /** Allocates and stores a list whose elements were made beforehand. */
  storeList<T>(elements: readonly T[], layout: { size: number; alignment: number }, store: Store<T>): Span {
    const { offset } = this.allocate(elements.length * layout.size, layout.alignment);
    const view = this.view(offset, elements.length * layout.size);
    elements.forEach((element, index) => store(view, index * layout.size, element));
    return { offset, length: elements.length };
  }

  /** Allocates a result area, cleared, and lets `fill` write it. Returns its offset. */
  result(size: number, alignment: number, fill: (view: DataView) => void): number {
    const offset = this.cleared(size, alignment);
    fill(this.view(offset, size));
    return offset;
  }

  /** Allocates a result area that is all zeroes. Returns its offset. */
  cleared(size: number, alignment: number): number {
    const { offset } = this.allocate(size, alignment);
    // A loop takes less time for the few bytes of one.
    for (let at = offset; at < offset + size; at++) this.#all[at] = 0;
    return offset;
  }

  /** The result area of an `option<string>`: discriminant, offset, length. */
  optionString(span: Span | undefined): number {
    return this.result(12, 4, (view) => {
      if (span === undefined) return;
      view.setUint8(0, 1);
      storeSpan(view, 4, span);
    });
  }

  /** The result area of a list: offset, length. */
  list(span: Span): number {
    return this.result(8, 4, (view) => storeSpan(view, 0, span));
  }

  /** Of `length` bytes, valid until the next allocation. */
  view(offset: number, size: number): DataView {
    const { buffer, byteOffset, byteLength } = this.bytes(offset, size);
    return new DataView(buffer, byteOffset, byteLength);
  }
}

/** Writes one element at `at`. */
export type Store<T> = (view: DataView, at: number, element: T) => void;

/** Stores a string or a list: offset, then length. */
export function storeSpan(view: DataView, at: number, span: Span): void {
  view.setUint32(at, span.offset, true);
  view.setUint32(at + 4, span.length, true);
}

function expectText(length: number): void {
  const bytes = length >>> 0;
  if (bytes > LONGEST_TEXT)
    throw new DeviceTrap(`a text of ${bytes} bytes was passed, expected ${LONGEST_TEXT} at most`);
}

function refuse(): never {
  throw new HostError("A device's result needs memory, and the plan has no transfer module.");
}
