/** Walking code: ranges, operands, and copying with changes. */
import { describe, expect, test } from "vitest";
import {
  CodeWriter,
  type CoreFuncIndex,
  type CoreMemoryIndex,
  type CoreTableIndex,
  type CoreTagIndex,
  type CoreTypeIndex,
  decodeModule,
  encodeModule,
  index,
  type OperandKind,
  readInstructions,
} from "../../../toolchain/wasm/index.ts";
import { computing } from "../../thread-time.ts";
import { bytes, realModules, refusal } from "./samples.ts";

function operands(code: Uint8Array): [mnemonic: string, ...(readonly [OperandKind, number])[]][] {
  return Array.from(readInstructions(code), (cursor) => [
    cursor.mnemonic,
    ...Array.from({ length: cursor.count }, (_, i) => {
      const { kind, value } = cursor.operand(i);
      return [kind, value] as const;
    }),
  ]);
}

const type = (n: number): CoreTypeIndex => index<CoreTypeIndex>(n);

describe("a cursor", () => {
  test("covers all code of real modules without a gap, at more than 10 MB a second", () => {
    for (const { bytes: binary } of realModules()) {
      const { code } = decodeModule(binary);
      let size = 0;
      const time = computing(() => {
        for (const body of code) {
          let last = 0;
          for (const cursor of readInstructions(body.code)) {
            if (cursor.start !== last) throw new Error(`a gap before ${cursor.start}`);
            last = cursor.end;
          }
          size += last;
          if (last !== body.code.length) throw new Error("bytes left over");
        }
      });
      // Generous, since machines differ: it takes a tenth of this.
      expect(time).toBeLessThan(1000 + size / 1000);
    }
  });

  test("tells what each operand is", () => {
    const tag = index<CoreTagIndex>(3);
    const code = new CodeWriter()
      .block(type(100))
      .op("try_table", { nullable: true, heap: type(70) }, [
        { kind: "catch", tag, label: 1 },
        { kind: "catch_all_ref", label: 0 },
      ])
      .op("br_table", { labels: [0, 1], default: 2 })
      .end()
      .end()
      .op("select typed", ["i32", { nullable: false, heap: type(200) }])
      .callIndirect(type(5), index<CoreTableIndex>(6))
      .memoryCopy(index<CoreMemoryIndex>(1), index<CoreMemoryIndex>(2))
      .op("ref.null", "extern")
      .op("br_on_cast", 1, 0, type(9), "none")
      .load("v128.load", { memory: index<CoreMemoryIndex>(1), offset: 2n ** 40n })
      .end();
    expect(operands(code.bytes())).toEqual([
      ["block", ["signed type", 100]],
      ["try_table", ["signed type", 70], ["tag", 3], ["label", 1], ["label", 0]],
      ["br_table", ["label", 0], ["label", 1], ["label", 2]],
      ["end"],
      ["end"],
      ["select typed", ["signed type", 200]],
      ["call_indirect", ["type", 5], ["table", 6]],
      ["memory.copy", ["memory", 1], ["memory", 2]],
      ["ref.null"],
      ["br_on_cast", ["cast flags", 1], ["label", 0], ["signed type", 9]],
      ["v128.load", ["memory argument", 1]],
      ["end"],
    ]);
  });

  test("reads constants and memory arguments", () => {
    const code = new CodeWriter()
      .i32Const(-5)
      .i64Const(-(2n ** 63n))
      .f32Const(0.5)
      .f64Const(-0)
      .load("i64.load32_u", { offset: 70, align: 0 })
      .load("i32.load", { offset: 1, memory: index<CoreMemoryIndex>(300) })
      .end();
    const found: unknown[] = [];
    for (const cursor of readInstructions(code.bytes())) {
      if (cursor.mnemonic === "i32.const") found.push(cursor.operand(0).value);
      if (cursor.mnemonic === "i64.const") found.push(cursor.i64(0));
      if (cursor.mnemonic.startsWith("f")) found.push(cursor.float(0));
      if (cursor.mnemonic.includes("load")) found.push(cursor.memoryArgument(0));
    }
    expect(found).toEqual([
      -5,
      -(2n ** 63n),
      0.5,
      -0,
      { offset: 70n, align: 0, memory: 0 },
      { offset: 1n, align: 2, memory: 300 },
    ]);
  });

  test("lets a pass change calls and copy the rest", () => {
    const add = new CodeWriter().localGet(0).localGet(1).op("i32.add").end().bytes();
    const seven = new CodeWriter().localGet(0).call(index<CoreFuncIndex>(0)).i32Const(1).op("i32.add").end();
    const out = new CodeWriter();
    let copied = 0;
    const code = seven.bytes();
    for (const cursor of readInstructions(code)) {
      if (cursor.mnemonic !== "call") continue;
      out.raw(code.subarray(copied, cursor.start));
      out.call(index<CoreFuncIndex>(cursor.operand(0).value + 1000));
      copied = cursor.end;
    }
    out.raw(code.subarray(copied));
    expect(operands(out.bytes())[1]).toEqual(["call", ["func", 1000]]);
    expect(operands(add).map(([mnemonic]) => mnemonic)).toEqual(["local.get", "local.get", "i32.add", "end"]);
  });

  test("leaves a module's bodies as they are when it copies them instruction by instruction", () => {
    const first = realModules().find(({ name }) => name.includes("core2"));
    const module = decodeModule(first?.bytes ?? bytes());
    const code = module.code.map((body) => {
      const out = new CodeWriter();
      for (const cursor of readInstructions(body.code)) out.raw(body.code.subarray(cursor.start, cursor.end));
      return { ...body, code: out.bytes() };
    });
    expect(Buffer.from(encodeModule({ ...module, code }).bytes).equals(first?.bytes ?? bytes())).toBe(true);
  });
});

