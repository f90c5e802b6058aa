/** What holds for every module, every component, every byte string. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  ByteReader,
  ByteWriter,
  type CoreModule,
  decodeComponent,
  decodeModule,
  decodeNameSection,
  encodeComponent,
  encodeModule,
  readInstructions,
  WasmError,
} from "../../../toolchain/wasm/index.ts";
import { arbitraryComponent } from "./arbitrary-component.ts";
import { arbitraryModule } from "./arbitrary-module.ts";
import { bytes, COMPONENT, MODULE } from "./samples.ts";

const RUNS = { numRuns: 500, seed: 20_261_121 };

/** As decoding gives it: where the code lies, custom sections in the order of the file. */
function placed(module: CoreModule, codeOffsets: readonly number[]): CoreModule {
  return {
    ...module,
    code: module.code.map((body, i) => ({ ...body, offset: codeOffsets[i] ?? 0 })),
  };
}
/** Definitions without the offsets, which encoding makes. */
function withoutOffsets(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, item: unknown) => {
      if (typeof item === "bigint") return String(item);
      return key === "offset" ? 0 : item;
    }),
  );
}
/** The custom sections move behind the last section that is there. */
function withoutPlaces(module: CoreModule): CoreModule {
  return { ...module, customs: module.customs.map((custom) => ({ ...custom, after: 0 })) };
}

/** Runs a decoder on anything; it may refuse with a WasmError only. */
function onlyOurs(decode: () => unknown): void {
  try {
    decode();
  } catch (error) {
    expect(error).toBeInstanceOf(WasmError);
  }
}
function written(write: (out: ByteWriter) => void): ByteReader {
  const out = new ByteWriter(1);
  write(out);
  return new ByteReader(out.toBytes());
}
function sizes(values: readonly number[]): number[] {
  return values.map((value) => written((out) => out.s33(value)).remaining);
}

describe("every module that is built", () => {
  test("is valid to an engine and comes back as it was", () => {
    fc.assert(
      fc.property(arbitraryModule, (module) => {
        const { bytes: binary, codeOffsets } = encodeModule(module);
        expect(WebAssembly.validate(binary)).toBe(true);
        const decoded = decodeModule(binary);
        const { customs, ...rest } = withoutPlaces(decoded);
        const { customs: original, ...expected } = withoutPlaces(placed(module, codeOffsets));
        expect(rest).toEqual(expected);
        expect(customs).toHaveLength(original.length);
        expect(Buffer.from(encodeModule(decoded).bytes).equals(binary)).toBe(true);
      }),
      { ...RUNS, numRuns: 200 },
    );
  });
});

describe("every component that can be written", () => {
  test("comes back as it was", () => {
    fc.assert(
      fc.property(arbitraryComponent, (component) => {
        const binary = encodeComponent(component);
        const decoded = decodeComponent(binary);
        expect(withoutOffsets(decoded)).toEqual(withoutOffsets(component));
        expect(Buffer.from(encodeComponent(decoded)).equals(binary)).toBe(true);
      }),
      RUNS,
    );
  });
});

describe("every byte string", () => {
  const tails = fc.uint8Array({ maxLength: 60 });

  test("is decoded or refused with a WasmError", () => {
    fc.assert(
      fc.property(tails, (tail) => {
        onlyOurs(() => decodeModule(bytes(MODULE, tail)));
        onlyOurs(() => decodeComponent(bytes(COMPONENT, tail)));
        onlyOurs(() => decodeNameSection(tail));
        onlyOurs(() => [...readInstructions(tail)]);
      }),
      { ...RUNS, numRuns: 2000 },
    );
  });
});

describe("integers", () => {
  test("of every width come back", () => {
    const wide = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    fc.assert(
      fc.property(fc.maxSafeInteger(), wide, (n, big) => {
        const u32 = n >>> 0;
        const s33 = u32 - (n < 0 ? 2 ** 32 : 0);
        const u64 = BigInt.asUintN(64, big);
        expect(written((out) => out.u32(u32)).u32("n")).toBe(u32);
        expect(written((out) => out.s32(u32)).s32("n")).toBe(u32 | 0);
        expect(written((out) => out.s33(s33)).s33("n")).toBe(s33);
        expect(written((out) => out.u64(u64)).u64("n")).toBe(u64);
        expect(written((out) => out.s64(big)).s64("n")).toBe(big);
      }),
      RUNS,
    );
  });

  test("at the edges take as many bytes as they need", () => {
    expect(sizes([0, 63, 64, -64, -65, 8191, 8192, 2 ** 31, 2 ** 32 - 1, -(2 ** 32)])).toEqual([
      1, 1, 2, 1, 2, 2, 3, 5, 5, 5,
    ]);
  });
});
