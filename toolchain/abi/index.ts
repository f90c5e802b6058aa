/**
 * The canonical ABI's public door: types, layout, values, and their texts.
 */
export * from "./types.ts";
export * from "./world.ts";
export { AbiError, Trap, ValueError } from "./error.ts";
export { despecialize, type DespecializedType } from "./despecialize.ts";
export {
  POINTER_SIZE,
  alignTo,
  discriminantSize,
  flagsSize,
  layoutOf,
  recordLayout,
  variantLayout,
  type Layout,
  type RecordLayout,
  type VariantLayout,
} from "./layout.ts";
export {
  MAX_FLAT_PARAMS,
  MAX_FLAT_RESULTS,
  flatCount,
  flatCountOf,
  flattenFunction,
  flattenPayload,
  flattenType,
  join,
  type CoreFunctionType,
  type CoreType,
  type FlatFunctionType,
} from "./flatten.ts";
export {
  compareFunctions,
  compareTypes,
  typesEqual,
  type SameResource,
  type TypeDifference,
} from "./compare.ts";
export { isLabel, isPlainName, parseInterfaceName, type InterfaceName } from "./names.ts";
export { worldOfComponent, worldOfComponentType } from "./resolve/world.ts";
export {
  callFunction,
  liftParams,
  liftResult,
  lowerParams,
  lowerResult,
  serveFunction,
  type Callee,
  type CoreFunction,
} from "./value/call.ts";
export { checkValue } from "./value/check.ts";
export type { CoreValue } from "./value/flat.ts";
export {
  MAX_LIST_BYTE_LENGTH,
  MAX_STRING_BYTE_LENGTH,
  type CanonicalOptions,
  type Realloc,
} from "./value/memory.ts";
export type { ComponentValue, RecordValue, VariantValue } from "./value/value.ts";
export { identifier, printFunction, printType, printTypeExpanded } from "./print/type.ts";
export { printWorld } from "./print/world.ts";
export { parseWaveArguments } from "./wave/arguments.ts";
export { WaveError } from "./wave/error.ts";
export { parseWave } from "./wave/parse.ts";
export { printWave } from "./wave/print.ts";
