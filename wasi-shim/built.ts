/**
 * The WASI shim as components, one for each of its worlds.
 *
 * A process gets the smallest that has what it imports. How they are built and kept
 * says `toolchain/compile/own-component.ts`.
 */
import { join } from "node:path";
import { ownComponent } from "../toolchain/compile/own-component.ts";

/** Named by what it has beside io, cli, clocks, random and filesystem; `http` has sockets too. */
export type ShimVariant = "base" | "sockets" | "http";

export const SHIM_VARIANTS: readonly ShimVariant[] = ["base", "sockets", "http"];

const HERE = import.meta.dirname;
/** The file of each whose exports are the component's. */
const ENTRIES: Readonly<Record<ShimVariant, string>> = {
  base: "base.ts",
  sockets: "with-sockets.ts",
  http: "with-http.ts",
};

/** The component's bytes. @throws Error where the sources do not compile, or a package lacks it. */
export function builtShim(variant: ShimVariant): Promise<Uint8Array> {
  return ownComponent({
    name: variant,
    folder: "wasi-shim",
    source: { app: join(HERE, ENTRIES[variant]), wit: join(HERE, "wit"), world: variant },
  });
}

/** What calls a handler of wasi:http. @throws as `builtShim` */
export function builtHttpDriver(): Promise<Uint8Array> {
  return ownComponent({
    name: "http-driver",
    folder: "wasi-shim",
    source: { app: join(HERE, "http-driver.ts"), wit: join(HERE, "wit"), world: "http-driver" },
  });
}
