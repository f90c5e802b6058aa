/**
 * A guest's linear memory, seen from outside, and the guest's allocator.
 *
 * Pointers and lengths that a guest hands out are claims: whoever uses one calls
 * `requireRange` first. Source: CanonicalABI.md, "Lifting and Lowering Context".
 */
import type { component } from "../../wasm/index.ts";
import { AbiError, notSupported, Trap, trapIf } from "../error.ts";
import type { HandleContext } from "./handles.ts";

/** The options of a `canon lift` or `canon lower`, as far as values need them. */
export interface CanonicalOptions {
  readonly memory?: { readonly buffer: ArrayBuffer | SharedArrayBuffer } | undefined;
  readonly realloc?: Realloc | undefined;
  /** `utf8` when absent, as in the specification. */
  readonly encoding?: component.StringEncoding | undefined;
  /** Needed where resources cross. */
  readonly handles?: HandleContext | undefined;
}

/** `(old pointer, old size, alignment, new size) -> pointer`, sizes in bytes. */
export type Realloc = (oldPointer: number, oldSize: number, align: number, newSize: number) => unknown;

/** CanonicalABI.md, "Loading". */
export const MAX_STRING_BYTE_LENGTH: number = 2 ** 28 - 1;
export const MAX_LIST_BYTE_LENGTH: number = 2 ** 28 - 1;

/** About what a JavaScript object takes, in bytes. */
export const OBJECT_SIZE: number = 128;
/** Bytes of our own memory that one call's values may take. */
const MAX_CLAIMED = 2 ** 30;

export class GuestMemory {
  readonly encoding: component.StringEncoding;
  readonly #options: CanonicalOptions;
  #claimed = 0;

  constructor(options: CanonicalOptions) {
    this.#options = options;
    this.encoding = options.encoding ?? "utf8";
  }

  /** @throws AbiError where resources are passed to or from JavaScript without tables. */
  get handles(): HandleContext {
    const { handles } = this.#options;
    if (handles === undefined) throw notSupported("", "passing resources to or from JavaScript");
    return handles;
  }

  /** Made anew each time, because a guest that grows its memory detaches the old buffer. */
  get bytes(): Uint8Array {
    return new Uint8Array(this.#buffer);
  }

  get view(): DataView {
    return new DataView(this.#buffer);
  }

  /** Traps unless the range is aligned and lies in memory. Sums are exact: all are far below 2^53. */
  requireRange(pointer: number, size: number, align: number, what: string, section: string): void {
    trapIf(pointer % align !== 0, `pointer ${hex(pointer)} of ${what} must be aligned to ${align}`, section);
    const end = this.#buffer.byteLength;
    trapIf(
      pointer + size > end,
      `${what} at ${hex(pointer)} of ${size} bytes must end within memory, which has ${end}`,
      section,
    );
  }

  /** New memory from the guest's `realloc`, checked. */
  allocate(align: number, size: number, what: string): number {
    return this.reallocate(0, 0, align, size, what);
  }

  reallocate(oldPointer: number, oldSize: number, align: number, newSize: number, what: string): number {
    const { realloc } = this.#options;
    if (realloc === undefined) throw new AbiError("", `lowering ${what} needs the canonical option realloc`);
    const pointer = Number(realloc(oldPointer, oldSize, align, newSize)) >>> 0;
    this.requireRange(pointer, newSize, align, what, "Storing");
    return pointer;
  }

  /**
   * Counts what lifting makes of the guest's memory.
   *
   * Lists may point to the same place again and again, so that a page of memory
   * describes more than any computer has. The limit is ours; the specification has none.
   */
  claim(size: number): void {
    this.#claimed += size;
    if (this.#claimed > MAX_CLAIMED) {
      throw new Trap(`a value lifted to JavaScript must take at most ${MAX_CLAIMED} bytes there`);
    }
  }

  /** `size` bytes, unsigned, little-endian; the range has been checked. */
  loadInteger(pointer: number, size: 1 | 2 | 4): number {
    if (size === 1) return this.view.getUint8(pointer);
    return size === 2 ? this.view.getUint16(pointer, true) : this.view.getUint32(pointer, true);
  }

  storeInteger(pointer: number, size: 1 | 2 | 4, value: number): void {
    if (size === 1) this.view.setUint8(pointer, value);
    else if (size === 2) this.view.setUint16(pointer, value, true);
    else this.view.setUint32(pointer, value, true);
  }

  get #buffer(): ArrayBuffer | SharedArrayBuffer {
    const { memory } = this.#options;
    if (memory === undefined)
      throw new AbiError("", "this function's types need the canonical option memory");
    return memory.buffer;
  }
}

function hex(pointer: number): string {
  return `0x${pointer.toString(16)}`;
}