function walk(code: readonly number[]): unknown {
  return [...readInstructions(bytes(code), { offset: 50, path: "f" })];
}

describe("broken code is refused", () => {
  test.each([
    ["no end", [0x01], 51, "an instruction", "the end of the data"],
    ["a block that stays open", [0x02, 0x40, 0x0b], 53, "an instruction", "the end of the data"],
    ["code after the end", [0x0b, 0x01], 51, "the end of the code", "1 byte more"],
    ["an opcode that is none", [0x27, 0x0b], 50, "an instruction", "the opcode 0x27"],
    [
      "an opcode behind a prefix that is none",
      [0x01, 0xfd, 0x9a, 0x01, 0x0b],
      51,
      "an instruction",
      "the opcode 0xfd 154",
    ],
    [
      "a huge opcode behind a prefix",
      [0xfc, 0xff, 0xff, 0xff, 0xff, 0x0f],
      50,
      "an instruction",
      "the opcode 0xfc 4294967295",
    ],
    [
      "more labels than bytes",
      [0x0e, 0x7f, 0x0b],
      51,
      "at most 1 labels in the 1 byte left",
      "a count of 127",
    ],
    ["a vector that is cut off", [0xfd, 0x0c, 1, 2], 52, "16 bytes of constant", "2 bytes before the end"],
    [
      "an i32 with bits beyond",
      [0x41, 0xff, 0xff, 0xff, 0xff, 0x0f],
      51,
      "constant, an integer of 32 bits, signed",
      "bits beyond the width in 0x0f",
    ],
    [
      "an i64 of too many bytes",
      [0x42, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0],
      51,
      "constant, an integer of 64 bits, signed",
      "an integer of more than 10 bytes",
    ],
    [
      "an alignment beyond",
      [0x28, 0x80, 0x01, 0x00],
      51,
      "an alignment below 2^64 bytes",
      "the exponent 128",
    ],
    ["an ordering that is none", [0xfe, 0x03, 0x01], 52, "ordering below 1", "0x01"],
    ["a block type that is none", [0x02, 0x41, 0x0b], 51, "a value type", "the code 0x41"],
    ["an unknown catch clause", [0x1f, 0x40, 0x01, 0x04, 0x00], 53, "a catch clause, 0 to 3", "0x04"],
  ] as const)("%s", (_, code, offset, expected, found) => {
    expect(refusal(() => walk(code))).toMatchObject({ offset, path: "f", expected, found });
  });
});
