/**
 * Integers. A small one that travels as a core value is cut to its own width.
 *
 * Source: CanonicalABI.md, `lift_flat_unsigned` and `lift_flat_signed`.
 */
import { and, apply, i32, type Code } from "./code.ts";
import type { Leaf, Sink, Source } from "./place.ts";

export type IntegerKind = "s8" | "u8" | "s16" | "u16" | "s32" | "u32" | "s64" | "u64";

interface Integer extends Leaf {
  /** Upper bits of a core value made those of the type. */
  readonly cut?: (value: Code) => Code;
}

const INTEGERS: Readonly<Record<IntegerKind, Integer>> = {
  u8: { core: "i32", load: "i32.load8_u", store: "i32.store8", cut: (v) => and(v, i32(0xff)) },
  s8: { core: "i32", load: "i32.load8_s", store: "i32.store8", cut: (v) => apply("i32.extend8_s", v) },
  u16: { core: "i32", load: "i32.load16_u", store: "i32.store16", cut: (v) => and(v, i32(0xffff)) },
  s16: { core: "i32", load: "i32.load16_s", store: "i32.store16", cut: (v) => apply("i32.extend16_s", v) },
  u32: { core: "i32", load: "i32.load", store: "i32.store" },
  s32: { core: "i32", load: "i32.load", store: "i32.store" },
  u64: { core: "i64", load: "i64.load", store: "i64.store" },
  s64: { core: "i64", load: "i64.load", store: "i64.store" },
};

export function takeInteger(kind: IntegerKind, source: Source): Code {
  const integer = INTEGERS[kind];
  const value = source.take(integer);
  return source.kind === "flat" && integer.cut ? integer.cut(value) : value;
}

export function copyInteger(kind: IntegerKind, source: Source, sink: Sink): Code {
  return sink.put(INTEGERS[kind], takeInteger(kind, source));
}

/** An unsigned integer of that many bytes: discriminants and flags. */
export function unsigned(bytes: 1 | 2 | 4): Leaf {
  return INTEGERS[({ 1: "u8", 2: "u16", 4: "u32" } as const)[bytes]];
}
