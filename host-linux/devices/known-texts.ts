/**
 * Short texts that come again and again, such as the headers of answers: to compare
 * bytes with those of a text that is known takes less time than to make it.
 */
import type { Buffer } from "node:buffer";

interface Known {
  readonly bytes: Uint8Array;
  readonly text: string;
}

/** Bytes of a text that is kept; longer ones seldom come twice. */
const LONGEST = 64;
const SLOTS = 256;

export class KnownTexts {
  readonly #slots: (Known | undefined)[] = Array.from({ length: SLOTS });

  /** One character for each byte. */
  latin1(all: Buffer, start: number, length: number): string {
    if (length === 0) return "";
    const end = start + length;
    if (length > LONGEST) return all.toString("latin1", start, end);
    const slot = slotOf(all, start, length);
    const known = this.#slots[slot];
    if (known !== undefined && isSame(known.bytes, all, start, length)) return known.text;
    const text = all.toString("latin1", start, end);
    this.#slots[slot] = { bytes: new Uint8Array(all.subarray(start, end)), text };
    return text;
  }
}

/** Texts of one slot only push each other out. */
function slotOf(all: Buffer, start: number, length: number): number {
  const [first, middle, last] = [all[start]!, all[start + (length >> 1)]!, all[start + length - 1]!];
  return (length * 61 + first * 31 + middle * 7 + last) % SLOTS;
}

function isSame(known: Uint8Array, all: Buffer, start: number, length: number): boolean {
  if (known.length !== length) return false;
  for (let i = 0; i < length; i++) if (known[i] !== all[start + i]) return false;
  return true;
}
