/**
 * Writes the immediates of an instruction, one function per kind.
 *
 * The kinds come from the table in `opcodes.ts`. Core spec 3.0 §5.4.
 */
import type { ByteWriter } from "../byte-writer.ts";
import type {
  BlockType,
  Catch,
  ImmediateKind,
  ImmediateValues,
  Instruction,
  Labels,
  MemoryArgument,
} from "./opcodes.ts";
import { writeHeapType, writeValType } from "./value-types.ts";

const EMPTY_BLOCK = 0x40;
const CATCH_CODES: Readonly<Record<Catch["kind"], number>> = {
  catch: 0,
  catch_ref: 1,
  catch_all: 2,
  catch_all_ref: 3,
};
/** Bit 6 of the alignment says that a memory index follows. */
const HAS_MEMORY = 0x40;

function writeBlockType(out: ByteWriter, type: BlockType): void {
  if (type === undefined) out.byte(EMPTY_BLOCK);
  else if (typeof type === "number") out.s33(type);
  else writeValType(out, type);
}

/** Core spec 3.0 §5.4.7 `memarg`. `naturalAlign` is log2 of the access size. */
function writeMemoryArgument(out: ByteWriter, arg: MemoryArgument, naturalAlign: number): void {
  const align = arg.align ?? naturalAlign;
  if (arg.memory) {
    out.u32(align | HAS_MEMORY);
    out.u32(arg.memory);
  } else out.u32(align);
  out.u64(arg.offset ?? 0);
}

function writeLabels(out: ByteWriter, labels: Labels): void {
  out.vec(labels.labels, (label) => out.u32(label));
  out.u32(labels.default);
}

function writeCatch(out: ByteWriter, clause: Catch): void {
  out.byte(CATCH_CODES[clause.kind]);
  if ("tag" in clause) out.u32(clause.tag);
  out.u32(clause.label);
}

function writeSixteen(out: ByteWriter, bytes: ArrayLike<number>, limit: number): void {
  if (bytes.length !== 16) throw new RangeError(`a vector has 16 bytes, not ${bytes.length}`);
  for (const byte of Array.from(bytes)) writeByte(out, byte, limit);
}

function writeByte(out: ByteWriter, byte: number, limit: number): void {
  if (!(byte >= 0 && byte < limit)) throw new RangeError(`${byte} is not below ${limit}`);
  out.byte(byte);
}

type Write = (out: ByteWriter, value: never, instruction: Instruction) => void;
const u32: (out: ByteWriter, value: number) => void = (out, value) => out.u32(value);

const WRITERS: {
  readonly [K in ImmediateKind]: (
    out: ByteWriter,
    value: ImmediateValues[K],
    instruction: Instruction,
  ) => void;
} = {
  "block type": writeBlockType,
  "cast flags": (out, flags) => writeByte(out, flags, 4),
  catches: (out, catches) => out.vec(catches, (clause) => writeCatch(out, clause)),
  data: u32,
  element: u32,
  f32: (out, value) => out.f32(value),
  f64: (out, value) => out.f64(value),
  field: u32,
  func: u32,
  global: u32,
  "heap type": writeHeapType,
  i32: (out, value) => out.s32(value),
  i64: (out, value) => out.s64(value),
  label: u32,
  labels: writeLabels,
  lane: (out, lane) => writeByte(out, lane, 256),
  lanes: (out, lanes) => writeSixteen(out, lanes, 32),
  length: u32,
  local: u32,
  memory: u32,
  "memory argument": (out, arg, instruction) => writeMemoryArgument(out, arg, instruction.naturalAlign),
  ordering: (out, ordering) => writeByte(out, ordering, 1),
  table: u32,
  tag: u32,
  type: u32,
  v128: (out, bytes) => writeSixteen(out, bytes, 256),
  "value types": (out, types) => out.vec(types, (type) => writeValType(out, type)),
};

/** Opcode and immediates of one instruction. */
export function writeInstruction(
  out: ByteWriter,
  instruction: Instruction,
  values: readonly unknown[],
): void {
  const { mnemonic, opcode, immediates } = instruction;
  if (values.length !== immediates.length) {
    throw new RangeError(`${mnemonic} takes ${immediates.length} immediates, not ${values.length}`);
  }
  if (opcode > 0xff) {
    out.byte(opcode >> 16);
    out.u32(opcode & 0xffff);
  } else out.byte(opcode);
  for (const [i, kind] of immediates.entries()) {
    // The table pairs each kind with its type; `Immediates` has checked the caller's values against it.
    (WRITERS[kind] as Write)(out, values[i] as never, instruction);
  }
}
