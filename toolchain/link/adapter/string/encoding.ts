/**
 * What all transcoders begin with: the claim of a string, checked.
 *
 * Source: CanonicalABI.md, `load_string_from_range`.
 */
import type { CoreFuncIndex } from "../../../wasm/index.ts";
import { all, below, get, i32, shl, type Body, type Code, type Local } from "../code.ts";
import { arrow, type Crossing } from "../crossing.ts";
import { checkAligned, checkRange } from "../memory.ts";
import { trapIf } from "../trap.ts";

/** An encoding without a tag: `latin1` occurs in `latin1+utf16` only. */
export type SimpleEncoding = "utf8" | "utf16" | "latin1";

/** Set in the length of a `latin1+utf16` string that is in UTF-16. */
export const UTF16_TAG = 0x8000_0000;

/** `MAX_STRING_BYTE_LENGTH` */
const MAX_BYTES = 2 ** 28 - 1;

/** Log2 of the bytes of a code unit. */
export function unitShift(encoding: SimpleEncoding): 0 | 1 {
  return encoding === "utf16" ? 1 : 0;
}

/** A `latin1` string is aligned as the UTF-16 that it could have been. */
export function alignmentOf(encoding: SimpleEncoding): 1 | 2 {
  return encoding === "utf8" ? 1 : 2;
}

/** Everything but the range. */
export function checkClaim(crossing: Crossing, encoding: SimpleEncoding, pointer: Local, units: Local): Code {
  const { module } = crossing;
  const most = MAX_BYTES >> unitShift(encoding);
  return all(
    trapIf(module, below(i32(most), get(units)), "string is too long"),
    checkAligned(module, pointer, alignmentOf(encoding), "string pointer is not aligned"),
  );
}

export function checkString(
  crossing: Crossing,
  encoding: SimpleEncoding,
  pointer: Local,
  units: Local,
): Code {
  const { module, from } = crossing;
  const bytes = byteLength(encoding, units);
  return all(
    checkClaim(crossing, encoding, pointer, units),
    checkRange(module, from, pointer, bytes, "string is out of bounds"),
  );
}

/** Of a checked string: cannot overflow. */
export function byteLength(encoding: SimpleEncoding, units: Local): Code {
  const shift = unitShift(encoding);
  return shift === 0 ? get(units) : shl(get(units), shift);
}

/** The function `(pointer, code units) -> (pointer, code units)` between two encodings. */
export function transcoder(
  crossing: Crossing,
  from: string,
  to: string,
  code: (body: Body, source: Local, units: Local) => Code,
): CoreFuncIndex {
  return crossing.module.helper(
    `string ${from} to ${to}, ${arrow(crossing)}`,
    { params: ["i32", "i32"], results: ["i32", "i32"] },
    (body) => code(body, body.param(0), body.param(1))(body),
  );
}
