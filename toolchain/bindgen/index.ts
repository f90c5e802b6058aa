/** Public door of `toolchain/bindgen`: an annotated world → AssemblyScript files. */
export { FAULT_CLASS, FAULT_TYPE } from "./as-type.ts";
export type {
  AsCase,
  AsField,
  AsFunction,
  AsInterface,
  AsResource,
  AsType,
  AsWorld,
  ClassRef,
  Construct,
  TypedArrayName,
} from "./as-type.ts";
export type { Bindings } from "./bindings.ts";
export { camelName, kebabName, pascalName, RESERVED } from "./naming.ts";
export { COLLECTOR, withPinnedBlocks } from "./collector.ts";
export { annotateWorld } from "./annotate.ts";
export { generateBindings } from "./generate.ts";
export { ABORT_ALIAS, runtimeFiles } from "./runtime-files.ts";
