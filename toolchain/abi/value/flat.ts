/**
 * Core values on their way through a flat signature.
 *
 * In JavaScript an i32 is a number of either sign, an i64 a bigint, f32 and f64
 * numbers. Source: CanonicalABI.md, "Flat Lifting", `CoreValueIter`.
 */
import type { CoreType } from "../flatten.ts";

export type CoreValue = number | bigint;

/** Where flat lifting takes its values from, in order; i32 and i64 come unsigned. */
export interface FlatSource {
  next(type: "i32" | "f32" | "f64"): number;
  next(type: "i64"): bigint;
  next(type: CoreType): CoreValue;
}

/** The values of a core call. */
export function flatSource(values: readonly CoreValue[]): FlatSource {
  let position = 0;
  const next = (type: CoreType): CoreValue => {
    const value = values[position++] ?? 0;
    if (type === "i64") return BigInt.asUintN(64, BigInt(value));
    return type === "i32" ? Number(value) >>> 0 : Number(value);
  };
  return { next } as FlatSource;
}
