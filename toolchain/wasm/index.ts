/** Core modules and components: decode, encode, walk and write code. The door of this folder. */
export { ByteReader } from "./byte-reader.ts";
export { ByteWriter } from "./byte-writer.ts";
export { WasmError } from "./error.ts";
export * from "./index-space.ts";
export { type CoreModule, EXTERNREF, FUNCREF } from "./core/module.ts";
/** The types of core modules by their own names, as in `core.FuncType`. */
export type * as core from "./core/module.ts";
export { CodeWriter } from "./core/code-writer.ts";
export { decodeModule } from "./core/decode.ts";
export { encodeModule } from "./core/encode.ts";
export { ModuleBuilder } from "./core/module-builder.ts";
export { decodeNameSection, encodeNameSection } from "./core/name-section.ts";
export {
  instructionsOf,
  type InstructionReader,
  type OperandKind,
  readInstructions,
} from "./core/instructions.ts";
export {
  type ImmediateKind,
  type Immediates,
  type Instruction,
  INSTRUCTIONS,
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
export { kindOfBinary } from "./preamble.ts";
export { validateComponent, type Validated } from "./validate/validate.ts";
export { ValidationError } from "./validate/error.ts";
