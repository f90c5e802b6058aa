/**
 * The linker's public door: `system.ts` and components in, a link plan out.
 *
 * Hosts do not come in here: they read `plan.ts` and `plan-file.ts`.
 */
export { SHIMS, shimsFor, type ShimName } from "./compose/shim.ts";
export { HTTP_DRIVER, HTTP_POOL, HTTP_WASI_DRIVER } from "./config/http-service.ts";
export type { ProcessConfig, SystemConfig } from "./config/system.ts";
export { loadSystem, type LoadedSystem } from "./config/load.ts";
export { validateSystem } from "./config/validate.ts";
export { LinkError, type LinkErrorCode } from "./error.ts";
export { link, type LinkInput, type LinkResult } from "./link.ts";
export * from "./inspect/index.ts";
