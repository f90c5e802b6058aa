/**
 * Numbers in WAVE: whole ones in base 10, others as JSON writes them.
 */
import type { Lexer } from "./lexer.ts";

const INTEGER = /^-?(?:0|[1-9][0-9]*)$/;
const FLOATING = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/;

/** An integer that JavaScript's numbers hold. */
export function parseInteger(lexer: Lexer, kind: "s8" | "u8" | "s16" | "u16" | "s32" | "u32"): number {
  return Number(parseBigInteger(lexer, kind));
}

export function parseBigInteger(
  lexer: Lexer,
  kind: "s8" | "u8" | "s16" | "u16" | "s32" | "u32" | "s64" | "u64",
): bigint {
  const bits = BigInt(kind.slice(1));
  const min = kind.startsWith("u") ? 0n : -(2n ** (bits - 1n));
  const max = min + 2n ** bits - 1n;
  const token = lexer.peek();
  // 20 characters hold every 64-bit integer; a longer text is out of range, whatever its value.
  const whole = token.kind === "number" && INTEGER.test(token.text) && token.text.length <= 20;
  const value = whole ? BigInt(token.text) : undefined;
  if (value === undefined || value < min || value > max) throw lexer.error(`${kind} (${min} to ${max})`);
  lexer.take();
  return value;
}

export function parseFloating(lexer: Lexer, kind: "f32" | "f64"): number {
  const token = lexer.peek();
  const text = token.kind === "number" || (token.kind === "label" && !token.escaped) ? token.text : "";
  const special = { nan: Number.NaN, inf: Infinity, "-inf": -Infinity }[text];
  if (special === undefined && !FLOATING.test(text)) throw lexer.error(`${kind}, such as 1.5, nan or -inf`);
  lexer.take();
  const value = special ?? Number(text);
  return kind === "f32" ? Math.fround(value) : value;
}

/** The shortest number that reads back as the same. */
export function printFloating(value: number, kind: "f32" | "f64"): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  if (Object.is(value, -0)) return "-0";
  return String(kind === "f32" ? shortestF32(value) : value);
}

/** An f32 needs at most nine digits; as a double it shows sixteen. */
function shortestF32(value: number): number {
  for (let digits = 1; digits < 9; digits++) {
    const candidate = Number(value.toPrecision(digits));
    if (Math.fround(candidate) === value) return candidate;
  }
  return Number(value.toPrecision(9));
}
