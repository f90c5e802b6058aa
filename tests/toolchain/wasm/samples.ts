/** Real binaries for the tests: assembled from text, or found among the dependencies. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "@bytecodealliance/jco-transpile/wasm-tools";
import { expect } from "vitest";
import { WasmError } from "../../../toolchain/wasm/index.ts";

/** Binary of a module or component in text form. Nothing validates it. */
export function assemble(text: string): Promise<Uint8Array> {
  return parse(text);
}

/** Big core modules that the dependencies bring along. */
export function realModules(): { name: string; bytes: Uint8Array }[] {
  const entry = createRequire(import.meta.url).resolve("@bytecodealliance/jco-transpile/wasm-tools");
  const folder = join(dirname(entry), "..", "vendor");
  return [
    "wasm-tools.core.wasm",
    "wasm-tools.core2.wasm",
    "js-component-bindgen-component.core.wasm",
    "js-component-bindgen-component.core2.wasm",
  ].map((name) => ({ name, bytes: readFileSync(join(folder, name)) }));
}

/** Scripts of the specification's own tests, where a checkout has them beside it. */
export const CONFORMANCE: string = fileURLToPath(
  new URL("../../../../shared/conformance/component-model", import.meta.url),
);

/** What decoding throws, which must be a WasmError. */
export function refusal(decode: () => unknown): WasmError {
  try {
    decode();
  } catch (error) {
    expect(error).toBeInstanceOf(WasmError);
    return error as WasmError;
  }
  throw new Error("the input was accepted");
}

/** Bytes from numbers, texts (as ASCII) and other bytes. */
export function bytes(...parts: readonly (number | string | ArrayLike<number>)[]): Uint8Array {
  const all = parts.map((part) => {
    if (typeof part === "number") return Uint8Array.of(part);
    if (typeof part === "string") return new TextEncoder().encode(part);
    return part instanceof Uint8Array ? part : Uint8Array.from(part);
  });
  return new Uint8Array(Buffer.concat(all));
}

export const MODULE: readonly number[] = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
export const COMPONENT: readonly number[] = [0x00, 0x61, 0x73, 0x6d, 0x0d, 0x00, 0x01, 0x00];
