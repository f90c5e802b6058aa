/** Core modules and components: decode, encode, walk and write code. The door of this folder. */
export { ByteReader, type Place } from "./byte-reader.ts";
export { ByteWriter } from "./byte-writer.ts";
export { WasmError } from "./error.ts";
export * from "./index-space.ts";
export { type CoreModule, EXTERNREF, FUNCREF } from "./core/module.ts";
/** The types of core modules by their own names, as in `core.FuncType`. */
export type * as core from "./core/module.ts";
export { CodeWriter } from "./core/code-writer.ts";
export { decodeModule } from "./core/decode.ts";
export { type EncodedModule, encodeModule } from "./core/encode.ts";
export { type FuncSource, ModuleBuilder } from "./core/module-builder.ts";
export { decodeNameSection, encodeNameSection, type NameSection } from "./core/name-section.ts";
export {
  type DecodedMemoryArgument,
  InstructionReader,
  type Operand,
  type OperandKind,
  readInstructions,
} from "./core/instructions.ts";
export {
  type BlockType,
  type Catch,
  type ImmediateKind,
  type Immediates,
  type Instruction,
  INSTRUCTIONS,
  type Labels,
  type LoadMnemonic,
  type MemoryArgument,
  type Mnemonic,
  type StoreMnemonic,
} from "./core/opcodes.ts";
export type { Component } from "./component/component.ts";
/** The types of components by their own names, as in `component.Canon`. */
export type * as component from "./component/component.ts";
export { decodeComponent } from "./component/decode.ts";
export { encodeComponent } from "./component/encode.ts";
export { type BinaryKind, kindOfBinary } from "./preamble.ts";
