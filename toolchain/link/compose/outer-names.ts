/** What a component imports and exports by name, before it is known whether it can be linked. */
import { decodeComponent, WasmError } from "../../wasm/index.ts";

export interface OuterNames {
  readonly imports: readonly string[];
  readonly exports: readonly string[];
}

/** Undefined for what is no component: `link` tells what is wrong with it. */
export function outerNames(bytes: Uint8Array): OuterNames | undefined {
  try {
    const { definitions } = decodeComponent(bytes);
    return {
      imports: definitions.flatMap((one) => (one.kind === "import" ? [one.import.name.name] : [])),
      exports: definitions.flatMap((one) => (one.kind === "export" ? [one.export.name.name] : [])),
    };
  } catch (error) {
    if (error instanceof WasmError) return undefined;
    throw error;
  }
}
