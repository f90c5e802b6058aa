/** Public door of `toolchain/compile`: apps → components. */
export { CompileError, type Diagnostic, formatDiagnostic } from "./diagnostic.ts";
export { type CompileResult, compileLean, type LeanOptions } from "./lean.ts";
export { SOURCE_MAP_SECTION } from "./component.ts";
