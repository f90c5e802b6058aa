/**
 * What HTTP allows in header fields, and what it leaves to those who have the connection.
 * Sources: RFC 9110, 5.1 and 5.5; wasi:http/types, `header-error`.
 */

/** In lower case: what a guest neither says nor sees, as in other hosts of WASI. */
const FORBIDDEN: string[] = [
  "connection",
  "host",
  "http2-settings",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "transfer-encoding",
  "upgrade",
];

export function isForbidden(name: string): bool {
  return FORBIDDEN.includes(name.toLowerCase());
}

/** A token: letters, digits and some signs. */
export function isToken(text: string): bool {
  for (let i = 0; i < text.length; i++) {
    if (!isTokenCharacter(text.charCodeAt(i))) return false;
  }
  return text.length > 0;
}

/** `!#$%&'*+-.^_`|~` beside letters and digits. */
function isTokenCharacter(c: i32): bool {
  if (c >= 0x30 && c <= 0x39) return true;
  if (c >= 0x41 && c <= 0x5a) return true;
  if (c >= 0x5e && c <= 0x7a) return true;
  if (c == 0x21 || c == 0x7c || c == 0x7e) return true;
  return (c >= 0x23 && c <= 0x27) || c == 0x2a || c == 0x2b || c == 0x2d || c == 0x2e;
}

/** No control characters but tabs. */
export function isValue(bytes: StaticArray<u8>): bool {
  for (let i = 0; i < bytes.length; i++) {
    const c = bytes[i];
    if ((c < 0x20 && c != 0x09) || c == 0x7f) return false;
  }
  return true;
}

/** Of a `content-length`; -1 for what is none. */
export function lengthOf(value: StaticArray<u8>): i64 {
  let length: i64 = 0;
  if (value.length == 0 || value.length > 15) return -1;
  for (let i = 0; i < value.length; i++) {
    if (value[i] < 0x30 || value[i] > 0x39) return -1;
    length = length * 10 + (value[i] - 0x30);
  }
  return length;
}
