/**
 * Reads a body once, for all that metering has to know of it.
 *
 * Large modules have millions of instructions, nearly all of which only cost
 * something: a table by the instruction's number sorts those out first.
 */
import {
  instructionsOf,
  INSTRUCTIONS,
  type CoreModule,
  type Instruction,
  type Mnemonic,
} from "../../../wasm/index.ts";
import { BodyCalls } from "../call-graph.ts";
import { labelsOf } from "../depth/landings.ts";
import { costOf, hasLength, lengthType } from "./cost.ts";
import { FlowBuilder, type BasicBlock, type Flow } from "./flow.ts";

/** A place at which a counter kept in a local must agree with the global one, or that is charged by length. */
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

export interface BodyScan {
  readonly flow: Flow;
  readonly sites: readonly FuelSite[];
  readonly calls: BodyCalls;
  /** Where functions are called directly, tail calls included. */
  readonly paid: readonly { readonly func: number; readonly block: BasicBlock }[];
}

const CALLS: ReadonlySet<Mnemonic> = new Set<Mnemonic>(["call", "call_indirect", "call_ref"]);
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
const STRUCTURE: ReadonlySet<Mnemonic> = new Set<Mnemonic>([
  "block",
  "loop",
  "if",
  "else",
  "end",
  "try",
  "try_table",
  "catch",
  "catch_all",
  "delegate",
  "ref.func",
]);

/** By number of the instruction: what it costs. */
const COSTS: readonly number[] = INSTRUCTIONS.map(({ mnemonic }) => costOf(mnemonic));
/** By number: it does no more than cost. */
const ONLY_COSTS: readonly boolean[] = INSTRUCTIONS.map(
  ({ mnemonic, immediates }) =>
    !CALLS.has(mnemonic) &&
    !LEAVES.has(mnemonic) &&
    !STRUCTURE.has(mnemonic) &&
    !hasLength(mnemonic) &&
    !branches(immediates),
);

function branches(immediates: Instruction["immediates"]): boolean {
  return immediates.some((kind) => kind === "label" || kind === "labels" || kind === "catches");
}

export function scanBody(module: CoreModule, code: Uint8Array): BodyScan {
  const flow = new FlowBuilder();
  const calls = new BodyCalls();
  const sites: FuelSite[] = [];
  const paid: { func: number; block: BasicBlock }[] = [];
  const cursor = instructionsOf(code);
  while (cursor.next()) {
    const { number } = cursor;
    flow.pay(COSTS[number] ?? 0);
    if (ONLY_COSTS[number]) continue;
    const { mnemonic, start, end } = cursor;
    const { depth, current } = flow;
    calls.add(cursor);
    if (mnemonic === "call" || mnemonic === "return_call") {
      const func = cursor.operand(0).value;
      if (current) paid.push({ func, block: current });
      if (mnemonic === "call") sites.push({ kind: "call", start, end, depth, func });
      else sites.push({ kind: "leave", start, end, depth });
    } else if (CALLS.has(mnemonic)) sites.push({ kind: "call", start, end, depth });
    else if (LEAVES.has(mnemonic)) sites.push({ kind: "leave", start, end, depth });
    else {
      const type = lengthType(module, mnemonic, (i) => cursor.operand(i).value);
      if (type) sites.push({ kind: "length", start, end, depth, type });
    }
    flow.step(mnemonic, end, labelsOf(cursor));
  }
  return { flow: flow.flow(), sites, calls, paid };
}
