/** Core signatures, worked out by hand from CanonicalABI.md, "Flattening". */
import { describe, expect, test } from "vitest";
import {
  AbiError,
  flatCount,
  flattenFunction,
  flattenType,
  type ValueType,
} from "../../../toolchain/abi/index.ts";
import * as t from "./short-types.ts";

describe("types", () => {
  test.each<[string, ValueType, string]>([
    ["bool", t.bool, "i32"],
    ["s64", t.s64, "i64"],
    ["f32", t.f32, "f32"],
    ["string", t.string, "i32 i32"],
    ["list<f64>", t.list(t.f64), "i32 i32"],
    ["list<f64, 2>", t.list(t.f64, 2), "f64 f64"],
    ["tuple<u8, f32, string>", t.tuple(t.u8, t.f32, t.string), "i32 f32 i32 i32"],
    ["enum", t.labels("enum", 3), "i32"],
    ["flags", t.labels("flags", 32), "i32"],
    ["option<f64>", t.option(t.f64), "i32 f64"],
    ["result", t.result(), "i32"],
    ["result<f32, u8>", t.result(t.f32, t.u8), "i32 i32"],
    ["result<f32, u64>", t.result(t.f32, t.u64), "i32 i64"],
    ["result<f32, f64>", t.result(t.f32, t.f64), "i32 i64"],
    ["result<u8, f64>", t.result(t.u8, t.f64), "i32 i64"],
    ["result<f64, f64>", t.result(t.f64, t.f64), "i32 f64"],
    ["variant of string and f32", t.variant({ a: t.string, b: t.f32, c: undefined }), "i32 i32 i32"],
    ["option<result<u64, f32>>", t.option(t.result(t.u64, t.f32)), "i32 i32 i64"],
    ["map", t.map(t.u8, t.u8), "i32 i32"],
  ])("%s", (_, type, flat) => {
    expect(flattenType(type).join(" ")).toBe(flat);
    expect(flatCount(type)).toBe(flat.split(" ").length);
  });
});

const bytes = (count: number): ValueType[] => Array.from({ length: count }, () => t.u8);

describe("functions", () => {
  test("pass 16 core values and no more", () => {
    expect(flattenFunction(t.func(bytes(16)), "lift")).toMatchObject({
      params: bytes(16).map(() => "i32"),
      paramsSpilled: false,
    });
    expect(flattenFunction(t.func(bytes(17)), "lift")).toMatchObject({
      params: ["i32"],
      paramsSpilled: true,
    });
  });

  test("return one core value, or a pointer", () => {
    const pair = t.tuple(t.f32, t.f32);
    expect(flattenFunction(t.func([t.u64], t.f32), "lower")).toMatchObject({
      params: ["i64"],
      results: ["f32"],
    });
    expect(flattenFunction(t.func([t.u64], pair), "lift")).toMatchObject({
      params: ["i64"],
      results: ["i32"],
      resultSpilled: true,
    });
    expect(flattenFunction(t.func([t.u64], pair), "lower")).toMatchObject({
      params: ["i64", "i32"],
      results: [],
    });
    expect(flattenFunction(t.func([...bytes(17)], pair), "lower")).toMatchObject({
      params: ["i32", "i32"],
      results: [],
    });
  });

  test("with a long list of fixed length do not fill our memory", () => {
    const long = t.list(t.u8, 2 ** 31);
    expect(flattenFunction(t.func([long], long), "lift")).toMatchObject({
      params: ["i32"],
      results: ["i32"],
    });
    expect(() => flattenType(long)).toThrow(AbiError);
  });
});
