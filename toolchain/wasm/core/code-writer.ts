/**
 * Emits a function body or a constant expression, instruction by instruction.
 *
 * `op` takes any mnemonic with its immediates, checked by the compiler against
 * the table in `opcodes.ts`; the other methods are short forms of common ones.
 * Nothing is validated beyond the immediates: stack types are the engine's to
 * check.
 */
import { ByteWriter } from "../byte-writer.ts";
import type {
  CoreFuncIndex,
  CoreGlobalIndex,
  CoreMemoryIndex,
  CoreTableIndex,
  CoreTypeIndex,
} from "../index-space.ts";
import { writeInstruction } from "./immediates.ts";
import {
  type BlockType,
  type Immediates,
  instructionOf,
  type LoadMnemonic,
  type MemoryArgument,
  type Mnemonic,
  type StoreMnemonic,
} from "./opcodes.ts";

/** Appends instructions. Methods return the writer, so that they chain. */
export class CodeWriter {
  readonly #out = new ByteWriter();

  /** Bytes written so far. */
  get length(): number {
    return this.#out.length;
  }

  /** A copy of the bytes; the final `end` is the caller's to write. */
  bytes(): Uint8Array<ArrayBuffer> {
    return this.#out.toBytes();
  }

  /** Any instruction, as in `op("i32.add")` or `op("br_table", { labels: [0], default: 1 })`. */
  op<M extends Mnemonic>(mnemonic: M, ...immediates: Immediates<M>): this {
    writeInstruction(this.#out, instructionOf(mnemonic), immediates);
    return this;
  }

  /** Instructions that are encoded already, such as a range copied from a body. */
  raw(code: Uint8Array): this {
    this.#out.bytes(code);
    return this;
  }

  /** Signed or unsigned 32 bits. */
  i32Const(value: number): this {
    return this.op("i32.const", value);
  }
  /** Signed or unsigned 64 bits. */
  i64Const(value: bigint): this {
    return this.op("i64.const", value);
  }
  f32Const(value: number): this {
    return this.op("f32.const", value);
  }
  f64Const(value: number): this {
    return this.op("f64.const", value);
  }
  /** Sixteen bytes. */
  v128Const(bytes: ArrayLike<number>): this {
    return this.op("v128.const", bytes);
  }

  localGet(local: number): this {
    return this.op("local.get", local);
  }
  localSet(local: number): this {
    return this.op("local.set", local);
  }
  localTee(local: number): this {
    return this.op("local.tee", local);
  }
  globalGet(global: CoreGlobalIndex): this {
    return this.op("global.get", global);
  }
  globalSet(global: CoreGlobalIndex): this {
    return this.op("global.set", global);
  }

  call(func: CoreFuncIndex): this {
    return this.op("call", func);
  }
  callIndirect(type: CoreTypeIndex, table: CoreTableIndex): this {
    return this.op("call_indirect", type, table);
  }

  load(mnemonic: LoadMnemonic, arg: MemoryArgument = {}): this {
    return this.op(mnemonic, arg);
  }
  store(mnemonic: StoreMnemonic, arg: MemoryArgument = {}): this {
    return this.op(mnemonic, arg);
  }
  memoryCopy(to: CoreMemoryIndex, from: CoreMemoryIndex): this {
    return this.op("memory.copy", to, from);
  }
  memoryFill(memory: CoreMemoryIndex): this {
    return this.op("memory.fill", memory);
  }
  memorySize(memory: CoreMemoryIndex): this {
    return this.op("memory.size", memory);
  }
  memoryGrow(memory: CoreMemoryIndex): this {
    return this.op("memory.grow", memory);
  }

  block(type?: BlockType): this {
    return this.op("block", type);
  }
  loop(type?: BlockType): this {
    return this.op("loop", type);
  }
  if(type?: BlockType): this {
    return this.op("if", type);
  }
  else(): this {
    return this.op("else");
  }
  end(): this {
    return this.op("end");
  }
  /** Labels count outward from 0, the innermost block. */
  br(label: number): this {
    return this.op("br", label);
  }
  brIf(label: number): this {
    return this.op("br_if", label);
  }
}
