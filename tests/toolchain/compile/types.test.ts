/** Every value type crosses both ways without any WIT written. */
import { describe, expect, test } from "vitest";
import { compileText, instantiate } from "./guest.ts";

const APP = `
import { Char, Option, Result, Tuple2, Tuple3, Void } from "atoll";

export class Point { constructor(public x: f64, public y: f64) {} }
export class Line { from: Point = new Point(0, 0); to: Point = new Point(0, 0); label: string = ""; }
export class Bare { name: string; at: u32; constructor(source: Point) { this.name = "no"; this.at = 1; } }
export enum Color { Red, Green, DarkBlue }
export enum Rights { Read = 1, Write = 2, Execute = 1 << 2 }
export abstract class Shape { abstract area(): f64; }
export class ShapeCircle extends Shape { constructor(public value: f64) { super(); } area(): f64 { return this.value; } }
export class ShapeLabel extends Shape { value: string = ""; area(): f64 { return 0; } }
export class ShapeBig extends Shape { constructor(public value: u64) { super(); } area(): f64 { return 1; } }
export class ShapePoint extends Shape { constructor(public value: Point) { super(); } area(): f64 { return 2; } }
export class ShapeNone extends Shape { area(): f64 { return -1; } }
type Id = u32;
type Pair<T> = Tuple2<T, T>;

export function takeI8(v: i8): i8 { return v; }
export function takeI16(v: i16): i16 { return v; }
export function takeI32(v: i32): i32 { return v; }
export function takeI64(v: i64): i64 { return v; }
export function takeU8(v: u8): u8 { return v; }
export function takeU16(v: u16): u16 { return v; }
export function takeU32(v: u32): u32 { return v; }
export function takeU64(v: u64): u64 { return v; }
export function takeUsize(v: usize): isize { return <isize>v; }
export function takeF32(v: f32): f32 { return v; }
export function takeF64(v: f64): f64 { return v; }
export function takeNumber(v: number): number { return v; }
export function takeBool(v: bool): boolean { return !v; }
export function takeChar(v: Char): Char { return v; }
export function takeString(v: string): string { return v; }
export function takeId(v: Id): Id { return v; }
export function takeArray(v: u32[]): u32[] { return v.concat([7]); }
export function takeStatic(v: StaticArray<u8>): StaticArray<u8> { return v; }
export function takeBytes(v: Uint8Array): Uint8Array { return v; }
export function takeFloats(v: Float64Array): Float64Array { return v; }
export function takeStrings(v: string[]): Array<string> { return v.reverse(); }
export function takeNested(v: string[][]): string[][] { return v; }
export function takeBools(v: bool[]): bool[] { return v; }
export function takeMap(v: Map<string, u32>): Map<string, u32> { return v; }
export function takePoint(v: Point): Point { return new Point(v.y, v.x); }
export function takeLine(v: Line): Line { return v; }
export function takeBare(v: Bare): Bare { return v; }
export function takePoints(v: Point[]): Point[] { return v; }
export function takeTuple(v: Tuple3<u8, string, Point>): Tuple3<u8, string, Point> { return v; }
export function takePair(v: Pair<string>): Pair<string> { return new Tuple2<string, string>(v._1, v._0); }
export function takeColor(v: Color): Color { return v == Color.Red ? Color.DarkBlue : v; }
export function takeRights(v: Rights): Rights { return v; }
export function takeShape(v: Shape): Shape { return v; }
export function takeShapes(v: Shape[]): Shape[] { return v; }
export function takeNull(v: string | null): string | null { return v; }
export function takePointNull(v: Point | null): Point | null { return v; }
export function takeOption(v: Option<u32>): Option<u32> { return v; }
export function takeOptions(v: Option<Option<bool>>): Option<Option<bool>> { return v; }
export function takeResult(v: Result<Point, string>): Result<Point, string> { return v; }
export function takeVoid(v: Result<Void, Color>): Result<Void, Color> { return v; }
export function nothing(): void {}
export function many(a: u8, b: string, c: string, d: f64, e: Point, f: string[], g: string, h: string, i: u64, j: Option<u8>): string {
  return a.toString() + b + c + d.toString() + e.x.toString() + f.join("") + g + h + i.toString() + j.value.toString();
}
`;

