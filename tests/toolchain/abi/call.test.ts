/** Whole calls: spilled parameters and results, guests that lie, callers that err. */
import { describe, expect, test } from "vitest";
import {
  AbiError,
  callFunction,
  liftParams,
  liftResult,
  lowerParams,
  lowerResult,
  Trap,
  type ValueType,
  ValueError,
} from "../../../toolchain/abi/index.ts";
import { GuestStub } from "./guest-stub.ts";
import * as t from "./short-types.ts";

describe("a spilled", () => {
  const many = t.func(Array.from({ length: 17 }, () => t.u16));
  const pair = t.func([], t.tuple(t.u8, t.u32));

  test("parameter list is one pointer to a tuple", () => {
    const guest = new GuestStub();
    const [pointer, ...rest] = lowerParams(
      guest,
      many,
      Array.from({ length: 17 }, (_, i) => i),
    );
    expect(rest).toEqual([]);
    expect(guest.calls).toEqual([[0, 2, 34]]);
    expect(guest.view.getUint16(Number(pointer) + 32, true)).toBe(16);
  });

  test.each([1, 65536 - 32])("parameter list at %i traps", (pointer) => {
    expect(() => liftParams(new GuestStub(), many, [pointer])).toThrow(Trap);
  });

  test.each([2, 65536 - 4, 2 ** 32 - 4])("result at %i traps", (pointer) => {
    expect(() => liftResult(new GuestStub(), pair, [pointer])).toThrow(Trap);
    expect(() => lowerResult(new GuestStub(), pair, [1, 2], pointer)).toThrow(Trap);
  });
});

describe("a guest's realloc", () => {
  const type = t.func([t.list(t.u32)]);
  test.each([
    ["out of bounds", 65536, "must end within memory"],
    ["that is negative", -4, "must end within memory"],
    ["misaligned", 2, "must be aligned to 4"],
  ])("that returns a pointer %s traps", (_, pointer, message) => {
    const realloc = (): unknown => pointer;
    expect(() => lowerParams({ memory: new GuestStub().memory, realloc }, type, [[1, 2]])).toThrow(message);
  });

  test("may grow the memory while a value is lowered", () => {
    const guest = new GuestStub();
    const big = Array.from({ length: 3 }, () => "x".repeat(60_000));
    const flat = lowerParams(guest, t.func([t.list(t.string)]), [big]);
    expect(liftParams(guest, t.func([t.list(t.string)]), flat)).toEqual([big]);
  });

  test("is asked for when a type needs it", () => {
    expect(() => lowerParams({ memory: new GuestStub().memory }, type, [[]])).toThrow(
      "needs the canonical option realloc",
    );
    expect(() => liftParams({}, type, [0, 0])).toThrow(AbiError);
  });
});

test("a list that would fill our memory is refused before it does", () => {
  const guest = new GuestStub();
  const length = 2 ** 23;
  const pointer = guest.place(new Uint8Array(length));
  const type = t.func([t.list(t.tuple(t.u8))]);
  expect(() => liftParams(guest, type, [pointer, length])).toThrow("must take at most 1073741824 bytes");
});

test("post-return gets the core result, after the result was lifted", () => {
  const guest = new GuestStub();
  const at = guest.place([7, 0, 0, 0, 9, 0, 0, 0], 4);
  const freed: unknown[] = [];
  const result = callFunction(
    {
      memory: guest.memory,
      func: () => at,
      postReturn: (...args) => {
        freed.push(args);
        guest.bytes.fill(0);
      },
    },
    t.func([], t.tuple(t.u32, t.u32)),
    [],
  );
  expect(result).toEqual([7, 9]);
  expect(freed).toEqual([[at]]);
});

