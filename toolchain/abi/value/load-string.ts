/**
 * Strings lifted out of a guest's memory, in the guest's encoding.
 *
 * Source: CanonicalABI.md, "Loading", `load_string_from_range`.
 */
import { Trap, trapIf } from "../error.ts";
import { type GuestMemory, MAX_STRING_BYTE_LENGTH, OBJECT_SIZE } from "./memory.ts";

const SECTION = "Loading";
/** In a `latin1+utf16` length: set when the string is UTF-16. */
export const UTF16_TAG: number = 2 ** 31;

type Encoding = "utf8" | "utf16" | "latin1";

/** The string at a pointer that the guest gave; `length` counts code units and may be tagged. */
export function loadString(memory: GuestMemory, pointer: number, length: number): string {
  const { encoding, byteLength, align } = rangeOf(memory, length);
  trapIf(
    byteLength > MAX_STRING_BYTE_LENGTH,
    `a string must have at most ${MAX_STRING_BYTE_LENGTH} bytes, found ${byteLength}`,
    SECTION,
  );
  memory.requireRange(pointer, byteLength, align, "a string", SECTION);
  memory.claim(OBJECT_SIZE + byteLength);
  // A copy, because decoders refuse memory that is shared.
  return decode(memory.bytes.slice(pointer, pointer + byteLength), encoding);
}

function rangeOf(
  memory: GuestMemory,
  length: number,
): { encoding: Encoding; byteLength: number; align: number } {
  switch (memory.encoding) {
    case "utf8":
      return { encoding: "utf8", byteLength: length, align: 1 };
    case "utf16":
      return { encoding: "utf16", byteLength: 2 * length, align: 2 };
    case "latin1+utf16":
      return length >= UTF16_TAG
        ? { encoding: "utf16", byteLength: 2 * (length - UTF16_TAG), align: 2 }
        : { encoding: "latin1", byteLength: length, align: 2 };
  }
}

function decode(bytes: Uint8Array, encoding: Encoding): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // Not TextDecoder("latin1"): the web's latin1 is windows-1252, which maps 0x80 to 0x9f elsewhere.
  if (encoding === "latin1") return buffer.toString("latin1");
  if (encoding === "utf8") return decodeUtf8(bytes);
  const text = buffer.toString("utf16le");
  trapIf(!text.isWellFormed(), "a UTF-16 string must not have unpaired surrogates", SECTION);
  return text;
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Trap("a UTF-8 string must be well-formed", SECTION);
  }
}
