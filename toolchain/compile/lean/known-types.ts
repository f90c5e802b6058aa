/** The types that lean programs have without declaring them, and what WIT calls them. */
import type { Element } from "assemblyscript";
import type { AsType, TypedArrayName } from "../../bindgen/index.ts";

/** Where AssemblyScript finds `import … from "atoll"`. */
export const RUNTIME_MODULE = "~lib/atoll";

/** Such as `~lib/array/Array`: file and name, in one spelling for `x.ts` and `x/index.ts`. */
export function elementPath(element: Element): string {
  return element.internalName.replace(/\/index\/(?=[^/]*$)/, "/");
}

/** Built-in type names. */
export const NATIVE: Readonly<Record<string, AsType | undefined>> = {
  bool: { kind: "bool" },
  boolean: { kind: "bool" },
  i8: { kind: "s8" },
  i16: { kind: "s16" },
  i32: { kind: "s32" },
  i64: { kind: "s64" },
  isize: { kind: "s32", as: "isize" },
  u8: { kind: "u8" },
  u16: { kind: "u16" },
  u32: { kind: "u32" },
  u64: { kind: "u64" },
  usize: { kind: "u32", as: "usize" },
  f32: { kind: "f32" },
  f64: { kind: "f64" },
  number: { kind: "f64" },
};

/** Element type of each typed array. */
export const TYPED_ARRAYS: Readonly<Record<TypedArrayName, AsType>> = {
  Int8Array: { kind: "s8" },
  Uint8Array: { kind: "u8" },
  Uint8ClampedArray: { kind: "u8" },
  Int16Array: { kind: "s16" },
  Uint16Array: { kind: "u16" },
  Int32Array: { kind: "s32" },
  Uint32Array: { kind: "u32" },
  Int64Array: { kind: "s64" },
  Uint64Array: { kind: "u64" },
  Float32Array: { kind: "f32" },
  Float64Array: { kind: "f64" },
};

type Refuse = (argument: number, why: string, hint: string) => never;
type Values = readonly (AsType | undefined)[];

interface Generic {
  readonly parameters: number;
  readonly make: (values: Values, refuse: Refuse) => AsType;
}

/** Generic classes of the standard library and of module "atoll". */
export const STANDARD: Readonly<Record<string, Generic | undefined>> = {
  "~lib/array/Array": { parameters: 1, make: (values, refuse) => list("Array", values, refuse) },
  "~lib/staticarray/StaticArray": {
    parameters: 1,
    make: (values, refuse) => list("StaticArray", values, refuse),
  },
  "~lib/map/Map": { parameters: 2, make: map },
  [`${RUNTIME_MODULE}/Option`]: {
    parameters: 1,
    make: (values, refuse) => ({ kind: "option", type: some(values, 0, refuse), as: "Option" }),
  },
  [`${RUNTIME_MODULE}/Result`]: {
    parameters: 2,
    make: ([ok, err]) => ({ kind: "result", ...arm("ok", ok), ...arm("err", err) }),
  },
  ...Object.fromEntries(
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16].map((n) => [
      `${RUNTIME_MODULE}/Tuple${n}`,
      tuple(n),
    ]),
  ),
};

function list(as: "Array" | "StaticArray", values: Values, refuse: Refuse): AsType {
  return { kind: "list", element: some(values, 0, refuse), as };
}

function map(values: Values, refuse: Refuse): AsType {
  const key = some(values, 0, refuse);
  if (!MAP_KEYS.has(key.kind))
    refuse(
      0,
      `a ${key.kind} cannot be the key of a map in WIT.`,
      "Use an integer, bool, Char or string as the key.",
    );
  return { kind: "map", key, value: some(values, 1, refuse) };
}

function tuple(parameters: number): Generic {
  return {
    parameters,
    make: (values, refuse) => ({ kind: "tuple", types: values.map((_, i) => some(values, i, refuse)) }),
  };
}

function some(values: Values, at: number, refuse: Refuse): AsType {
  return values[at] ?? refuse(at, "a value is needed here, not `void`.", "Name the type of the value.");
}

function arm<Name extends "ok" | "err">(name: Name, type: AsType | undefined): { [key in Name]?: AsType } {
  return type === undefined ? {} : ({ [name]: type } as { [key in Name]: AsType });
}

/** `keytype` of Component Model Explainer.md. */
const MAP_KEYS = new Set(["bool", "s8", "u8", "s16", "u16", "s32", "u32", "s64", "u64", "char", "string"]);

/** Types that authors expect and that cannot cross: construct, message, hint. */
export const UNSUPPORTED: Readonly<Record<string, readonly [string, string, string] | undefined>> = {
  any: [
    "any",
    "lean has no values without a static type.",
    "Name the type; for one of several, write an abstract class with a subclass for each case.",
  ],
  unknown: [
    "unknown",
    "lean has no values without a static type.",
    "Name the type; for one of several, write an abstract class with a subclass for each case.",
  ],
  object: ["object", "lean has no values without a static type.", "Name the class."],
  F64: ["Number", "it is no type of a value.", "Write `number`, or `f64`."],
  Bool: ["Boolean", "it is no type of a value.", "Write `boolean`, or `bool`."],
  never: [
    "never",
    "a call that does not return ends the process: WIT has no type for it.",
    "Write `void`, and `throw` where the process should end.",
  ],
  undefined: [
    "undefined",
    "lean has no `undefined`.",
    'Write `T | null`, or `Option<T>` from "atoll" for a number or bool.',
  ],
  Promise: [
    "async",
    "lean has no promises: a call returns its result directly.",
    "Write the type inside the Promise.",
  ],
  bigint: ["bigint", "lean has no big integers.", "Use `i64` or `u64`."],
  Record: ["Record", "lean has no utility types.", "Use Map<K, V>."],
  Set: ["Set", "WIT has no sets.", "Pass the elements as an array: `set.values()`."],
  Date: ["Date", "WIT has no dates.", "Pass milliseconds as `u64`."],
  ArrayBuffer: ["ArrayBuffer", "WIT has no raw memory.", "Use Uint8Array."],
  DataView: ["DataView", "WIT has no raw memory.", "Use Uint8Array."],
  Function: [
    "function type",
    "a function cannot cross a component's border.",
    "Return what the caller needs.",
  ],
  v128: ["v128", "WIT has no vectors.", "Use `StaticArray<f32>` or another list."],
};
