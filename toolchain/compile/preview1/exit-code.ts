/**
 * A program's whole exit code: what the standard adapter says no more of than success or failure.
 *
 * `proc_exit` of preview 1 has a number. The adapter calls `exit` of `wasi:cli`,
 * which has none; `exit-with-code` is there since WASI 0.2.12. So the import is
 * given another name, and the module a world that has that function. Of numbers
 * above 255 the lowest 8 bits are left, as of a process of Linux.
 */
import type { core, CoreModule } from "../../wasm/index.ts";
import type { WorldWit } from "../wit/parse.ts";
import { PREVIEW1 } from "./examine.ts";

const WORLD: WorldWit = {
  text: `package atoll:exit-code;
world exit-code { import wasi:cli/exit@0.2.12; }
package wasi:cli@0.2.12 { interface exit { exit-with-code: func(status-code: u8); } }`,
  world: "exit-code",
};
const EXIT_WITH_CODE = { module: "wasi:cli/exit@0.2.12", name: "exit-with-code" };

/** The module as it is where it never exits; otherwise one that needs `world` beside its own. */
export function withExitCode(module: CoreModule): { readonly module: CoreModule; readonly world?: WorldWit } {
  if (!module.imports.some((one) => isExit(one, module))) return { module };
  const imports = module.imports.map((one) => (isExit(one, module) ? { ...one, ...EXIT_WITH_CODE } : one));
  return { module: { ...module, imports }, world: WORLD };
}

/** One of another type is left to the component tools, which say what is wrong with it. */
function isExit({ module, name, type }: core.Import, { types }: CoreModule): boolean {
  if (module !== PREVIEW1 || name !== "proc_exit" || type.kind !== "func") return false;
  const composite = types.flat()[type.type]?.composite;
  if (composite?.kind !== "func") return false;
  const { params, results } = composite;
  return params.length === 1 && params[0] === "i32" && results.length === 0;
}
