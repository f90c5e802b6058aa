/**
 * The package's public door for `system.ts`: `import { defineSystem, … } from "atoll-os"`.
 */
export { defineSystem } from "./toolchain/link/config/system.ts";
export type {
  EntryConfig,
  Launch,
  ProcessConfig,
  QuotasConfig,
  SpawnConfig,
  SystemConfig,
  WireConfig,
} from "./toolchain/link/config/system.ts";
export type { HttpConfig } from "./toolchain/link/config/http-service.ts";
export type { SupervisorConfig } from "./toolchain/link/config/supervisor.ts";
export {
  clock,
  configuration,
  connect,
  console,
  dir,
  directory,
  entropy,
  httpClient,
  httpServer,
  introspection,
  listen,
  stdio,
  supervision,
} from "./toolchain/link/config/grants.ts";
export type { Grant, HttpLimits } from "./toolchain/link/plan.ts";
