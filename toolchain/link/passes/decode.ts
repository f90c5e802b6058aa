/**
 * Pass: the bytes of a component, decoded; other things refused by what they are.
 */
import type { CoreModule, Component } from "../../wasm/index.ts";
import { decodeComponent, decodeModule, kindOfBinary, WasmError } from "../../wasm/index.ts";
import { LinkError } from "../error.ts";
import { RESERVED } from "../plan.ts";

/** @throws LinkError (`component`, `not-yet`) that names the file. */
export function decodeComponentFile(bytes: Uint8Array, file: string): Component {
  const component = reported(file, () => {
    if (kindOfBinary(bytes) === "module") {
      throw new LinkError(
        "component",
        `${file}: expected a component, found a core module`,
        "A component carries its interfaces with it: `atoll build` makes one from a program.",
      );
    }
    return decodeComponent(bytes);
  });
  refuseWasi(component, file);
  return component;
}

/** A core module of a component, valid, without names that are the linker's. */
export function decodeCoreModule(bytes: Uint8Array, at: string): CoreModule {
  const module = reported(at, () => decodeModule(bytes));
  if (!WebAssembly.validate(bytes as Uint8Array<ArrayBuffer>)) {
    throw new LinkError("component", `${at}: expected a valid core module, found: ${reasonOf(bytes)}`);
  }
  const reserved = module.exports.find(({ name }) => name.startsWith(RESERVED.prefix) && !name.includes("/"));
  if (reserved) {
    throw new LinkError(
      "component",
      `${at}: exports "${reserved.name}"; names that begin with "${RESERVED.prefix}" and have no slash are the linker's`,
    );
  }
  return module;
}

function refuseWasi(component: Component, file: string): void {
  const names = component.definitions.flatMap((d) => (d.kind === "import" ? [d.import.name.name] : []));
  const wasi = names.filter((name) => name.startsWith("wasi:"));
  if (wasi.length === 0) return;
  throw new LinkError(
    "not-yet",
    `${file} imports WASI, which Atoll does not provide yet:\n${wasi.map((name) => `  ${name}`).join("\n")}`,
    "What Atoll provides today are the atoll:device interfaces, such as atoll:device/console.",
  );
}

/** Runs a decoder; its error becomes one that names the file. */
export function reported<T>(file: string, decode: () => T): T {
  try {
    return decode();
  } catch (cause) {
    if (!(cause instanceof WasmError)) throw cause;
    throw new LinkError("component", `${file}: ${cause.message}`, undefined, { cause });
  }
}

/** What the engine says about a module that it does not accept. */
export function reasonOf(bytes: Uint8Array): string {
  try {
    // oxlint-disable-next-line no-new
    new WebAssembly.Module(bytes as Uint8Array<ArrayBuffer>);
    return "no reason given";
  } catch (error) {
    return error instanceof Error ? error.message.replace(/^WebAssembly\.Module\(\): /, "") : String(error);
  }
}
