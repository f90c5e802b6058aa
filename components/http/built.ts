/**
 * The components of HTTP services that Atoll brings along: the driver of a handler, and the pool.
 */
import { join } from "node:path";
import { ownComponent, type OwnComponent } from "../../toolchain/compile/own-component.ts";
import { driverModule } from "./driver/module.ts";

export type HttpComponent = "driver" | "pool";

export const HTTP_COMPONENTS: readonly HttpComponent[] = ["driver", "pool"];

const HERE = import.meta.dirname;
const SOURCES: Readonly<Record<HttpComponent, OwnComponent["source"]>> = {
  driver: { module: driverModule, wit: join(HERE, "driver/driver.wit"), world: "driver" },
  pool: { app: join(HERE, "pool.ts") },
};

/** The component's bytes. @throws Error where the sources do not compile, or a package lacks it. */
export function builtHttp(name: HttpComponent): Promise<Uint8Array> {
  return ownComponent({ name, folder: "components/http", source: SOURCES[name] });
}
