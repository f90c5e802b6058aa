/**
 * The components of HTTP services that Atoll brings along: the driver of a handler, and the pool.
 */
import { join } from "node:path";
import { ownComponent } from "../../toolchain/compile/own-component.ts";

export type HttpComponent = "driver" | "pool";

export const HTTP_COMPONENTS: readonly HttpComponent[] = ["driver", "pool"];

/** The component's bytes. @throws Error where the sources do not compile, or a package lacks it. */
export function builtHttp(name: HttpComponent): Promise<Uint8Array> {
  return ownComponent({ name, folder: "components/http", app: join(import.meta.dirname, `${name}.ts`) });
}
