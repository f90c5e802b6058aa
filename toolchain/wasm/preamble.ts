/**
 * The first eight bytes: module, component, or something else by mistake.
 *
 * Core spec 3.0 §5.5.18; Component Model Binary.md, "Component Definitions".
 */
import { hex, type Place } from "./byte-reader.ts";
import { WasmError } from "./error.ts";

export type BinaryKind = "module" | "component";

const MAGIC: readonly number[] = [0x00, 0x61, 0x73, 0x6d];
const VERSIONS: Readonly<Record<BinaryKind, readonly number[]>> = {
  module: [0x01, 0x00, 0x00, 0x00],
  component: [0x0d, 0x00, 0x01, 0x00],
};

/** All eight bytes. */
export function preamble(kind: BinaryKind): readonly number[] {
  return [...MAGIC, ...VERSIONS[kind]];
}

/** Tells a module from a component by the preamble; a WasmError says what the bytes are instead. */
export function kindOfBinary(bytes: Uint8Array, place: Place = { offset: 0, path: "" }): BinaryKind {
  const expected = "a WebAssembly binary, which begins with 00 61 73 6d";
  if (bytes.length === 0) throw new WasmError(place, expected, "an empty file");
  if (MAGIC.some((byte, i) => bytes[i] !== byte)) throw new WasmError(place, expected, describe(bytes));
  const version = bytes.subarray(4, 8);
  for (const kind of ["module", "component"] as const) {
    if (VERSIONS[kind].every((byte, i) => version[i] === byte)) return kind;
  }
  throw new WasmError(
    { offset: place.offset + 4, path: place.path },
    "the version of a module, 01 00 00 00, or of a component, 0d 00 01 00",
    version.length < 4 ? "the end of the file" : describeVersion(version),
  );
}

function describeVersion(version: Uint8Array): string {
  const layer = version[2] === 1 ? " (a component of another version)" : "";
  return `${print(version)}${layer}`;
}

/** What people hand over by mistake, by how it begins. */
function describe(bytes: Uint8Array): string {
  if (MAGIC.every((byte, i) => i >= bytes.length || bytes[i] === byte)) return "a file that ends before";
  const head = new TextDecoder().decode(bytes.subarray(0, 64)).trimStart();
  if (head.startsWith("(") || head.startsWith(";;")) {
    return "text that looks like WAT; turn it into a binary first, as with `wasm-tools parse`";
  }
  return print(bytes.subarray(0, 4));
}

function print(bytes: Uint8Array): string {
  return [...bytes].map((byte) => hex(byte).slice(2)).join(" ");
}
