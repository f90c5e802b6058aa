/** What was lifted is an object like any other: it can be kept, changed, grown and passed on. */
import { beforeAll, expect, test } from "vitest";
import type { FunctionType, ValueType, World } from "../../../toolchain/abi/index.ts";
import { bindingsFor, compileGuest, startGuest, type Guest } from "./guest.ts";

const API = "test:program/api@1.0.0";
const string: ValueType = { kind: "string" };
const u32: ValueType = { kind: "u32" };
const list = (element: ValueType): ValueType => ({ kind: "list", element });
const map: ValueType = { kind: "map", key: string, value: list(u32) };

function fn(params: readonly ValueType[], result?: ValueType): FunctionType {
  const named = params.map((type, i) => ({ label: `p${i}`, type }));
  return { async: false, params: named, ...(result === undefined ? {} : { result }) };
}

const FUNCTIONS: Readonly<Record<string, FunctionType>> = {
  "push-number": fn([list(u32), u32], list(u32)),
  "push-string": fn([list(string), string], list(string)),
  "drop-first-byte": fn([list({ kind: "u8" })], list({ kind: "u8" })),
  "add-entry": fn([map, string, list(u32)], map),
  keep: fn([string, list(string), map]),
  kept: fn([], { kind: "tuple", types: [list(string), list(list(string)), list(map)] }),
  "make-garbage": fn([u32]),
};

const APP = `
export function pushNumber(to: u32[], value: u32): u32[] { to.push(value); to.reverse(); return to; }
export function pushString(to: string[], value: string): string[] { to.push(value + "!"); return to; }
export function dropFirstByte(from: StaticArray<u8>): StaticArray<u8> { return from.slice<StaticArray<u8>>(1); }
export function addEntry(to: Map<string, u32[]>, key: string, value: u32[]): Map<string, u32[]> {
  to.set(key, value);
  return to;
}
const strings: string[] = [];
const lists: string[][] = [];
const maps: Map<string, u32[]>[] = [];
export function keep(s: string, l: string[], m: Map<string, u32[]>): void {
  strings.push(s);
  lists.push(l);
  maps.push(m);
}
export function kept(): Tuple3<string[], string[][], Map<string, u32[]>[]> {
  return new Tuple3<string[], string[][], Map<string, u32[]>[]>(strings, lists, maps);
}
export function makeGarbage(n: u32): void {
  for (let i: u32 = 0; i < n; i++) new StaticArray<u8>(i & 1023);
  __collect();
}
import { Tuple3 } from "atoll";
`;

let guest: Guest;
const call = (name: string, ...args: unknown[]): unknown => guest.call(`${API}#${name}`, ...args);

beforeAll(async () => {
  const functions = Object.entries(FUNCTIONS).map(([name, type]) => ({ name, type }));
  const world: World = {
    imports: [],
    exports: [{ kind: "interface", name: API, interface: { types: [], functions } }],
  };
  guest = startGuest(await compileGuest(bindingsFor(world), APP), world);
});

test("arrays grow", () => {
  expect(call("push-number", [1, 2, 3], 4)).toEqual([4, 3, 2, 1]);
  expect(call("push-number", [], 4)).toEqual([4]);
  expect(call("push-string", ["a", ""], "b")).toEqual(["a", "", "b!"]);
  expect(call("push-string", [], "")).toEqual(["!"]);
});

test("bytes are sliced", () => {
  expect(call("drop-first-byte", Uint8Array.of(1, 2, 3))).toEqual(Uint8Array.of(2, 3));
});

test("maps take entries", () => {
  expect(call("add-entry", [["a", [1]]], "b", [2, 3])).toEqual([
    ["a", [1]],
    ["b", [2, 3]],
  ]);
});

test("what a program keeps stays whole", () => {
  const expected: [string[], string[][], unknown[]] = [[], [], []];
  for (let i = 0; i < 200; i++) {
    const args: [string, string[], unknown] = [
      `string ${i}`,
      [`a${i}`, "", `c${i}`],
      [[`key ${i}`, [i, i + 1]]],
    ];
    call("keep", ...args);
    for (const [j, arg] of args.entries()) expected[j]?.push(arg as string & string[]);
    if (i % 50 === 0) call("make-garbage", 5000);
  }
  call("make-garbage", 5000);
  expect(call("kept")).toEqual(expected);
});
