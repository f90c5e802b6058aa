/** The runtime library that generated files and programs import, as source text. */
import { readFileSync } from "node:fs";
import type { BindingsFile } from "./bindings.ts";

const FILES = [
  { path: "atoll.ts", module: "atoll" },
  { path: "abi.ts", module: "atoll/abi" },
  { path: "scratch.ts", module: "atoll/scratch" },
];

/** Files of runtime/, by the specifiers that must resolve to them. */
export function runtimeFiles(): readonly BindingsFile[] {
  return FILES.map(({ path, module }) => ({
    path,
    module,
    text: readFileSync(new URL(`runtime/${path}`, import.meta.url), "utf8"),
  }));
}
