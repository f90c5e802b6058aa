/** The bound on memory: 256 bytes for each byte of input, whatever the input claims. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import {
  ByteWriter,
  decodeComponent,
  decodeModule,
  readInstructions,
  WasmError,
} from "../../../toolchain/wasm/index.ts";
import { bytes, COMPONENT, MODULE } from "./samples.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;
const LIMIT = 256;
const ITEMS = 60_000;

function used(): number {
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** A binary of one section that holds the same item many times. */
function dense(
  preamble: readonly number[],
  id: number,
  item: readonly number[],
  prefix: readonly number[] = [],
): Uint8Array {
  const content = new ByteWriter(item.length * ITEMS);
  content.bytes(prefix);
  content.u32(ITEMS);
  for (let i = 0; i < ITEMS; i++) content.bytes(item);
  const out = new ByteWriter(content.length + 16);
  out.bytes(preamble);
  out.byte(id);
  out.sized(content.toBytes());
  return out.toBytes();
}

function many(preamble: readonly number[], section: readonly number[]): Uint8Array {
  return bytes(preamble, ...Array.from({ length: ITEMS }, () => section));
}

/** The densest form of each construct: as few bytes as there can be for an object. */
const DENSE: readonly (readonly [string, Uint8Array, (binary: Uint8Array) => unknown])[] = [
  ["empty function types", dense(MODULE, 1, [0x60, 0, 0]), decodeModule],
  ["empty structures", dense(MODULE, 1, [0x5f, 0]), decodeModule],
  ["empty groups", dense(MODULE, 1, [0x4e, 0]), decodeModule],
  ["imports", dense(MODULE, 2, [0, 0, 0, 0]), decodeModule],
  ["memories", dense(MODULE, 5, [0, 0]), decodeModule],
  ["globals", dense(MODULE, 6, [0x7f, 0, 0x0b]), decodeModule],
  ["exports", dense(MODULE, 7, [0, 0, 0]), decodeModule],
  ["element segments", dense(MODULE, 9, [1, 0, 0]), decodeModule],
  ["empty expressions", dense(MODULE, 9, [0x0b], [1, 5, 0x70]), decodeModule],
  ["passive data", dense(MODULE, 11, [1, 0]), decodeModule],
  [
    "function bodies",
    bytes(dense(MODULE, 3, [0]), dense(MODULE, 10, [2, 0, 0x0b]).subarray(MODULE.length)),
    decodeModule,
  ],
  ["custom sections", many(MODULE, [0, 1, 0]), decodeModule],
  ["primitive types", dense(COMPONENT, 7, [0x7f]), decodeComponent],
  ["results", dense(COMPONENT, 7, [0x6a, 0, 0]), decodeComponent],
  ["empty instance types", dense(COMPONENT, 7, [0x42, 0]), decodeComponent],
  ["labels", dense(COMPONENT, 7, [0], [1, 0x6e]), decodeComponent],
  ["fields", dense(COMPONENT, 7, [0, 0x7f], [1, 0x72]), decodeComponent],
  ["aliases", dense(COMPONENT, 6, [3, 2, 0, 0]), decodeComponent],
  ["canonical definitions", dense(COMPONENT, 8, [5]), decodeComponent],
  ["lowered functions", dense(COMPONENT, 8, [1, 0, 0, 0]), decodeComponent],
  ["core instances", dense(COMPONENT, 2, [1, 0]), decodeComponent],
  ["module types", dense(COMPONENT, 3, [0x50, 0]), decodeComponent],
  ["imports of a component", dense(COMPONENT, 10, [0, 0, 3, 1]), decodeComponent],
  ["empty components", many(COMPONENT, [4, 8, ...COMPONENT]), decodeComponent],
  ["empty modules", many(COMPONENT, [1, 8, ...MODULE]), decodeComponent],
  ["custom sections of a component", many(COMPONENT, [0, 1, 0]), decodeComponent],
];

describe("decoding stays within the bound", () => {
  test.each(DENSE)("%s", (_, binary, decode) => {
    const before = used();
    let result: unknown;
    try {
      result = decode(binary);
    } catch (error) {
      expect(error).toBeInstanceOf(WasmError);
    }
    const perByte = (used() - before) / binary.length;
    expect(result === undefined || typeof result === "object").toBe(true);
    expect(perByte).toBeLessThan(LIMIT);
  });
});

describe("a claim costs nothing", () => {
  test.each([
    ["of 2^32 - 1 types", bytes(MODULE, 1, 5, 0xff, 0xff, 0xff, 0xff, 0x0f), decodeModule],
    ["of a section of 4 GiB", bytes(MODULE, 1, 0xff, 0xff, 0xff, 0xff, 0x0f), decodeModule],
    ["of a name of 4 GiB", bytes(MODULE, 0, 5, 0xff, 0xff, 0xff, 0xff, 0x0f), decodeModule],
    ["of 2^32 - 1 aliases", bytes(COMPONENT, 6, 5, 0xff, 0xff, 0xff, 0xff, 0x0f), decodeComponent],
    [
      "of 2^32 - 1 labels",
      bytes(0x0e, 0xff, 0xff, 0xff, 0xff, 0x0f),
      (code: Uint8Array) => [...readInstructions(code)],
    ],
  ] as const)("%s", (_, binary, decode) => {
    const before = used();
    expect(() => decode(binary)).toThrow(WasmError);
    expect(used() - before).toBeLessThan(1 << 20);
  });
});
