/** Public door of `toolchain/compile`: apps → components. */
export { CompileError, type Diagnostic, formatDiagnostic } from "./diagnostic.ts";
export { type AppsOptions, buildApps, type BuiltApp, compileLean, ensureBuilt } from "./apps.ts";
export type { CompileResult, LeanOptions } from "./lean.ts";
export type { SiblingWit } from "./wit/find.ts";
