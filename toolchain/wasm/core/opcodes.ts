/**
 * Every instruction: its mnemonic, its opcode and what immediates follow.
 *
 * One table serves the writer and the reader, so they cannot disagree. The
 * instructions are those of Core spec 3.0 (§5.4) with relaxed SIMD, threads and
 * the legacy exceptions of Annex B.
 */
import type {
  CoreDataIndex,
  CoreElementIndex,
  CoreFuncIndex,
  CoreGlobalIndex,
  CoreMemoryIndex,
  CoreTableIndex,
  CoreTagIndex,
  CoreTypeIndex,
} from "../index-space.ts";
import type { HeapType, ValType } from "./module.ts";
import { AGGREGATE } from "./opcodes/aggregate.ts";
import { CONTROL, REFERENCE, TABLE, VARIABLE } from "./opcodes/control.ts";
import { ATOMIC, LOADS, MEMORY, STORES } from "./opcodes/memory.ts";
import { CONSTANTS, NUMERIC } from "./opcodes/numeric.ts";
import { VECTOR, VECTOR_LANE, VECTOR_MEMORY } from "./opcodes/vector.ts";

/** Absent means no parameter and no result. */
export type BlockType = ValType | CoreTypeIndex | undefined;

/** Where a load or store goes: address operand plus `offset`, in memory `memory`. */
export interface MemoryArgument {
  /** Bytes; 0 when absent. A bigint beyond 2^53 - 1. */
  readonly offset?: number | bigint;
  /** Log2 of the alignment promised; the natural alignment when absent. */
  readonly align?: number;
  /** Memory 0 when absent. */
  readonly memory?: CoreMemoryIndex;
}

/** The labels of `br_table`. */
export interface Labels {
  readonly labels: readonly number[];
  readonly default: number;
}

/** One clause of `try_table`. */
export type Catch =
  | { readonly kind: "catch" | "catch_ref"; readonly tag: CoreTagIndex; readonly label: number }
  | { readonly kind: "catch_all" | "catch_all_ref"; readonly label: number };

/** Kinds of immediates, each with the type of its value. */
export interface ImmediateValues {
  readonly "block type": BlockType;
  readonly "cast flags": number;
  readonly catches: readonly Catch[];
  readonly data: CoreDataIndex;
  readonly element: CoreElementIndex;
  readonly f32: number;
  readonly f64: number;
  readonly field: number;
  readonly func: CoreFuncIndex;
  readonly global: CoreGlobalIndex;
  readonly "heap type": HeapType;
  readonly i32: number;
  readonly i64: bigint;
  readonly label: number;
  readonly labels: Labels;
  readonly lane: number;
  /** Sixteen lane numbers, each below 32. */
  readonly lanes: ArrayLike<number>;
  readonly length: number;
  readonly local: number;
  readonly memory: CoreMemoryIndex;
  readonly "memory argument": MemoryArgument;
  /** 0, sequentially consistent, is the only one. */
  readonly ordering: 0;
  readonly table: CoreTableIndex;
  readonly tag: CoreTagIndex;
  readonly type: CoreTypeIndex;
  /** Sixteen bytes. */
  readonly v128: ArrayLike<number>;
  readonly "value types": readonly ValType[];
}
export type ImmediateKind = keyof ImmediateValues;

type Table = typeof AGGREGATE &
  typeof ATOMIC &
  typeof CONSTANTS &
  typeof CONTROL &
  typeof LOADS &
  typeof MEMORY &
  typeof NUMERIC &
  typeof REFERENCE &
  typeof STORES &
  typeof TABLE &
  typeof VARIABLE &
  typeof VECTOR &
  typeof VECTOR_LANE &
  typeof VECTOR_MEMORY;

/** Name of an instruction in the text format; `select typed` is `select` with a type. */
export type Mnemonic = keyof Table;

/** The immediates of an instruction, in the order of the binary. */
export type Immediates<M extends Mnemonic> = Table[M] extends readonly [number, ...infer Kinds]
  ? { [I in keyof Kinds]: Kinds[I] extends ImmediateKind ? ImmediateValues[Kinds[I]] : never }
  : [];

type Taking<M extends Mnemonic, Kinds extends readonly unknown[]> = M extends Mnemonic
  ? Table[M] extends readonly [number, ...Kinds]
    ? M
    : never
  : never;
/** Loads without a lane. */
export type LoadMnemonic = Exclude<
  Taking<keyof typeof LOADS | keyof typeof VECTOR_MEMORY, ["memory argument"]>,
  "v128.store"
>;
export type StoreMnemonic = keyof typeof STORES | "v128.store";

/** One row of the table. */
export interface Instruction {
  /** Position in `INSTRUCTIONS`. */
  readonly number: number;
  readonly mnemonic: Mnemonic;
  /** The opcode byte; behind a prefix `prefix << 16 | opcode`. */
  readonly opcode: number;
  readonly immediates: readonly ImmediateKind[];
  /** Log2 of the bytes accessed, for instructions with a memory argument. */
  readonly naturalAlign: number;
}

/** Log2 of the access size, as the mnemonic tells it: `i64.load32_u` reads 4 bytes. */
function naturalAlign(mnemonic: string): number {
  const packed = /(?:load|store|wait|rmw)(\d+)(?:x(\d+))?/.exec(mnemonic);
  if (packed) return Math.log2((Number(packed[1]) * Number(packed[2] ?? 1)) / 8);
  if (mnemonic.startsWith("v128")) return 4;
  return mnemonic.startsWith("i64") || mnemonic.startsWith("f64") ? 3 : 2;
}

type Row = number | readonly [number, ...ImmediateKind[]];
const GROUPS: readonly Readonly<Record<string, Row>>[] = [
  CONTROL,
  VARIABLE,
  TABLE,
  REFERENCE,
  LOADS,
  STORES,
  MEMORY,
  CONSTANTS,
  NUMERIC,
  AGGREGATE,
  VECTOR_MEMORY,
  VECTOR_LANE,
  VECTOR,
  ATOMIC,
];

function instruction(mnemonic: string, row: Row, number: number): Instruction {
  const [opcode, ...immediates] = typeof row === "number" ? [row] : row;
  return { number, mnemonic: mnemonic as Mnemonic, opcode, immediates, naturalAlign: naturalAlign(mnemonic) };
}

/** All instructions, in the order of the tables. */
export const INSTRUCTIONS: readonly Instruction[] = GROUPS.flatMap((group) => Object.entries(group)).map(
  ([mnemonic, row], number) => instruction(mnemonic, row, number),
);

const byMnemonic = new Map(INSTRUCTIONS.map((i) => [i.mnemonic, i]));

/** The row of a mnemonic. */
export function instructionOf(mnemonic: Mnemonic): Instruction {
  const found = byMnemonic.get(mnemonic);
  if (found === undefined) throw new RangeError(`there is no instruction ${mnemonic}`);
  return found;
}
