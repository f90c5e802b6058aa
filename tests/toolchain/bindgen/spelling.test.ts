/** Each way in which a program may spell a type: classes of its own, kinds of arrays, aliases. */
import { beforeAll, expect, test } from "vitest";
import type { ComponentValue, World } from "../../../toolchain/abi/index.ts";
import {
  generateBindings,
  type AsFunction,
  type AsType,
  type AsWorld,
} from "../../../toolchain/bindgen/index.ts";
import { COLLECT_ALWAYS, compileGuest, startGuest, type Guest } from "./guest.ts";

const API = "local:app/api";
const inApp = (name: string): { name: string; module: string } => ({ name, module: "./app" });
const string = { kind: "string" } as const;
const u32 = { kind: "u32" } as const;

interface Spelling {
  readonly typescript: string;
  readonly type: AsType;
  readonly values: readonly ComponentValue[];
}

function list(
  as: Extract<AsType, { kind: "list" }>["as"],
  element: AsType,
  values: ComponentValue,
): Spelling {
  const typescript = as === "Array" || as === "StaticArray" ? `${as}<${spelled(element)}>` : as;
  return { typescript, type: { kind: "list", element, as }, values: [values, []] };
}

function spelled(element: AsType): string {
  const names: Record<string, string> = { s8: "i8", s16: "i16", s32: "i32", s64: "i64" };
  return element.kind === "char" ? "Char" : (names[element.kind] ?? element.kind);
}

const CLASSES = `
import { Char, Option, Result, Tuple2, Void } from "atoll";
export class Empty { name: string = "?"; age: u32 = 7; }
export class Bare {
  readonly name: string; age: u32; readonly next: Empty | null;
  constructor(text: string) { this.name = text; this.age = 1; this.next = null; }
}
export class Defaults { constructor(public name: string = "", public age: u32 = 0) {} }
export abstract class Animal {}
export class AnimalDog extends Animal { constructor(public name: string) { super(); } }
export class AnimalCat extends Animal { lives: i32 = 9; }
export class AnimalFish extends Animal {}
export enum Level { Low, High }
export enum Right { Read = 1, Write = 2 }
`;

const empty: AsType = {
  kind: "record",
  fields: [
    { label: "name", identifier: "name", type: string },
    { label: "age", identifier: "age", type: u32 },
  ],
  as: { class: inApp("Empty"), construct: "empty" },
};
const person = { name: "Ann", age: 30 };

