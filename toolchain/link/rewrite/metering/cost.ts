/**
 * What instructions cost, in units of fuel. The same on every host.
 *
 * An instruction costs 1, one that only gives code its structure nothing. What
 * works on a length costs 1 more for each 8 bytes of memory, or 8 elements.
 */
import type { CoreModule, Mnemonic } from "../../../wasm/index.ts";
import { limitsOf } from "../reset/segments.ts";

const FREE: ReadonlySet<Mnemonic> = new Set([
  "nop",
  "block",
  "loop",
  "else",
  "end",
  "try",
  "catch",
  "catch_all",
  "delegate",
  "try_table",
  "unreachable",
]);

/** What a call out of the component instance costs on top: about what the adapter does. */
export const CROSSING = 10;

/** Log2 of how much length one unit of fuel pays. */
export const LENGTH_SHIFT = 3;

export function costOf(mnemonic: Mnemonic): 0 | 1 {
  return FREE.has(mnemonic) ? 0 : 1;
}

type LengthSource = readonly [space: "memory" | "table", ...operands: number[]] | readonly [space: "array"];
/** Instructions with a length on top of the stack; its type is that of the operands' sizes. */
const LENGTHS: ReadonlyMap<Mnemonic, LengthSource> = new Map<Mnemonic, LengthSource>([
  ["memory.copy", ["memory", 0, 1]],
  ["memory.fill", ["memory", 0]],
  ["memory.init", ["array"]],
  ["table.copy", ["table", 0, 1]],
  ["table.fill", ["table", 0]],
  ["table.grow", ["table", 0]],
  ["table.init", ["array"]],
  ["array.new", ["array"]],
  ["array.new_default", ["array"]],
  ["array.new_data", ["array"]],
  ["array.new_elem", ["array"]],
  ["array.fill", ["array"]],
  ["array.copy", ["array"]],
  ["array.init_data", ["array"]],
  ["array.init_elem", ["array"]],
]);

export function hasLength(mnemonic: Mnemonic): boolean {
  return LENGTHS.has(mnemonic);
}

/** The type of the length that the instruction takes from the top of the stack; undefined when it takes none. */
export function lengthType(
  module: CoreModule,
  mnemonic: Mnemonic,
  operand: (i: number) => number,
): "i32" | "i64" | undefined {
  const source = LENGTHS.get(mnemonic);
  if (source === undefined) return undefined;
  const [space, ...operands] = source;
  if (space === "array") return "i32";
  // A copy between a 32-bit and a 64-bit memory has a 32-bit length.
  const wide = operands.every((i) => limitsOf(module, space, operand(i))?.index64 === true);
  return wide ? "i64" : "i32";
}
