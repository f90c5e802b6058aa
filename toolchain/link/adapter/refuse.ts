/**
 * Calls that are never let in: between a component instance and one that it contains.
 *
 * An instance is entered together with those around it, so such a call would
 * enter one that is already running. Source: CanonicalABI.md, "Component Instances",
 * `may_enter`; the specification's test `async/trap-on-reenter`.
 */
import type { CoreModule } from "../../wasm/index.ts";
import { flattenFunction, type FunctionType } from "../../abi/index.ts";
import { all, apply, i32 } from "./code.ts";
import { AdapterModule } from "./module.ts";
import { trapIf } from "./trap.ts";

/** Exports each function by its name, with the core signature of the caller's `canon lower`. */
export function emitRefusals(
  functions: readonly { readonly name: string; readonly type: FunctionType }[],
): CoreModule {
  const module = new AdapterModule();
  for (const { name, type } of functions) {
    const { params, results } = flattenFunction(type, "lower");
    const code = all(trapIf(module, i32(1), "cannot enter component instance"), apply("unreachable"));
    module.export(name, module.define(name, { params, results }, code));
  }
  return module.finish();
}