const POINT = { x: 1.5, y: -2 };
const LINE = { from: POINT, to: { x: 0, y: 1 }, label: "é😀" };
const RIGHTS = { read: true, write: false, execute: true };

const CASES: readonly [name: string, value: unknown, expected?: unknown][] = [
  ["take-i8", -128],
  ["take-i16", -32768],
  ["take-i32", -2147483648],
  ["take-i64", -9223372036854775808n],
  ["take-u8", 255],
  ["take-u16", 65535],
  ["take-u32", 4294967295],
  ["take-u64", 18446744073709551615n],
  ["take-usize", 5],
  ["take-f32", 0.5],
  ["take-f64", 1e300],
  ["take-number", -0.1],
  ["take-bool", true, false],
  ["take-char", "😀"],
  ["take-string", ""],
  ["take-string", "hello ☃ 😀 \0"],
  ["take-id", 9],
  ["take-array", [1, 2], [1, 2, 7]],
  ["take-array", [], [7]],
  ["take-static", Uint8Array.of(1, 2, 255)],
  ["take-bytes", Uint8Array.of()],
  ["take-bytes", Uint8Array.of(3, 4)],
  ["take-floats", [0.5, -1]],
  ["take-strings", ["a", "", "ü"], ["ü", "", "a"]],
  ["take-nested", [["a"], [], ["b", "c"]]],
  ["take-bools", [true, false]],
  [
    "take-map",
    [
      ["a", 1],
      ["b", 2],
    ],
  ],
  ["take-point", POINT, { x: -2, y: 1.5 }],
  ["take-line", LINE],
  ["take-bare", { name: "x", at: 3 }],
  ["take-points", [POINT, POINT]],
  ["take-tuple", [7, "seven", POINT]],
  ["take-pair", ["a", "b"], ["b", "a"]],
  ["take-color", "red", "dark-blue"],
  ["take-color", "green"],
  ["take-rights", RIGHTS],
  ["take-shape", { case: "circle", value: 2.5 }],
  ["take-shape", { case: "label", value: "l" }],
  ["take-shape", { case: "big", value: 2n ** 63n }],
  ["take-shape", { case: "point", value: POINT }],
  ["take-shape", { case: "none" }],
  ["take-shapes", [{ case: "none" }, { case: "label", value: "" }]],
  ["take-null", { case: "none" }],
  ["take-null", { case: "some", value: "s" }],
  ["take-point-null", { case: "some", value: POINT }],
  ["take-option", { case: "some", value: 0 }],
  ["take-option", { case: "none" }],
  ["take-options", { case: "some", value: { case: "none" } }],
  ["take-result", { case: "ok", value: POINT }],
  ["take-result", { case: "error", value: "bad" }],
  ["take-void", { case: "ok" }],
  ["take-void", { case: "error", value: "green" }],
];

describe("types of TypeScript become types of WIT", async () => {
  const result = await compileText(APP);
  const guest = await instantiate(result.component);

  test.each(CASES)("%s %o", (name, value, expected = value) => {
    expect(guest.call(name, value)).toEqual(expected);
  });

  test("functions without result, and with parameters in memory", () => {
    expect(guest.call("nothing")).toBeUndefined();
    const args = [1, "b", "c", 2.5, POINT, ["f", "g"], "h", "i", 9n, { case: "some", value: 4 }];
    expect(guest.call("many", ...args)).toBe("1bc2.51.5fghi94");
  });

  test("the inferred interface", async () => {
    await expect(result.exported).toMatchFileSnapshot("../../fixtures/inferred/types.wit");
  });

  test("thousands of calls, with the collector at work", () => {
    for (let i = 0; i < 20_000; i++) guest.call("take-strings", ["a", "b", "c"]);
    expect(guest.call("take-line", LINE)).toEqual(LINE);
  });
});
