/** The table of instructions against an independent assembler. */
import { describe, expect, test } from "vitest";
import {
  CodeWriter,
  decodeModule,
  type ImmediateKind,
  type Instruction,
  INSTRUCTIONS,
  readInstructions,
} from "../../../toolchain/wasm/index.ts";
import { assemble } from "./samples.ts";

/** For each kind: a value, and how the text format writes it. */
const SAMPLES: Readonly<Record<ImmediateKind, readonly [value: unknown, text: string]>> = {
  "block type": ["i32", "(result i32)"],
  "cast flags": [1, ""],
  catches: [
    [
      { kind: "catch", tag: 1, label: 0 },
      { kind: "catch_ref", tag: 200, label: 0 },
      { kind: "catch_all", label: 0 },
      { kind: "catch_all_ref", label: 0 },
    ],
    "(catch 1 0) (catch_ref 200 0) (catch_all 0) (catch_all_ref 0)",
  ],
  data: [3, "3"],
  element: [4, "4"],
  f32: [1.5, "1.5"],
  f64: [-2.25, "-2.25"],
  field: [5, "5"],
  func: [300, "300"],
  global: [6, "6"],
  "heap type": ["func", "func"],
  i32: [-129, "-129"],
  i64: [-(2n ** 63n), "-9223372036854775808"],
  label: [0, "0"],
  labels: [{ labels: [0, 0], default: 0 }, "0 0 0"],
  lane: [1, "1"],
  lanes: [[0, 31, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15], "0 31 2 3 4 5 6 7 8 9 10 11 12 13 14 15"],
  length: [7, "7"],
  local: [8, "8"],
  memory: [9, "9"],
  "memory argument": [{ memory: 2, offset: 1000 }, "2 offset=1000"],
  ordering: [0, ""],
  table: [10, "10"],
  tag: [11, "11"],
  type: [12, "12"],
  v128: [
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 255],
    "i8x16 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 -1",
  ],
  "value types": [["i64"], "(result i64)"],
};

/** Instructions whose text is not their mnemonic followed by the immediates in binary order. */
const TEXTS: Readonly<Record<string, string>> = {
  "select typed": "select (result i64)",
  call_indirect: "call_indirect 10 (type 12)",
  return_call_indirect: "return_call_indirect 10 (type 12)",
  "memory.init": "memory.init 9 3",
  "table.init": "table.init 10 4",
  "ref.test": "ref.test (ref func)",
  "ref.test null": "ref.test (ref null func)",
  "ref.cast": "ref.cast (ref func)",
  "ref.cast null": "ref.cast (ref null func)",
  br_on_cast: "br_on_cast 0 (ref null func) (ref func)",
  br_on_cast_fail: "br_on_cast_fail 0 (ref null func) (ref func)",
};
const OPENING = new Set(["block", "loop", "if", "try", "try_table"]);
/** Parts of a construct: what has to stand around them. */
const AROUND: Readonly<Record<string, readonly [before: string, after: string]>> = {
  else: ["if", "end"],
  catch: ["try", "end"],
  catch_all: ["try", "end"],
  delegate: ["try", ""],
};

function text({ mnemonic, immediates }: Instruction): string {
  if (mnemonic === "end") return "block end";
  const [before, after] = AROUND[mnemonic] ?? ["", OPENING.has(mnemonic) ? "end" : ""];
  const own = TEXTS[mnemonic] ?? [mnemonic, ...immediates.map((kind) => SAMPLES[kind][1])].join(" ");
  return `${before} ${own} ${after}`;
}

function encode({ mnemonic, immediates }: Instruction): Uint8Array {
  const writer = new CodeWriter() as unknown as { op(...args: unknown[]): void } & CodeWriter;
  if (mnemonic === "end") return writer.block().end().end().bytes();
  const [before, after] = AROUND[mnemonic] ?? ["", OPENING.has(mnemonic) ? "end" : ""];
  if (before !== "") writer.op(before, undefined);
  writer.op(mnemonic, ...immediates.map((kind) => SAMPLES[kind][0]));
  if (after !== "") writer.op(after);
  return writer.end().bytes();
}

describe("every instruction", () => {
  test("is encoded as an independent assembler encodes it, and read back", async () => {
    const wrong: string[] = [];
    for (const instruction of INSTRUCTIONS) {
      const code = encode(instruction);
      const module = decodeModule(await assemble(`(module (func ${text(instruction)}))`));
      const mnemonics = Array.from(readInstructions(code), (cursor) => cursor.mnemonic);
      const same = Buffer.compare(code, module.code[0]?.code ?? code.subarray(0, 0)) === 0;
      if (!same || !mnemonics.includes(instruction.mnemonic)) wrong.push(instruction.mnemonic);
    }
    expect(wrong).toEqual([]);
  });

  test("has an opcode of its own", () => {
    expect(new Set(INSTRUCTIONS.map((i) => i.opcode)).size).toBe(INSTRUCTIONS.length);
    expect(INSTRUCTIONS.length).toBeGreaterThan(550);
  });
});

describe("a code writer", () => {
  test("refuses immediates that cannot be encoded", () => {
    expect(() => new CodeWriter().localGet(-1)).toThrow(RangeError);
    expect(() => new CodeWriter().i32Const(2 ** 32)).toThrow(RangeError);
    expect(() => new CodeWriter().i64Const(2n ** 64n)).toThrow(RangeError);
    expect(() => new CodeWriter().v128Const([1])).toThrow(RangeError);
    expect(() => new CodeWriter().op("i8x16.extract_lane_s", 256)).toThrow(RangeError);
  });

  test("takes both readings of an integer", () => {
    expect(new CodeWriter().i32Const(0xffff_ffff).bytes()).toEqual(new CodeWriter().i32Const(-1).bytes());
    expect(new CodeWriter().i64Const(2n ** 64n - 1n).bytes()).toEqual(new CodeWriter().i64Const(-1n).bytes());
  });
});
