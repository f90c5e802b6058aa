/** The runtime library that generated files and programs import, as source text. */
import { readFileSync } from "node:fs";
import type { BindingsFile } from "./bindings.ts";

const FILES = [
  { path: "atoll.ts", module: "atoll" },
  { path: "abi.ts", module: "atoll/abi" },
  { path: "drops.ts", module: "atoll/drops" },
  { path: "fault.ts", module: "atoll/fault" },
  { path: "resource.ts", module: "atoll/resource" },
  { path: "scratch.ts", module: "atoll/scratch" },
];

/**
 * The argument of asc's `--use` that keeps AssemblyScript's `abort` from becoming
 * an import. What it was called with lies where the core export `lastAbort` says:
 * addresses of message and file (UTF-16 strings, their byte length 4 bytes before
 * them; or 0), line, column; four 32-bit words.
 */
export const ABORT_ALIAS = "abort=~lib/atoll/abi/abort";

/** Files of runtime/, by the specifiers that must resolve to them. */
export function runtimeFiles(): readonly BindingsFile[] {
  return FILES.map(({ path, module }) => ({
    path,
    module,
    text: readFileSync(new URL(`runtime/${path}`, import.meta.url), "utf8"),
  }));
}
