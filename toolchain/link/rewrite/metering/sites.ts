/**
 * The places of a body at which a counter that is kept in a local must agree
 * with the global one, and those that are charged by length.
 */
import { readInstructions, type CoreModule, type Mnemonic } from "../../../wasm/index.ts";
import { lengthType } from "./cost.ts";

export interface FuelSite {
  readonly kind: "call" | "leave" | "length";
  readonly start: number;
  readonly end: number;
  /** Loops around it. */
  readonly depth: number;
  /** Of a direct call. */
  readonly func?: number;
  /** The type of the length on top of the stack. */
  readonly type?: "i32" | "i64";
}

const OPENS: ReadonlySet<Mnemonic> = new Set<Mnemonic>(["block", "loop", "if", "try", "try_table"]);
const CALLS: ReadonlySet<Mnemonic> = new Set<Mnemonic>(["call_indirect", "call_ref"]);
const LEAVES: ReadonlySet<Mnemonic> = new Set<Mnemonic>([
  "return",
  "return_call",
  "return_call_indirect",
  "return_call_ref",
  "throw",
  "throw_ref",
  "rethrow",
  "unreachable",
]);

export function fuelSites(module: CoreModule, code: Uint8Array): FuelSite[] {
  const found: FuelSite[] = [];
  const open: boolean[] = [];
  let depth = 0;
  for (const cursor of readInstructions(code)) {
    const { mnemonic, start, end } = cursor;
    if (OPENS.has(mnemonic)) {
      open.push(mnemonic === "loop");
      if (mnemonic === "loop") depth++;
    } else if (mnemonic === "end" || mnemonic === "delegate") {
      if (open.pop()) depth--;
    } else if (mnemonic === "call") {
      found.push({ kind: "call", start, end, depth, func: cursor.operand(0).value });
    } else if (CALLS.has(mnemonic)) found.push({ kind: "call", start, end, depth });
    else if (LEAVES.has(mnemonic)) found.push({ kind: "leave", start, end, depth });
    else {
      const type = lengthType(module, mnemonic, (i) => cursor.operand(i).value);
      if (type) found.push({ kind: "length", start, end, depth, type });
    }
  }
  return found;
}