const SPELLINGS: readonly Spelling[] = [
  { typescript: "Empty", type: empty, values: [person] },
  {
    typescript: "Bare",
    type: {
      kind: "record",
      fields: [
        ...empty.fields,
        { label: "next", identifier: "next", type: { kind: "option", type: empty, as: "null" } },
      ],
      as: { class: inApp("Bare"), construct: "bare" },
    },
    values: [
      { ...person, next: { case: "none" } },
      { ...person, next: { case: "some", value: person } },
    ],
  },
  {
    typescript: "Defaults",
    type: { ...empty, as: { class: inApp("Defaults"), construct: "fields" } },
    values: [person],
  },
  {
    typescript: "Animal",
    type: {
      kind: "variant",
      cases: [
        { label: "dog", class: inApp("AnimalDog"), construct: "fields", type: string, identifier: "name" },
        {
          label: "cat",
          class: inApp("AnimalCat"),
          construct: "empty",
          type: { kind: "s32" },
          identifier: "lives",
        },
        { label: "fish", class: inApp("AnimalFish"), construct: "empty" },
      ],
      as: inApp("Animal"),
    },
    values: [{ case: "dog", value: "Rex" }, { case: "cat", value: -3 }, { case: "fish" }],
  },
  {
    typescript: "Level",
    type: { kind: "enum", labels: ["low", "high"], as: inApp("Level") },
    values: ["high"],
  },
  {
    typescript: "Right",
    type: { kind: "flags", labels: ["read", "write"], as: inApp("Right") },
    values: [{ read: false, write: true }],
  },
  { typescript: "usize", type: { kind: "u32", as: "usize" }, values: [4294967295] },
  { typescript: "number", type: { kind: "f64", as: "number" }, values: [0.5] },
  { typescript: "boolean", type: { kind: "bool", as: "boolean" }, values: [true, false] },
  { typescript: "Char", type: { kind: "char" }, values: ["😀"] },
  { typescript: "i32", type: { kind: "char", as: "i32" }, values: ["😀"] },
  {
    typescript: "Option<usize>",
    type: { kind: "option", type: { kind: "u32", as: "usize" }, as: "Option" },
    values: [{ case: "some", value: 5 }, { case: "none" }],
  },
  {
    typescript: "Option<string | null>",
    type: { kind: "option", type: { kind: "option", type: string, as: "null" }, as: "Option" },
    values: [{ case: "some", value: { case: "none" } }],
  },
  {
    typescript: "Result<Void, string | null>",
    type: { kind: "result", err: { kind: "option", type: string, as: "null" } },
    values: [{ case: "ok" }, { case: "error", value: { case: "some", value: "e" } }],
  },
  {
    typescript: "Tuple2<Level, Right>",
    type: {
      kind: "tuple",
      types: [
        { kind: "enum", labels: ["low", "high"], as: inApp("Level") },
        { kind: "flags", labels: ["read", "write"], as: inApp("Right") },
      ],
    },
    values: [["high", { read: true, write: true }]],
  },
  list("Array", { kind: "u8" }, Uint8Array.of(1, 2)),
  list("StaticArray", { kind: "u8" }, Uint8Array.of(1, 2)),
  list("Uint8Array", { kind: "u8" }, Uint8Array.of(1, 2)),
  list("Uint8ClampedArray", { kind: "u8" }, Uint8Array.of(1, 255)),
  list("Int8Array", { kind: "s8" }, [-1, 2]),
  list("Int16Array", { kind: "s16" }, [-1, 2]),
  list("Uint16Array", { kind: "u16" }, [65535, 2]),
  list("Int32Array", { kind: "s32" }, [-1, 2]),
  list("Uint32Array", u32, [4294967295]),
  list("Int64Array", { kind: "s64" }, [-1n]),
  list("Uint64Array", { kind: "u64" }, [1n, 2n ** 63n]),
  list("Float32Array", { kind: "f32" }, [0.5, -1]),
  list("Float64Array", { kind: "f64" }, [0.1, 1e300]),
  list("StaticArray", string, ["a", "", "c"]),
  list("StaticArray", { kind: "bool" }, [true, false]),
  list("Array", { kind: "char" }, ["a", "😀"]),
  {
    typescript: "StaticArray<Level>",
    type: {
      kind: "list",
      element: { kind: "enum", labels: ["low", "high"], as: inApp("Level") },
      as: "StaticArray",
    },
    values: [["low", "high"]],
  },
  {
    // Far more core values than travel flat.
    typescript: "StaticArray<u8> | null",
    type: {
      kind: "option",
      type: { kind: "list", element: { kind: "u8" }, length: 5000, as: "StaticArray" },
      as: "null",
    },
    values: [{ case: "none" }, { case: "some", value: new Uint8Array(5000).fill(7) }],
  },
  {
    typescript: "Float32Array",
    type: { kind: "list", element: { kind: "f32" }, length: 3, as: "Float32Array" },
    values: [[1, 2, 3]],
  },
  {
    typescript: "Array<u32>",
    type: { kind: "list", element: u32, length: 2, as: "Array" },
    values: [[1, 2]],
  },
];

function echoOf(spelling: Spelling, i: number): AsFunction {
  return {
    name: `echo${i}`,
    identifier: `echo${i}`,
    params: [{ label: "v", identifier: "v", type: spelling.type }],
    result: spelling.type,
  };
}

/** The annotated world is a world too: an `AsType` is a `ValueType`. */
function plainWorld(world: AsWorld): World {
  const exports = world.exports.map((item) => ({
    kind: "interface" as const,
    name: item.name ?? "",
    interface: {
      types: [],
      functions: item.functions.map((fn) => ({ name: fn.name, type: { async: false, ...fn } })),
    },
  }));
  return { imports: [], exports };
}

let guest: Guest;

beforeAll(async () => {
  const world: AsWorld = {
    imports: [],
    exports: [{ name: API, module: "./app", types: [], resources: [], functions: SPELLINGS.map(echoOf) }],
  };
  const functions = SPELLINGS.map(
    ({ typescript }, i) => `export function echo${i}(v: ${typescript}): ${typescript} { return v; }`,
  );
  const module = await compileGuest(generateBindings({ world }), CLASSES + functions.join("\n"), {
    flags: COLLECT_ALWAYS,
  });
  guest = startGuest(module, plainWorld(world));
});

test.each(SPELLINGS.map(({ typescript, type }, i) => [typescript, type.kind, i] as const))(
  "%s (%s)",
  (_name, _kind, i) => {
    const { values = [], type } = SPELLINGS[i] ?? {};
    for (const value of type?.kind === "list" && type.length !== undefined ? values.slice(0, 1) : values) {
      const result = guest.call(`${API}#echo${i}`, value);
      expect(plain(result)).toEqual(plain(value));
    }
  },
);

/** Lists of u8 are typed arrays on one side only. */
function plain(value: unknown): unknown {
  return value instanceof Uint8Array ? [...value] : value;
}
