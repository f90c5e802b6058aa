/** Whatever bytes a component has, it becomes a world or is refused; nothing else happens. */
import { componentEmbed, componentNew } from "@bytecodealliance/jco-transpile/wasm-tools";
import * as fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { AbiError, printWorld, worldOfComponent } from "../../../toolchain/abi/index.ts";
import { decodeComponent, WasmError } from "../../../toolchain/wasm/index.ts";
import { runs } from "./runs.ts";

const WIT = `package a:b@1.0.0;
  interface types { record point { x: s32, y: list<u8> } resource blob { constructor(); size: func() -> u32; } }
  interface api { use types.{point, blob}; variant v { a(point), b } enum e { x, y } f: func(p: point, b: borrow<blob>) -> result<v, e>; }
  world app { import types; import log: func(line: string); export api; export run: func() -> option<tuple<u8, string>>; }`;
let component: Uint8Array;

beforeAll(async () => {
  component = await componentNew(await componentEmbed({ dummy: true, witSource: WIT }));
});

test("a component with some bytes changed", () => {
  const change = fc.record({ at: fc.nat(), to: fc.oneof(fc.nat(12), fc.nat(255)) });
  const outcomes = new Set<string>();
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
      const bytes = Uint8Array.from(component);
      for (const { at, to } of changes) bytes[at % bytes.length] = to;
      outcomes.add(outcomeOf(bytes));
    }),
    runs(4000),
  );
  expect(outcomes).toEqual(new Set(["a world", "AbiError", "WasmError"]));
});

function outcomeOf(bytes: Uint8Array): string {
  try {
    printWorld(worldOfComponent(decodeComponent(bytes)));
    return "a world";
  } catch (error) {
    if (error instanceof AbiError || error instanceof WasmError) return error.name;
    throw error;
  }
}
