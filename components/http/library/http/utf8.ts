/**
 * Text ↔ bytes in UTF-8.
 *
 * Bytes come from outside, so what is not UTF-8 reads as U+FFFD, one for each byte that
 * fits nowhere: AssemblyScript's own decoder trusts its input, and would make half
 * surrogate pairs, which no component may pass on.
 */

export function toUtf8(text: string): StaticArray<u8> {
  const length = String.UTF8.byteLength(text);
  const bytes = new StaticArray<u8>(length);
  String.UTF8.encodeUnsafe(
    changetype<usize>(text),
    text.length,
    changetype<usize>(bytes),
    false,
    String.UTF8.ErrorMode.REPLACE,
  );
  return bytes;
}

export function fromUtf8(bytes: StaticArray<u8>): string {
  const length = bytes.length;
  // Each byte gives one UTF-16 unit at most.
  const units = new StaticArray<u16>(length);
  let count = 0;
  let at = 0;
  while (at < length) {
    const first = <u32>bytes[at];
    if (first < 0x80) {
      units[count++] = <u16>first;
      at++;
      continue;
    }
    const size = sizeOf(first);
    const point = size == 0 || at + size > length ? -1 : pointAt(bytes, at, size);
    if (point < 0) {
      units[count++] = 0xfffd;
      at++;
      continue;
    }
    at += size;
    if (point < 0x10000) units[count++] = <u16>point;
    else {
      units[count++] = <u16>(0xd800 + ((point - 0x10000) >> 10));
      units[count++] = <u16>(0xdc00 + ((point - 0x10000) & 0x3ff));
    }
  }
  return String.UTF16.decodeUnsafe(changetype<usize>(units), (<usize>count) << 1);
}

/** Bytes of a character by its first one; 0 for one that begins none. */
function sizeOf(first: u32): i32 {
  if (first < 0xc2) return 0;
  if (first < 0xe0) return 2;
  if (first < 0xf0) return 3;
  return first < 0xf5 ? 4 : 0;
}

/** Its code point; -1 for bytes that are none: too long for it, a surrogate, above U+10FFFF. */
function pointAt(bytes: StaticArray<u8>, at: i32, size: i32): i32 {
  let point = <i32>bytes[at] & (0xff >> (size + 1));
  for (let i = 1; i < size; i++) {
    const next = <i32>bytes[at + i];
    if ((next & 0xc0) != 0x80) return -1;
    point = (point << 6) | (next & 0x3f);
  }
  if (size == 3 && (point < 0x800 || (point >= 0xd800 && point <= 0xdfff))) return -1;
  return size == 4 && (point < 0x10000 || point > 0x10ffff) ? -1 : point;
}
