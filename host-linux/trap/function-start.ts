/**
 * Where the function around a byte of a module begins.
 *
 * Only for modules that the engine has compiled; whatever else the bytes are,
 * the answer is a number, and the walk ends with them.
 * Source: Core spec 3.0 §5.5.2 "Sections", §5.5.13 "Code Section".
 */
const PREAMBLE_BYTES = 8;
const CODE_SECTION = 10;

/** Offset of the body that holds `offset`; `offset` itself where there is none. */
export function functionStart(bytes: Uint8Array, offset: number): number {
  const code = codeSection(bytes);
  if (code === undefined) return offset;
  let at = code;
  const count = readU32(bytes, at);
  at = count.next;
  for (let i = 0; i < count.value && at <= offset && at < bytes.length; i++) {
    const size = readU32(bytes, at);
    if (offset < size.next + size.value) return size.next;
    at = size.next + size.value;
  }
  return offset;
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
