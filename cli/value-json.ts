/**
 * A component value as JSON text: the JavaScript representation, made printable.
 *
 * 64-bit integers keep all digits (a reader may have to ask its parser for
 * them), bytes become a list of numbers, and what JSON has no number for
 * becomes one of the strings "nan", "inf", "-inf".
 */
import type { ComponentValue } from "../toolchain/abi/index.ts";

export function jsonOf(value: ComponentValue): string {
  return JSON.stringify(printable(value), undefined, 2);
}

/** TypeScript's library does not know it yet. */
const exact = JSON as unknown as { rawJSON(text: string): unknown };

function printable(value: unknown): unknown {
  if (typeof value === "bigint") return exact.rawJSON(String(value));
  if (typeof value === "number") return Number.isFinite(value) ? value : nameOf(value);
  if (value instanceof Uint8Array) return [...value];
  if (Array.isArray(value)) return value.map(printable);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([label, field]) => [label, printable(field)]));
}

function nameOf(value: number): string {
  if (Number.isNaN(value)) return "nan";
  return value > 0 ? "inf" : "-inf";
}
