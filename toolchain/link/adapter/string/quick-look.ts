/**
 * Sixteen bytes of text at a time: what is the same for all of them is seen at once.
 */
import { all, apply, get, lanes16, op, set, type Code, type Local } from "../code.ts";
import type { Side } from "../crossing.ts";
import { storeVector } from "../vectors.ts";

/** A bit for each of sixteen bytes that is not ASCII. */
export function anyNotAscii(bytes: Code): Code {
  return apply("i8x16.bitmask", bytes);
}

/** Nonzero if one of eight units has a bit of `mask`. */
export function anyUnitHas(mask: number, units: Code): Code {
  return apply("v128.any_true", apply("v128.and", units, lanes16(mask)));
}

/** A bit for each of eight units that is a surrogate. */
export function surrogates(units: Code): Code {
  return apply(
    "i16x8.bitmask",
    apply("i16x8.eq", apply("v128.and", units, lanes16(0xf800)), lanes16(0xd800)),
  );
}

/** Eight bytes more of zeros: sixteen bytes become sixteen units at `target`. */
export function storeWidened(side: Side, target: Local, bytes: Local): Code {
  return all(
    storeVector(side, target, apply("i16x8.extend_low_i8x16_u", get(bytes))),
    storeVector(side, target, apply("i16x8.extend_high_i8x16_u", get(bytes)), 16),
  );
}

/**
 * What a text has in it that the quick look cannot judge, gathered in `seen`.
 *
 * UTF-8: the bits of all bytes; those beyond ASCII have the highest. UTF-16: each
 * lane's least distance from 0xd800, upwards around the circle; that of a surrogate
 * is below 0x800.
 */
export function gather(encoding: "utf8" | "utf16", seen: Local, vector: Code): Code {
  if (encoding === "utf8") return set(seen, apply("v128.or", get(seen), vector));
  const distances = apply("i16x8.sub", vector, lanes16(0xd800));
  return set(seen, apply("i16x8.min_u", get(seen), distances));
}
/** `seen` of a text without any characters. */
export function gatherNothing(encoding: "utf8" | "utf16", seen: Local): Code {
  return set(seen, lanes16(encoding === "utf8" ? 0 : 0xffff));
}
/** Nonzero if the exact look is needed. */
export function gathered(encoding: "utf8" | "utf16", seen: Local): Code {
  if (encoding === "utf8") return anyNotAscii(get(seen));
  return apply("v128.any_true", apply("i16x8.lt_u", get(seen), lanes16(0x800)));
}

/** Two 64-bit integers as one vector. */
export function pair(low: Code, high: Code): Code {
  return op("i64x2.replace_lane", [1], apply("i64x2.splat", low), high);
}
