/** Public door of `toolchain/compile`: apps → components. */
export { CompileError, type Diagnostic, formatDiagnostic } from "./diagnostic.ts";
export { type AppsOptions, buildApps, type BuiltApp, compileLean, ensureBuilt, witViews } from "./apps.ts";
export type { CompileResult, LeanOptions } from "./lean.ts";
export { buildModule, ensureModule } from "./modules.ts";
export type { Dialect } from "./dialect.ts";
export type { Engine } from "./full/engine.ts";
export { installPackage } from "./full/install.ts";
export {
  cacheText,
  type FullPackage,
  installedPackage,
  listOf,
  MissingPackages,
  PACKAGES,
} from "./full/packages.ts";
