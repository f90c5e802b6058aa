/** Source maps version 3, written by hand: one generated line, as Wasm has it. */
const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** `segments`: byte offset, position in `sources`, line and column from 0. */
export function sourceMapOf(sources: readonly string[], segments: readonly (readonly number[])[]): string {
  let before: readonly number[] = [0, 0, 0, 0];
  const mappings = segments.map((segment) => {
    const text = segment.map((value, field) => vlq(value - (before[field] ?? 0))).join("");
    before = segment;
    return text;
  });
  return JSON.stringify({ version: 3, sources, names: [], mappings: mappings.join(",") });
}

/** The sign in the lowest bit, then five bits a digit, the lowest first. */
function vlq(value: number): string {
  let rest = value < 0 ? (-value << 1) | 1 : value << 1;
  let text = "";
  do {
    const digit = rest & 31;
    rest >>>= 5;
    text += DIGITS[rest > 0 ? digit | 32 : digit];
  } while (rest > 0);
  return text;
}
