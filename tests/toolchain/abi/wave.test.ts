/** WAVE text: what is printed is read back, examples of the notation, and mistakes of its writers. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  parseWave,
  parseWaveArguments,
  printWave,
  type ComponentValue,
  type ValueType,
  WaveError,
} from "../../../toolchain/abi/index.ts";
import { arbitraryTyped } from "./generate.ts";
import { runs } from "./runs.ts";

const u8: ValueType = { kind: "u8" };
const u32: ValueType = { kind: "u32" };
const u64: ValueType = { kind: "u64" };
const f32: ValueType = { kind: "f32" };
const f64: ValueType = { kind: "f64" };
const char: ValueType = { kind: "char" };
const string: ValueType = { kind: "string" };
const option = (type: ValueType): ValueType => ({ kind: "option", type });
const list = (element: ValueType): ValueType => ({ kind: "list", element });
const result: ValueType = { kind: "result", ok: u32, err: string };
const hit: ValueType = {
  kind: "record",
  name: { name: "search-hit", owner: "search:index/api@0.1.0" },
  fields: [
    { label: "document", type: string },
    { label: "score", type: u32 },
    { label: "note", type: option(string) },
  ],
};
const status: ValueType = { kind: "enum", labels: ["ok", "not-found"] };
const shape: ValueType = {
  kind: "variant",
  cases: [{ label: "empty" }, { label: "body", type: list(u8) }, { label: "err", type: string }],
};
const permissions: ValueType = { kind: "flags", labels: ["read", "write", "execute"] };

test("what is printed is read back", () => {
  fc.assert(
    fc.property(arbitraryTyped(), ({ type, value }) => {
      expect(parseWave(printWave(value, type), type)).toEqual(value);
    }),
    runs(1000),
  );
});

describe("reads", () => {
  test.each<[string, ValueType, ComponentValue]>([
    ["true", { kind: "bool" }, true],
    ["-9", { kind: "s8" }, -9],
    ["18446744073709551615", u64, 2n ** 64n - 1n],
    ["6.022e+23", f64, 6.022e23],
    ["3", f64, 3],
    ["nan", f64, Number.NaN],
    ["-inf", f32, -Infinity],
    ["0.1", f32, Math.fround(0.1)],
    ["'☃'", char, "☃"],
    [String.raw`'\''`, char, "'"],
    [String.raw`"\\\'\"\t\n\r\u{002603}"`, string, "\\'\"\t\n\r☃"],
    [
      '"""\n    Trailing indent\n  decides\n\n  here.\r\n  """',
      string,
      "  Trailing indent\ndecides\n\nhere.",
    ],
    ['"""\n"""', string, ""],
    ['("abc", 123,)', { kind: "tuple", types: [string, u8] }, ["abc", 123]],
    ["[1, 2, 3]", list(u32), [1, 2, 3]],
    ["[1, 2]", list(u8), Uint8Array.of(1, 2)],
    ['{score: 7, document: "a"}', hit, { document: "a", score: 7, note: { case: "none" } }],
    ["{:}", { kind: "record", fields: [{ label: "a", type: option(u8) }] }, { a: { case: "none" } }],
    ["%ok", status, "ok"],
    ["not-found", status, "not-found"],
    ["empty", shape, { case: "empty" }],
    ["body([79, 75])", shape, { case: "body", value: Uint8Array.of(79, 75) }],
    ['%err("oops")', shape, { case: "err", value: "oops" }],
    ["123", option(u8), { case: "some", value: 123 }],
    ["some(123)", option(u8), { case: "some", value: 123 }],
    ["some(none)", option(option(u8)), { case: "some", value: { case: "none" } }],
    ["5", result, { case: "ok", value: 5 }],
    ['err("no")', result, { case: "error", value: "no" }],
    ["ok", { kind: "result" }, { case: "ok" }],
    ["{write, read,}", permissions, { read: true, write: true, execute: false }],
    ["{}", permissions, { read: false, write: false, execute: false }],
    [
      '{"a": 1, "b": 2}',
      { kind: "map", key: string, value: u8 },
      [
        ["a", 1],
        ["b", 2],
      ],
    ],
    ['[("a", 1)]', { kind: "map", key: string, value: u8 }, [["a", 1]]],
    ["{:}", { kind: "map", key: string, value: u8 }, []],
    [" // what\n [ 1 // one\n ]", list(u32), [1]],
  ])("%s", (text, type, value) => {
    expect(parseWave(text, type)).toEqual(value);
  });
});

describe("refuses", () => {
  test.each<[string, ValueType, string]>([
    ["-1", u32, "column 1: expected u32 (0 to 4294967295), found -1"],
    ["1.5", u32, "column 1: expected u32 (0 to 4294967295), found 1.5"],
    ["01", u32, "column 1: expected u32 (0 to 4294967295), found 01"],
    [
      "18446744073709551616",
      u64,
      "column 1: expected u64 (0 to 18446744073709551615), found 18446744073709551616",
    ],
    ["1 2", u32, "column 3: expected the end of the text, found 2"],
    ["", u32, "column 1: expected u32 (0 to 4294967295), found the end of the text"],
    ["[1, 300]", list(u8), "column 5: expected u8 (0 to 255), found 300"],
    ["[1", list(u8), 'column 3: expected "," or "]", found the end of the text'],
    ["(1)", { kind: "tuple", types: [u8, u8] }, 'column 3: expected "," and 1 more of a tuple of 2, found )'],
    ["hello", string, 'column 1: expected string in "…", found hello'],
    ['"abc', string, 'column 5: expected the closing ", found the end of the text'],
    ["'ab'", char, "column 1: expected one character between the quotes, found 'ab'"],
    [
      String.raw`"\u{d800}"`,
      string,
      String.raw`column 2: expected one of \' \" \\ \t \n \r \u{hexadecimal code point}, found \u{d800}`,
    ],
    ['{document: "a"}', hit, "column 1: expected the field score, found a record without it"],
    ["{sccore: 1}", hit, "column 2: expected field document, score, note, found sccore"],
    ["{score: 1, score: 2}", hit, "column 12: expected field document, note, found score"],
    ["{delete}", permissions, "column 2: expected flag read, write, execute, found delete"],
    ["ok", status, "column 1: expected %ok, because ok is a keyword, found ok"],
    ["lost", status, "column 1: expected enum %ok, not-found, found lost"],
    ["body", shape, 'column 5: expected "(" and the list<u8> of body, found the end of the text'],
    ["1", option(option(u8)), "column 1: expected some(…) or none, found 1"],
    ["[1]", { kind: "list", element: u8, length: 2 }, "column 1: expected list of 2, found 1 elements"],
    ["#", u8, 'column 1: expected a value, found "#"'],
    ["maybe", { kind: "bool" }, "column 1: expected bool (true or false), found maybe"],
  ])("%s", (text, type, message) => {
    expect(() => parseWave(text, type)).toThrow(message);
  });

  test("with a caret under the mistake", () => {
    const error = failure(() => parseWave('[{document: "☃",\n score: -1}]', list(hit)));
    expect(error.message).toBe(
      "line 2, column 9: expected u32 (0 to 4294967295), found -1\n   score: -1}]\n          ^",
    );
    expect([error.line, error.column]).toEqual([2, 9]);
  });
});

describe("arguments", () => {
  const params = [
    { label: "count", type: u32 },
    { label: "name", type: string },
    { label: "note", type: option(string) },
  ];
  const values = [1, "x", { case: "none" }];

  test("come in one text or each in its own", () => {
    expect(parseWaveArguments(['(1, "x")'], params)).toEqual(values);
    expect(parseWaveArguments(['(1, "x",)'], params)).toEqual(values);
    expect(parseWaveArguments(["1", '"x"'], params)).toEqual(values);
    expect(parseWaveArguments(["1", '"x"', "none"], params)).toEqual(values);
    expect(parseWaveArguments([], [])).toEqual([]);
    expect(parseWaveArguments(["()"], [])).toEqual([]);
  });

  test("one tuple needs no second pair of parentheses", () => {
    const pair = [{ label: "pair", type: { kind: "tuple", types: [u8, u8] } as ValueType }];
    expect(parseWaveArguments(["(1, 2)"], pair)).toEqual([[1, 2]]);
    expect(parseWaveArguments(["((1, 2))"], pair)).toEqual([[1, 2]]);
    expect(failure(() => parseWaveArguments(["(1, 300)"], pair)).message).toContain("column 5: expected u8");
  });

  test("that are wrong are named", () => {
    expect(failure(() => parseWaveArguments(["1", "x"], params)).message).toBe(
      'argument 2 (name), column 1: expected string in "…", found x\n  x\n  ^',
    );
    expect(failure(() => parseWaveArguments(["(1)"], params)).message).toContain(
      'column 3: expected "," and name, argument 2 of 3, found )',
    );
    expect(failure(() => parseWaveArguments(["1"], params)).message).toContain(
      "expected 3 arguments (count, name, note), found 1",
    );
  });
});

function failure(action: () => unknown): WaveError {
  try {
    action();
  } catch (error) {
    if (error instanceof WaveError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}
