/**
 * The canonical ABI's public door: types, layout, values, and their texts.
 */
export * from "./types.ts";
export * from "./world.ts";
export { AbiError, NO_ASYNC, Trap, ValueError } from "./error.ts";
export { despecialize } from "./despecialize.ts";
export { discriminantSize, flagsSize, layoutOf, recordLayout, variantLayout } from "./layout.ts";
export {
  MAX_FLAT_PARAMS,
  flatCount,
  flatCountOf,
  flattenFunction,
  flattenPayload,
  flattenType,
  type CoreType,
} from "./flatten.ts";
export {
  compareFunctions,
  compareTypes,
  typesEqual,
  type SameResource,
  type TypeDifference,
} from "./compare.ts";
export { handlesIn, handlesOfFunction, partsOf, type HandleType } from "./handles-in.ts";
export {
  FAULT,
  FAULT_CASES,
  FAULT_INTERFACE,
  guardedFunction,
  guardedInterface,
  guardedName,
  isGuardedView,
  plainName,
  unguardedFunction,
  type FaultCase,
} from "./guard.ts";
export {
  carriesProcesses,
  isProcessResource,
  PROCESS,
  processViewName,
  spawnedName,
} from "./process-resource.ts";
export { processViewDocs } from "./process-docs.ts";
export { isProcessView, PROCESS_FLAGS, PROCESS_FUNCTIONS, processView } from "./process-view.ts";
export { deriveView, viewName, viewOf, type ViewKind } from "./views.ts";
export { addRealloc } from "./realloc.ts";
export { isLabel, parseInterfaceName } from "./names.ts";
export {
  typesOfComponent,
  worldOfComponent,
  worldOfComponentType,
  type ComponentTypes,
} from "./resolve/world.ts";
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
export type { CoreValue } from "./value/flat.ts";
export {
  HandleTable,
  resourceDrop,
  resourceNew,
  resourceRep,
  Subtask,
  Task,
  type HandleContext,
  type ResourceHandle,
} from "./value/handles.ts";
export { type CanonicalOptions, type Realloc } from "./value/memory.ts";
export type { ComponentValue } from "./value/value.ts";
export { identifier, printFunction, printType, printTypeExpanded } from "./print/type.ts";
export { printInterfaces, printInterfaceText, printWorld } from "./print/world.ts";
export { parseWaveArguments } from "./wave/arguments.ts";
export { WaveError } from "./wave/error.ts";
export { parseWave } from "./wave/parse.ts";
export { printWave } from "./wave/print.ts";