describe("arguments that do not fit", () => {
  const hits = t.list(t.record({ score: t.u32, note: t.option(t.string) }));
  test.each<[ValueType, unknown, string]>([
    [
      hits,
      [{ score: -1, note: { case: "none" } }],
      "args[0][0].score: expected u32 (0 to 4294967295), found -1",
    ],
    [hits, [{ note: { case: "none" } }], "args[0][0].score: expected u32, found nothing"],
    [hits, [{ score: 1, note: null }], "args[0][0].note: expected option, found null"],
    [
      hits,
      [{ score: 1, note: { case: "some", value: 5 } }],
      "args[0][0].note.value: expected string, found 5",
    ],
    [
      hits,
      [{ score: 1, scores: 2 }],
      'args[0][0]: expected record of score, note, found the unknown field "scores"',
    ],
    [hits, "abc", 'args[0]: expected list, found "abc"'],
    [t.u8, 1.5, "args[0]: expected u8 (0 to 255), found 1.5"],
    [t.u8, 256, "args[0]: expected u8 (0 to 255), found 256"],
    [t.u64, 5, "args[0]: expected u64 as a bigint, found 5"],
    [t.s64, 2n ** 63n, "args[0]: expected s64 as a bigint, found 9223372036854775808n"],
    [t.bool, 1, "args[0]: expected bool, found 1"],
    [t.char, "ab", 'args[0]: expected char, found "ab"'],
    [t.char, "\ud800", 'args[0]: expected char, found "\\ud800"'],
    [t.string, "\ud800x", "args[0]: expected string, found a string with an unpaired surrogate"],
    [t.list(t.u8, 2), [1], "args[0]: expected list of 2, found 1 elements"],
    [t.tuple(t.u8, t.u8), [1], "args[0]: expected tuple of 2, found 1 items"],
    [t.tuple(t.u8, t.u8), [1, -2], "args[0][1]: expected u8 (0 to 255), found -2"],
    [{ kind: "enum", labels: ["a", "b"] }, "c", 'args[0]: expected one of a, b, found "c"'],
    [
      { kind: "flags", labels: ["a"] },
      { b: true },
      'args[0]: expected flags of a, found the unknown label "b"',
    ],
    [{ kind: "flags", labels: ["a"] }, { a: 1 }, "args[0].a: expected true or false, found 1"],
    [t.result(t.u8), { case: "err" }, 'args[0].case: expected one of ok, error, found "err"'],
    [t.result(t.u8), { case: "error", value: 1 }, "args[0].value: expected nothing, for case error, found 1"],
    [t.map(t.string, t.u8), [["a", 300]], "args[0][0][1]: expected u8 (0 to 255), found 300"],
  ])("%o: %o", (type, value, message) => {
    expect(() => lowerParams(new GuestStub(), t.func([type]), [value])).toThrow(
      new ValueError(...parts(message)),
    );
  });

  test("are counted", () => {
    expect(() => lowerParams({}, t.func([t.u8]), [])).toThrow("args: expected 1 arguments, found 0");
  });

  test("and resources need handle tables", () => {
    const own: ValueType = { kind: "own", resource: {} };
    expect(() => lowerParams({}, t.func([own]), [1])).toThrow("not supported yet: passing resources");
    expect(() => lowerParams({}, t.func([own]), [-1])).toThrow("args[0]: expected u32");
    expect(() => liftParams({}, t.func([own]), [1])).toThrow("not supported yet");
  });
});

test("array-likes stand for lists, and flags may leave labels out", () => {
  const guest = new GuestStub();
  const type = t.func([t.list(t.f64), { kind: "flags", labels: ["a", "b"] }]);
  const flat = lowerParams(guest, type, [Float64Array.of(1, 2.5), { b: true }]);
  expect(liftParams(guest, type, flat)).toEqual([[1, 2.5], { a: false, b: true }]);
});

function parts(message: string): [string, string, string] {
  const match = /^(.*?): expected (.*), found (.*)$/.exec(message);
  return [match?.[1] ?? "", match?.[2] ?? "", match?.[3] ?? ""];
}
