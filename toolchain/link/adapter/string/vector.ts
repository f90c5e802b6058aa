/**
 * Sixteen bytes of text at a time: what is the same for all of them is seen at once.
 */
import { all, apply, get, lanes16, load, op, set, store, type Code, type Local } from "../code.ts";
import { memoryOf, type Side } from "../crossing.ts";

export function loadVector(side: Side, address: Local, offset = 0): Code {
  return load("v128.load", get(address), { memory: memoryOf(side), offset });
}
export function storeVector(side: Side, address: Local, vector: Code, offset = 0): Code {
  return store("v128.store", get(address), vector, { memory: memoryOf(side), offset });
}

/** Nonzero if one of sixteen bytes is not ASCII. */
export function anyNotAscii(bytes: Code): Code {
  return apply("i8x16.bitmask", bytes);
}

/** Nonzero if one of eight units has a bit of `mask`. */
export function anyUnitHas(mask: number, units: Code): Code {
  return apply("v128.any_true", apply("v128.and", units, lanes16(mask)));
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
 * UTF-8: bytes beyond ASCII. UTF-16: units that are surrogates.
 */
export function gather(encoding: "utf8" | "utf16", seen: Local, vector: Code): Code {
  if (encoding === "utf8") return set(seen, apply("v128.or", get(seen), vector));
  const surrogates = apply("i16x8.eq", apply("v128.and", vector, lanes16(0xf800)), lanes16(0xd800));
  return set(seen, apply("v128.or", get(seen), surrogates));
}
export function gathered(encoding: "utf8" | "utf16", seen: Local): Code {
  return encoding === "utf8" ? anyNotAscii(get(seen)) : apply("v128.any_true", get(seen));
}

/** Two 64-bit integers as one vector. */
export function pair(low: Code, high: Code): Code {
  return op("i64x2.replace_lane", [1], apply("i64x2.splat", low), high);
}
