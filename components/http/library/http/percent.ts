/** Percent-encoding of parts of a URL (RFC 3986, section 2.1), over UTF-8. */
import { Builder } from "../json/builder";
import { fromUtf8, toUtf8 } from "./utf8";

/** `a%20b` → `a b`. A `%` without two hexadecimal digits behind it stays as it is. */
export function decodeComponent(text: string): string {
  return text.includes("%") ? decoded(text) : text;
}

/** A part of a form or a query, where `+` stands for a space. */
export function decodeFormPart(text: string): string {
  return decodeComponent(text.includes("+") ? text.replaceAll("+", " ") : text);
}

const HEX = "0123456789ABCDEF";

/** Letters, digits and `-._~` stay; all else becomes `%XX`. */
export function encodeComponent(text: string): string {
  const bytes = toUtf8(text);
  const made = new Builder();
  for (let i = 0; i < bytes.length; i++) {
    const byte = <i32>bytes[i];
    if (isUnreserved(byte)) {
      made.unit(byte);
      continue;
    }
    made.unit(0x25);
    made.unit(HEX.charCodeAt(byte >> 4));
    made.unit(HEX.charCodeAt(byte & 15));
  }
  return made.toString();
}

function decoded(text: string): string {
  const bytes = toUtf8(text);
  const result = new StaticArray<u8>(bytes.length);
  let count = 0;
  for (let i = 0; i < bytes.length; i++) {
    const value = bytes[i] == 0x25 && i + 2 < bytes.length ? byteOf(bytes[i + 1], bytes[i + 2]) : -1;
    if (value < 0) result[count++] = bytes[i];
    else {
      result[count++] = <u8>value;
      i += 2;
    }
  }
  return fromUtf8(StaticArray.fromArray(result.slice<u8[]>(0, count)));
}

/** Of two hexadecimal digits; -1 where they are none. */
function byteOf(high: u8, low: u8): i32 {
  const a = hexDigit(high);
  const b = hexDigit(low);
  return a < 0 || b < 0 ? -1 : a * 16 + b;
}

function hexDigit(byte: u8): i32 {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

function isUnreserved(byte: i32): bool {
  const lower = byte | 0x20;
  if (lower >= 0x61 && lower <= 0x7a) return true;
  if (byte >= 0x30 && byte <= 0x39) return true;
  return byte == 0x2d || byte == 0x2e || byte == 0x5f || byte == 0x7e;
}
