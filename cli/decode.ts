/** A component of the command line, decoded; what is wrong with it is told with its name. */
import { AbiError, worldOfComponent, type World } from "../toolchain/abi/index.ts";
import { WasmError, decodeComponent, type Component } from "../toolchain/wasm/index.ts";
import { UsageError } from "./report.ts";

export interface Decoded {
  readonly component: Component;
  readonly world: World;
}

/** Throws UsageError. */
export function decode(file: string, bytes: Uint8Array): Decoded {
  return named(file, () => {
    const component = decodeComponent(bytes);
    return { component, world: worldOfComponent(component) };
  });
}

/** Runs what decodes; its errors become ones that name the file. */
export function named<T>(file: string, decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    if (!(error instanceof WasmError) && !(error instanceof AbiError)) throw error;
    throw new UsageError(`${file}: ${error.message}.`);
  }
}
