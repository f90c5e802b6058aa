/**
 * Globals of the web that QuickJS does not have, for the programs that name them:
 * the bundler leaves the others out.
 */
import { getStderr } from "wasi:cli/stderr@0.2.12";
import { getStdout } from "wasi:cli/stdout@0.2.12";

/** Bytes that one `blocking-write-and-flush` takes. */
const MOST = 4096;

function writer(get) {
  let output;
  return (...values) => {
    const bytes = encode(`${values.map(show).join(" ")}\n`);
    output ??= get();
    for (let at = 0; at < bytes.length; at += MOST) output.blockingWriteAndFlush(bytes.slice(at, at + MOST));
  };
}

function show(value) {
  if (typeof value === "string") return value;
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (typeof value !== "object" || value === null) return String(value);
  try {
    return JSON.stringify(value);
  } catch {
    return String(value);
  }
}

export const console = /* @__PURE__ */ (() => {
  const [out, err] = [writer(getStdout), writer(getStderr)];
  return { log: out, info: out, debug: out, warn: err, error: err, trace: err };
})();

function encode(text) {
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

export class TextEncoder {
  encoding = "utf-8";
  encode(text = "") {
    return encode(text);
  }
}

export class TextDecoder {
  encoding = "utf-8";
  decode(given = new Uint8Array()) {
    const bytes = given instanceof ArrayBuffer ? new Uint8Array(given) : given;
    let text = "";
    for (let at = 0; at < bytes.length;) {
      const [code, length] = decodeOne(bytes, at);
      text += String.fromCodePoint(code);
      at += length;
    }
    return text.startsWith("\ufeff") ? text.slice(1) : text;
  }
}

/** Code point and length of what stands at `at`; U+FFFD for what is no UTF-8. */
function decodeOne(bytes, at) {
  const first = bytes[at];
  if (first < 0x80) return [first, 1];
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4) return [0xfffd, 1];
  let code = first & (0x7f >> length);
  for (let i = 1; i < length; i++) {
    const next = bytes[at + i];
    if (next === undefined || (next & 0xc0) !== 0x80) return [0xfffd, i];
    code = (code << 6) | (next & 63);
  }
  const least = [0, 0, 0x80, 0x800, 0x10000][length];
  if (code < least || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return [0xfffd, 1];
  return [code, length];
}
