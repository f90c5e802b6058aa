/**
 * Device functions that need no adapter.
 *
 * A function that only passes numbers is bound to the guest's slot itself, and
 * a table of functions takes Wasm functions only. So it is passed through a
 * module that imports and exports it:
 *
 *      (module (import "" "" (func (result i64))) (export "" (func 0)))
 */
import type { DeviceFunction } from "./device.ts";

const PREAMBLE = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00] as const;
const TYPES = [0x01, 0x05, 0x01, 0x60, 0x00, 0x01, 0x7e] as const;
const IMPORTS = [0x02, 0x05, 0x01, 0x00, 0x00, 0x00, 0x00] as const;
const EXPORTS = [0x07, 0x04, 0x01, 0x00, 0x00, 0x00] as const;

let passing: WebAssembly.Module | undefined;

/** A function `() -> u64`, as one that a slot takes. */
export function directU64(call: () => bigint): DeviceFunction {
  passing ??= new WebAssembly.Module(Uint8Array.from([...PREAMBLE, ...TYPES, ...IMPORTS, ...EXPORTS]));
  const { exports } = new WebAssembly.Instance(passing, { "": { "": call } });
  return exports[""] as DeviceFunction;
}
