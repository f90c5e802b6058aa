/** `TextEncoder` and `TextDecoder`, which QuickJS does not have. */

export function encode(text) {
  const bytes = [];
  for (const character of text.toWellFormed()) {
    const code = character.codePointAt(0);
    if (code < 0x80) bytes.push(code);
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 63));
    else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
    else
      bytes.push(
        0xf0 | (code >> 18),
        0x80 | ((code >> 12) & 63),
        0x80 | ((code >> 6) & 63),
        0x80 | (code & 63),
      );
  }
  return new Uint8Array(bytes);
}

class TextEncoder {
  encoding = "utf-8";
  /** @param {unknown} text Anything: its text is meant. */
  encode(text = "") {
    return encode(String(text));
  }
}

class TextDecoder {
  encoding = "utf-8";
  constructor(label = "utf-8", { fatal = false, ignoreBOM = false } = {}) {
    if (!/^\s*(utf-?8|unicode-1-1-utf-8)\s*$/i.test(label))
      throw new RangeError(`TextDecoder: ${label} is not UTF-8`);
    this.fatal = fatal;
    this.ignoreBOM = ignoreBOM;
  }
  decode(given = new Uint8Array()) {
    const bytes = bytesOf(given);
    const parts = [];
    for (let at = 0; at < bytes.length;) {
      const [code, length, isWrong] = decodeOne(bytes, at);
      if (isWrong && this.fatal) throw new TypeError(`TextDecoder: byte ${at} is not UTF-8`);
      parts.push(String.fromCodePoint(code));
      at += length;
    }
    if (parts[0] === "\ufeff" && !this.ignoreBOM) parts.shift();
    return parts.join("");
  }
}

function bytesOf(given) {
  if (ArrayBuffer.isView(given)) return new Uint8Array(given.buffer, given.byteOffset, given.byteLength);
  return new Uint8Array(given);
}

/** Code point and length of what stands at `at`; U+FFFD and `true` for what is no UTF-8. */
function decodeOne(bytes, at) {
  const first = bytes[at];
  if (first < 0x80) return [first, 1];
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4) return [0xfffd, 1, true];
  let code = first & (0x7f >> length);
  for (let i = 1; i < length; i++) {
    const next = bytes[at + i];
    if (next === undefined || (next & 0xc0) !== 0x80) return [0xfffd, i, true];
    code = (code << 6) | (next & 63);
  }
  const least = [0, 0, 0x80, 0x800, 0x10000][length];
  if (code < least || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return [0xfffd, 1, true];
  return [code, length];
}

Object.assign(globalThis, { TextEncoder, TextDecoder });
