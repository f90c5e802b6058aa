/** Public door of `toolchain/compile`: apps → components. */
export { CompileError, formatDiagnostic } from "./diagnostic.ts";
export { type AppsOptions, buildApps, type BuiltApp, compileLean, ensureBuilt, witViews } from "./apps.ts";
export type { CompileResult, LeanOptions } from "./lean.ts";
export { buildModule, ensureModule } from "./modules.ts";
