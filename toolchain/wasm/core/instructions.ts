/**
 * Walks the instructions of a body without building a tree.
 *
 * A pass over code mostly copies: the cursor therefore tells where each
 * instruction and each immediate begins and ends, so that whatever does not
 * change is copied as a range of bytes. The cursor and its immediates are
 * reused from one instruction to the next; nothing is allocated for each.
 * Core spec 3.0 §5.4 "Instructions".
 */
import { ByteReader, hex, type Place } from "../byte-reader.ts";
import { type ImmediateKind, type Instruction, INSTRUCTIONS, type Mnemonic } from "./opcodes.ts";
import { readHeapType, readValType } from "./value-types.ts";

/**
 * What an operand in the code is. Vectors (the labels of `br_table`, the
 * clauses of `try_table`, the types of `select`) give one operand for each item.
 *
 * `type` is written as u32; `signed type` is a type index inside a block, heap
 * or value type and is written as s33. A memory argument's value is its memory.
 */
export type OperandKind =
  | Exclude<ImmediateKind, "block type" | "catches" | "heap type" | "labels" | "value types">
  | "signed type";

/** Position of one operand; `start` and `end` are byte offsets within the code. */
export interface Operand {
  readonly kind: OperandKind;
  /** The index, lane, count or 32-bit constant; for other constants 0 (see the methods of the cursor). */
  readonly value: number;
  readonly start: number;
  readonly end: number;
}
type Slot = { -readonly [K in keyof Operand]: Operand[K] };

/** A memory argument as it stands in the code. */
export interface DecodedMemoryArgument {
  readonly offset: bigint;
  /** Log2. */
  readonly align: number;
  readonly memory: number;
}

const PREFIXES = new Set([0xfb, 0xfc, 0xfd, 0xfe]);
const byOpcode: readonly (Instruction | undefined)[] = tableOf(
  (opcode) => opcode <= 0xff,
  (opcode) => opcode,
);
const byPrefix: ReadonlyMap<number, readonly (Instruction | undefined)[]> = new Map(
  [...PREFIXES].map((prefix) => [
    prefix,
    tableOf(
      (opcode) => opcode >> 16 === prefix,
      (opcode) => opcode & 0xffff,
    ),
  ]),
);

function tableOf(
  keep: (opcode: number) => boolean,
  key: (opcode: number) => number,
): (Instruction | undefined)[] {
  const kept = INSTRUCTIONS.filter(({ opcode }) => keep(opcode));
  const table: (Instruction | undefined)[] = Array.from({
    length: 1 + Math.max(...kept.map((i) => key(i.opcode))),
  });
  for (const instruction of kept) table[key(instruction.opcode)] = instruction;
  return table;
}

/** Change of the nesting depth by an instruction; the others change nothing. */
const OPENS: ReadonlySet<Mnemonic> = new Set(["block", "loop", "if", "try", "try_table"]);
const CLOSES: ReadonlySet<Mnemonic> = new Set(["end", "delegate"]);
/** By number of the instruction. */
const nesting: readonly number[] = INSTRUCTIONS.map(({ mnemonic }) =>
  OPENS.has(mnemonic) ? 1 : CLOSES.has(mnemonic) ? -1 : 0,
);

/** A cursor over the instructions of one body or constant expression. */
export class InstructionReader {
  readonly #reader: ByteReader;
  readonly #base: number;
  readonly #slots: Slot[] = [];
  #instruction: Instruction = INSTRUCTIONS[0] as Instruction;
  #start = 0;
  #count = 0;
  #depth = 1;

  /** `reader` stands at the first instruction; it moves along with the cursor. */
  constructor(reader: ByteReader) {
    this.#reader = reader;
    this.#base = reader.position;
  }

