/** The guest's own core module, out of its component. */
import { decodeComponent, decodeModule } from "../../toolchain/wasm/index.ts";

/**
 * The core module that has the memory: a component also holds small modules
 * that tie it together.
 *
 * @param what whose component it is, for errors.
 */
export function coreModule(component: Uint8Array, what: string): Uint8Array {
  for (const definition of decodeComponent(component).definitions) {
    if (definition.kind !== "core module") continue;
    const { exports } = decodeModule(definition.bytes);
    // A hand-written adapter would have to call it; these guests do without.
    if (exports.some(({ name }) => name.startsWith("cabi_post_")))
      throw new Error(`${what}: expected no post-return functions, found one; the floor does not call them`);
    if (exports.some(({ kind, name }) => kind === "memory" && name === "memory")) return definition.bytes;
  }
  throw new Error(`${what}: expected a core module that exports "memory", found none`);
}
