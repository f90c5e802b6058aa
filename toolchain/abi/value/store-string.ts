/**
 * Strings lowered into a guest's memory, in the guest's encoding.
 *
 * The specification's algorithms for a string that comes as UTF-16, which is
 * what JavaScript has: allocate for the best case, grow once to the worst, shrink
 * to fit. Source: CanonicalABI.md, "Storing", `store_string_into_range`.
 */
import type { GuestMemory } from "./memory.ts";
import { UTF16_TAG } from "./load-string.ts";

const WHAT = "a string";

/** The pointer and the length in code units, tagged where the encoding asks for it. */
export function storeString(memory: GuestMemory, text: string): [pointer: number, length: number] {
  switch (memory.encoding) {
    case "utf8":
      return storeUtf8(memory, text);
    case "utf16":
      return storeUtf16(memory, text);
    case "latin1+utf16":
      return storeLatin1OrUtf16(memory, text);
  }
}

/** `store_utf16_to_utf8` */
function storeUtf8(memory: GuestMemory, text: string): [number, number] {
  const encoded = Buffer.from(text, "utf8");
  let pointer = memory.allocate(1, text.length, WHAT);
  if (encoded.length > text.length) {
    const worst = 3 * text.length;
    pointer = memory.reallocate(pointer, text.length, 1, worst, WHAT);
    if (encoded.length < worst) pointer = memory.reallocate(pointer, worst, 1, encoded.length, WHAT);
  }
  // The specification writes the ASCII prefix before it grows; only a guest's realloc could see that.
  memory.bytes.set(encoded, pointer);
  return [pointer, encoded.length];
}

/** `store_string_copy` */
function storeUtf16(memory: GuestMemory, text: string): [number, number] {
  const pointer = memory.allocate(2, 2 * text.length, WHAT);
  memory.bytes.set(Buffer.from(text, "utf16le"), pointer);
  return [pointer, text.length];
}

/** `store_string_to_latin1_or_utf16` */
function storeLatin1OrUtf16(memory: GuestMemory, text: string): [number, number] {
  let pointer = memory.allocate(2, text.length, WHAT);
  if (isLatin1(text)) {
    memory.bytes.set(Buffer.from(text, "latin1"), pointer);
    return [pointer, text.length];
  }
  pointer = memory.reallocate(pointer, text.length, 2, 2 * text.length, WHAT);
  memory.bytes.set(Buffer.from(text, "utf16le"), pointer);
  return [pointer, text.length + UTF16_TAG];
}

function isLatin1(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0xff) return false;
  return true;
}