  /** Moves to the next instruction; false after the `end` that closes the code. */
  next(): boolean {
    if (this.#depth === 0) return false;
    const reader = this.#reader;
    this.#start = reader.position - this.#base;
    this.#instruction = this.#readOpcode();
    this.#count = 0;
    const { immediates, number } = this.#instruction;
    for (let i = 0; i < immediates.length; i++) this.#readImmediate(immediates[i] as ImmediateKind);
    this.#depth += nesting[number] ?? 0;
    return true;
  }

  get mnemonic(): Mnemonic {
    return this.#instruction.mnemonic;
  }
  /** Position in `INSTRUCTIONS`: for tables of what each instruction means to a pass. */
  get number(): number {
    return this.#instruction.number;
  }
  /** The opcode byte; behind a prefix `prefix << 16 | opcode`. */
  get opcode(): number {
    return this.#instruction.opcode;
  }
  /** Byte offset within the code. */
  get start(): number {
    return this.#start;
  }
  get end(): number {
    return this.#reader.position - this.#base;
  }
  /** Blocks open after this instruction; the function's own is 1, and 0 is reached by its `end`. */
  get depth(): number {
    return this.#depth;
  }
  /** Number of operands. */
  get count(): number {
    return this.#count;
  }

  /** An operand, valid until the next call of `next`. */
  operand(i: number): Operand {
    const slot = i < this.#count ? this.#slots[i] : undefined;
    if (slot === undefined)
      throw new RangeError(`${this.mnemonic} has ${this.#count} operands, no operand ${i}`);
    return slot;
  }

  /** Value of a constant `i64`. */
  i64(i: number): bigint {
    return this.#at(i).s64("constant");
  }
  /** Value of a constant `f32` or `f64`; the bits of a NaN are in the code only. */
  float(i: number): number {
    const at = this.#at(i);
    return this.operand(i).kind === "f32" ? at.f32("constant") : at.f64("constant");
  }
  memoryArgument(i: number): DecodedMemoryArgument {
    const at = this.#at(i);
    const align = at.u32("alignment") & 0x3f;
    const memory = this.operand(i).value;
    if (memory !== 0 || (this.#reader.bytes[this.#base + this.operand(i).start] ?? 0) >= 0x40)
      at.u32("memory");
    return { align, memory, offset: at.u64("offset") };
  }

  #at(i: number): ByteReader {
    return new ByteReader(
      this.#reader.bytes,
      undefined,
      this.#base + this.operand(i).start,
      this.#reader.end,
    );
  }

  #readOpcode(): Instruction {
    const reader = this.#reader;
    const first = reader.byte("an instruction");
    const plain = byOpcode[first];
    if (plain !== undefined) return plain;
    const table = byPrefix.get(first);
    if (table === undefined)
      return reader.fail("an instruction", `the opcode ${hex(first)}`, reader.position - 1);
    const second = reader.u32("opcode");
    const found = table[second];
    return (
      found ?? reader.fail("an instruction", `the opcode ${hex(first)} ${second}`, this.#base + this.#start)
    );
  }

  #push(kind: OperandKind, value: number, start: number): void {
    const slot = this.#slots[this.#count] ?? (this.#slots[this.#count] = { kind, value, start, end: 0 });
    this.#count++;
    slot.kind = kind;
    slot.value = value;
    slot.start = start - this.#base;
    slot.end = this.#reader.position - this.#base;
  }

  #readImmediate(kind: ImmediateKind): void {
    const reader = this.#reader;
    const start = reader.position;
    switch (kind) {
      case "block type":
        if (reader.peek() === 0x40) reader.position++;
        else this.#readTypeOr(() => void readValType(reader));
        return;
      case "heap type":
        return this.#readHeapType();
      case "value types":
        return this.#readMany("value types", 1, () => this.#readValueType());
      case "catches":
        return this.#readMany("catch clauses", 2, () => this.#readCatch());
      case "labels":
        this.#readMany("labels", 1, () => this.#readLabel());
        return this.#readLabel();
      case "memory argument":
        return this.#push(kind, this.#readMemoryArgument(), start);
      case "i32":
        return this.#push(kind, reader.s32("constant"), start);
      case "i64":
        reader.skip64("constant", true);
        return this.#push(kind, 0, start);
      case "f32":
        reader.take(4, "constant");
        return this.#push(kind, 0, start);
      case "f64":
        reader.take(8, "constant");
        return this.#push(kind, 0, start);
      case "v128":
      case "lanes":
        reader.take(16, kind === "v128" ? "constant" : "lanes");
        return this.#push(kind, 0, start);
      case "cast flags":
      case "lane":
      case "ordering":
        return this.#push(kind, this.#readByte(kind), start);
      default:
        this.#push(kind, reader.u32(kind), start);
    }
  }

  #readByte(kind: "cast flags" | "lane" | "ordering"): number {
    const value = this.#reader.byte(kind);
    const limit = kind === "lane" ? 256 : kind === "ordering" ? 1 : 4;
    if (value < limit) return value;
    return this.#reader.fail(`${kind} below ${limit}`, hex(value), this.#reader.position - 1);
  }

  #readMany(what: string, itemSize: number, read: () => void): void {
    const items = this.#reader.count(what, itemSize);
    for (let i = 0; i < items; i++) read();
  }

  #readLabel(): void {
    const start = this.#reader.position;
    this.#push("label", this.#reader.u32("label"), start);
  }

  #readCatch(): void {
    const reader = this.#reader;
    const kind = reader.byte("a catch clause");
    if (kind > 3) reader.fail("a catch clause, 0 to 3", hex(kind), reader.position - 1);
    const start = reader.position;
    if (kind < 2) this.#push("tag", reader.u32("tag"), start);
    this.#readLabel();
  }

  /** A type index by its own operand, or one of the type codes. */
  #readTypeOr(readCode: () => void): void {
    const reader = this.#reader;
    const first = reader.peek() ?? 0;
    if (first === 0x63 || first === 0x64) return this.#readValueType();
    if (first >= 0x40 && first < 0x80) return readCode();
    const start = reader.position;
    const type = reader.s33("type");
    if (type < 0) reader.fail("a type", `the code ${type}`, start);
    this.#push("signed type", type, start);
  }

  #readValueType(): void {
    const first = this.#reader.peek();
    if (first === 0x63 || first === 0x64) {
      this.#reader.position++;
      this.#readHeapType();
    } else readValType(this.#reader);
  }

  #readHeapType(): void {
    const start = this.#reader.position;
    const heap = readHeapType(this.#reader);
    if (typeof heap === "number") this.#push("signed type", heap, start);
  }

  /** The memory; bit 6 of the first number says that it is named. */
  #readMemoryArgument(): number {
    const reader = this.#reader;
    const start = reader.position;
    const flags = reader.u32("alignment");
    if (flags >= 0x80) reader.fail("an alignment below 2^64 bytes", `the exponent ${flags}`, start);
    const memory = flags & 0x40 ? reader.u32("memory") : 0;
    reader.skip64("offset", false);
    return memory;
  }
}

/** A cursor over a body's `code` that its user moves; what follows the last `end` is not looked at. */
export function instructionsOf(code: Uint8Array): InstructionReader {
  return new InstructionReader(new ByteReader(code));
}

/**
 * A cursor over a body's `code`, to be driven with `next`; `place` names the code in errors.
 *
 * Refuses unknown opcodes, and code whose `end` is missing or not last.
 */
export function* readInstructions(code: Uint8Array, place?: Place): Generator<InstructionReader, void> {
  const reader = new ByteReader(code, place);
  const cursor = new InstructionReader(reader);
  while (cursor.next()) yield cursor;
  reader.finish("the code");
}
