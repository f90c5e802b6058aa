/**
 * Values that the specification's own tests expect (canonical-abi/run_tests.py):
 * core values and bytes on the left, what they lift to on the right.
 */
import { describe, expect, test } from "vitest";
import {
  liftParams,
  lowerParams,
  Trap,
  type ComponentValue,
  type CoreValue,
  type ValueType,
} from "../../../toolchain/abi/index.ts";
import { GuestStub } from "./guest-stub.ts";
import * as t from "./short-types.ts";

function lift(
  type: ValueType,
  flat: readonly CoreValue[],
  bytes: readonly number[] = [],
): ComponentValue | undefined {
  const memory = { buffer: Uint8Array.from(bytes).buffer };
  return liftParams({ memory }, t.func([type]), flat)[0];
}

function again(type: ValueType, value: ComponentValue): ComponentValue | undefined {
  const guest = new GuestStub();
  return liftParams(guest, t.func([type]), lowerParams(guest, t.func([type]), [value]))[0];
}

const MAX = 2 ** 32 - 1;

describe("core values", () => {
  test.each<[ValueType, [CoreValue, ComponentValue][]]>([
    [
      t.bool,
      [
        [0, false],
        [1, true],
        [2, true],
        [MAX, true],
      ],
    ],
    [
      t.u8,
      [
        [127, 127],
        [255, 255],
        [256, 0],
        [MAX, 255],
        [4294967168, 128],
        [-129, 127],
      ],
    ],
    [
      t.s8,
      [
        [127, 127],
        [128, -128],
        [255, -1],
        [256, 0],
        [MAX, -1],
        [4294967167, 127],
      ],
    ],
    [
      t.u16,
      [
        [65535, 65535],
        [65536, 0],
        [MAX, 65535],
        [MAX - 32768, 32767],
      ],
    ],
    [
      t.s16,
      [
        [32768, -32768],
        [65535, -1],
        [65536, 0],
        [MAX - 32768, 32767],
      ],
    ],
    [
      t.u32,
      [
        [2 ** 31, 2 ** 31],
        [MAX, MAX],
        [-1, MAX],
      ],
    ],
    [
      t.s32,
      [
        [2 ** 31 - 1, 2 ** 31 - 1],
        [2 ** 31, -(2 ** 31)],
        [MAX, -1],
      ],
    ],
    [
      t.u64,
      [
        [2n ** 63n, 2n ** 63n],
        [-1n, 2n ** 64n - 1n],
      ],
    ],
    [
      t.s64,
      [
        [2n ** 63n, -(2n ** 63n)],
        [2n ** 64n - 1n, -1n],
      ],
    ],
    [t.f64, [[3.14, 3.14]]],
    [
      t.char,
      [
        [0, "\0"],
        [65, "A"],
        [0xd7ff, "\ud7ff"],
        [0xe000, "\ue000"],
        [0x10ffff, "\u{10ffff}"],
      ],
    ],
    [
      { kind: "enum", labels: ["a", "b"] },
      [
        [0, "a"],
        [1, "b"],
      ],
    ],
    [
      { kind: "flags", labels: ["a", "b"] },
      [
        [0, { a: false, b: false }],
        [2, { a: false, b: true }],
        [4, { a: false, b: false }],
      ],
    ],
  ])("%o", (type, pairs) => {
    for (const [core, value] of pairs) {
      expect(lift(type, [core])).toEqual(value);
      expect(again(type, value)).toEqual(value);
    }
  });

  test.each<[ValueType, CoreValue[]]>([
    [t.char, [0xd800]],
    [t.char, [0xdfff]],
    [t.char, [0x110000]],
    [t.char, [MAX]],
    [{ kind: "enum", labels: ["a", "b"] }, [2]],
    [t.option(t.u8), [2, 0]],
  ])("%o does not lift %o", (type, flat) => {
    expect(() => lift(type, flat)).toThrow(Trap);
  });

  test.each<[ValueType, CoreValue[], ComponentValue]>([
    [t.record({ x: t.u8, y: t.u16 }), [1, 2], { x: 1, y: 2 }],
    [t.tuple(t.tuple(t.u8, t.u8), t.u8), [1, 2, 3], [[1, 2], 3]],
    [t.list(t.u8, 3), [1, 2, 3], Uint8Array.of(1, 2, 3)],
    [
      t.list(t.list(t.u32, 2), 2),
      [1, 2, 3, 4],
      [
        [1, 2],
        [3, 4],
      ],
    ],
    [t.variant({ x: t.u8, y: t.f32, z: undefined }), [0, 256], { case: "x", value: 0 }],
    [
      t.variant({ x: t.u8, y: t.f32, z: undefined }),
      [1, 0x4048f5c3],
      { case: "y", value: 3.140000104904175 },
    ],
    [t.variant({ x: t.u8, y: t.f32, z: undefined }), [2, MAX], { case: "z" }],
    [t.variant({ x: t.f32, y: t.f64 }), [0, 0xffffffff3fc00000n], { case: "x", value: 1.5 }],
    [t.variant({ x: t.f32, y: t.f64 }), [1, 0x3ff8000000000000n], { case: "y", value: 1.5 }],
    [t.variant({ x: t.u8, y: t.u64 }), [0, 0x1_0000_0007n], { case: "x", value: 7 }],
    [t.option(t.f32), [0, 1.5], { case: "none" }],
    [t.option(t.f32), [1, 1.5], { case: "some", value: 1.5 }],
    [t.result(t.u8, t.u32), [1, 1000], { case: "error", value: 1000 }],
  ])("%o lifts %o", (type, flat, value) => {
    expect(lift(type, flat)).toEqual(value);
    expect(again(type, value)).toEqual(value);
  });
});

