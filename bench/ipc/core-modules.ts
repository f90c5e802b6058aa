/** The core modules of the two guests, as their components hold them. */
import { decodeComponent, decodeModule } from "../../toolchain/wasm/index.ts";
import { type GuestKind, guestComponent, type Side } from "./guests.ts";
import type { Workspace } from "./workspace.ts";

export async function coreModules(kind: GuestKind, workspace: Workspace): Promise<Record<Side, Uint8Array>> {
  const core = async (side: Side): Promise<Uint8Array> =>
    guestModule(await guestComponent(kind, side, workspace), `${kind} ${side}`);
  return { caller: await core("caller"), callee: await core("callee") };
}

/** The one that has the memory: a component also holds small modules that tie it together. */
function guestModule(component: Uint8Array, what: string): Uint8Array {
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
