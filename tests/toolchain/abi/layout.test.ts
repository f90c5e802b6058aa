/** Sizes, alignments and offsets, worked out by hand from CanonicalABI.md. */
import { describe, expect, test } from "vitest";
import {
  AbiError,
  layoutOf,
  recordLayout,
  type ValueType,
  variantLayout,
} from "../../../toolchain/abi/index.ts";
import * as t from "./short-types.ts";

describe("size and alignment", () => {
  test.each<[string, ValueType, number, number]>([
    ["bool", t.bool, 1, 1],
    ["s8", t.s8, 1, 1],
    ["u16", t.u16, 2, 2],
    ["s32", t.s32, 4, 4],
    ["f32", t.f32, 4, 4],
    ["char", t.char, 4, 4],
    ["u64", t.u64, 8, 8],
    ["f64", t.f64, 8, 8],
    ["string", t.string, 8, 4],
    ["list<u64>", t.list(t.u64), 8, 4],
    ["map<u8, u64>", t.map(t.u8, t.u64), 8, 4],
    ["list<u16, 3>", t.list(t.u16, 3), 6, 2],
    ["list<tuple<u32, u8>, 2>", t.list(t.tuple(t.u32, t.u8), 2), 16, 4],
    ["tuple<u8, u16, u8, u32>", t.tuple(t.u8, t.u16, t.u8, t.u32), 12, 4],
    ["record { a: u16, b: u8 }", t.record({ a: t.u16, b: t.u8 }), 4, 2],
    ["option<u8>", t.option(t.u8), 2, 1],
    ["option<u64>", t.option(t.u64), 16, 8],
    ["option<string>", t.option(t.string), 12, 4],
    ["result", t.result(), 1, 1],
    ["result<u8, string>", t.result(t.u8, t.string), 12, 4],
    ["variant { a, b(u16) }", t.variant({ a: undefined, b: t.u16 }), 4, 2],
    ["enum of 1", t.labels("enum", 1), 1, 1],
    ["enum of 256", t.labels("enum", 256), 1, 1],
    ["enum of 257", t.labels("enum", 257), 2, 2],
    ["enum of 65536", t.labels("enum", 65536), 2, 2],
    ["enum of 65537", t.labels("enum", 65537), 4, 4],
    ["flags of 1", t.labels("flags", 1), 1, 1],
    ["flags of 8", t.labels("flags", 8), 1, 1],
    ["flags of 9", t.labels("flags", 9), 2, 2],
    ["flags of 17", t.labels("flags", 17), 4, 4],
    ["flags of 32", t.labels("flags", 32), 4, 4],
    ["own", { kind: "own", resource: {} }, 4, 4],
    ["borrow", { kind: "borrow", resource: {} }, 4, 4],
  ])("%s", (_, type, size, align) => {
    expect(layoutOf(type)).toMatchObject({ size, align });
  });
});

test("offsets of fields follow their alignment", () => {
  expect(recordLayout([t.u8, t.f64, t.bool, t.string])).toEqual({
    offsets: [0, 8, 16, 20],
    size: 32,
    align: 8,
  });
});

test("a variant's payload begins where all of its cases can", () => {
  expect(variantLayout([{ type: t.u8 }, {}, { type: t.u64 }])).toEqual({
    discriminantSize: 1,
    payloadOffset: 8,
    size: 16,
    align: 8,
  });
  expect(variantLayout([{}, { type: t.u8 }])).toMatchObject({ payloadOffset: 1, size: 2 });
  const many = Array.from({ length: 300 }, () => ({}));
  expect(variantLayout([...many, { type: t.u8 }])).toMatchObject({
    discriminantSize: 2,
    payloadOffset: 2,
    size: 4,
  });
});

test("a list of fixed length larger than memory is refused", () => {
  expect(() => layoutOf(t.list(t.list(t.u64, 2 ** 31), 4))).toThrow(AbiError);
});
