/** Whom a request is for: a host and a port, as HTTP writes them, and nobody's name or password. */

export function isAuthority(text: string): bool {
  for (let i = 0; i < text.length; i++) {
    if (!isOfAuthority(text.charCodeAt(i))) return false;
  }
  return text.length > 0;
}

/** Of the bytes that a client sent, which can be anything; null for what is none. */
export function authorityOf(bytes: StaticArray<u8>): string | null {
  for (let i = 0; i < bytes.length; i++) {
    if (!isOfAuthority(bytes[i])) return null;
  }
  return bytes.length == 0 ? null : String.UTF8.decodeUnsafe(changetype<usize>(bytes), bytes.length);
}

/** Letters and digits, `-.:[]_`. */
function isOfAuthority(c: i32): bool {
  if ((c | 0x20) >= 0x61 && (c | 0x20) <= 0x7a) return true;
  return (c >= 0x2d && c <= 0x3a && c != 0x2f) || c == 0x5b || c == 0x5d || c == 0x5f;
}