describe("lists in memory", () => {
  const X = 0xff;
  test.each<[ValueType, ComponentValue, CoreValue[], number[]]>([
    [t.bool, [true, false, true], [0, 3], [1, 0, 2]],
    [t.bool, [true, false, true], [3, 3], [X, X, X, 1, 0, 1]],
    [t.u8, Uint8Array.of(1, 2, 3), [0, 3], [1, 2, 3]],
    [t.u16, [1, 2, 3], [0, 3], [1, 0, 2, 0, 3, 0]],
    [t.s16, [-1, -2], [0, 2], [X, X, 0xfe, X]],
    [t.u64, [1n, 2n], [0, 2], [1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0]],
    [t.s64, [-1n], [0, 1], [X, X, X, X, X, X, X, X]],
    [t.char, ["A", "c"], [0, 2], [65, 0, 0, 0, 99, 0, 0, 0]],
    [
      t.string,
      ["hi", "wat"],
      [0, 2],
      [16, 0, 0, 0, 2, 0, 0, 0, 21, 0, 0, 0, 3, 0, 0, 0, 104, 105, 15, 15, 15, 119, 97, 116],
    ],
    [t.list(t.u16), [[5, 6]], [0, 1], [8, 0, 0, 0, 2, 0, 0, 0, 5, 0, 6, 0]],
    [t.list(t.u32, 2), [[1, 2]], [0, 1], [1, 0, 0, 0, 2, 0, 0, 0]],
    [t.tuple(t.u8, t.u16, t.u8, t.u32), [[6, 7, 8, 9]], [0, 1], [6, X, 7, 0, 8, X, X, X, 9, 0, 0, 0]],
    [
      t.tuple(t.tuple(t.u16, t.u8), t.u8),
      [
        [[4, 5], 6],
        [[7, 8], 9],
      ],
      [0, 2],
      [4, 0, 5, X, 6, X, 7, 0, 8, X, 9, X],
    ],
    [
      { kind: "flags", labels: ["a", "b"] },
      [
        { a: false, b: false },
        { a: true, b: true },
      ],
      [0, 2],
      [4, 3],
    ],
  ])("of %o", (element, value, flat, bytes) => {
    expect(lift(t.list(element), flat, bytes)).toEqual(value);
    expect(again(t.list(element), value)).toEqual(value);
  });

  test("of pairs are a map", () => {
    const bytes = [42, X, 83, 0, 43, X, 84, 0];
    expect(lift(t.map(t.u8, t.u16), [0, 2], bytes)).toEqual([
      [42, 83],
      [43, 84],
    ]);
  });

  test.each<[string, ValueType, CoreValue[], number[]]>([
    ["a misaligned list", t.list(t.u16), [1, 3], [0, 1, 0, 2, 0, 3, 0]],
    ["a misaligned list in a list", t.list(t.list(t.u16)), [0, 1], [9, 0, 0, 0, 2, 0, 0, 0, 0, 5, 0, 6, 0]],
    [
      "a misaligned list of lists of fixed length",
      t.list(t.list(t.u32, 2)),
      [1, 2],
      Array.from({ length: 17 }, () => 0),
    ],
    ["a list that ends after memory", t.list(t.u8), [1, 3], [1, 2, 3]],
    ["an empty list that begins after memory", t.list(t.u8), [4, 0], [1, 2, 3]],
    ["a list whose length overflows 32 bits", t.list(t.u64), [0, 2 ** 29], [1, 2, 3]],
    ["a list that wraps around", t.list(t.u8), [MAX, 1], [1, 2, 3]],
  ])("%s traps", (_, type, flat, bytes) => {
    expect(() => lift(type, flat, bytes)).toThrow(Trap);
  });
});

describe("every NaN is lifted and lowered as the canonical one", () => {
  test.each([0x7fc00001, 0x7fe00000, 0x7fffffff, 0xffffffff])("f32 %i", (bits) => {
    const guest = new GuestStub();
    const bytes = new Uint8Array(new Uint32Array([bits]).buffer);
    const at = guest.place(bytes, 4);
    const lifted = liftParams(guest, t.func([t.list(t.f32)]), [at, 1])[0];
    expect(lifted).toEqual([Number.NaN]);
    const [pointer] = lowerParams(guest, t.func([t.list(t.f32)]), [lifted]);
    expect(guest.view.getUint32(Number(pointer), true)).toBe(0x7fc00000);
  });

  test("f64 in an i64 that it shares", () => {
    const type = t.result(t.f64, t.u64);
    const lifted = lift(type, [0, 0xffffffffffffffffn]);
    expect(lifted).toEqual({ case: "ok", value: Number.NaN });
    expect(lowerParams({}, t.func([type]), [lifted])).toEqual([0, 0x7ff8000000000000n]);
  });
});
