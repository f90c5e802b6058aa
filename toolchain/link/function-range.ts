/**
 * The function around a byte of a module: where it begins and ends.
 *
 * Only for modules that the engine has compiled; whatever else the bytes are,
 * there is an answer, and the walk ends with them.
 * Source: Core spec 3.0 §5.5.2 "Sections", §5.5.13 "Code Section".
 */
const PREAMBLE_BYTES = 8;
const CODE_SECTION = 10;

export interface ByteRange {
  readonly start: number;
  /** Just after the last byte. */
  readonly end: number;
}

/** The body that holds `offset`; empty where there is none. */
export function functionRange(bytes: Uint8Array, offset: number): ByteRange {
  const code = codeSection(bytes);
  if (code === undefined) return { start: offset, end: offset };
  let at = code;
  const count = readU32(bytes, at);
  at = count.next;
  for (let i = 0; i < count.value && at <= offset && at < bytes.length; i++) {
    const size = readU32(bytes, at);
    const end = size.next + size.value;
    if (offset < end) return { start: size.next, end };
    at = end;
  }
  return { start: offset, end: offset };
}

function codeSection(bytes: Uint8Array): number | undefined {
  let at = PREAMBLE_BYTES;
  while (at < bytes.length) {
    const id = bytes[at];
    const size = readU32(bytes, at + 1);
    if (id === CODE_SECTION) return size.next;
    at = size.next + size.value;
  }
  return undefined;
}

/** LEB128, at most five bytes. */
function readU32(bytes: Uint8Array, at: number): { value: number; next: number } {
  let value = 0;
  for (let i = 0; i < 5; i++) {
    const byte = bytes[at + i] ?? 0;
    value += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) return { value, next: at + i + 1 };
  }
  return { value, next: at + 5 };
}
