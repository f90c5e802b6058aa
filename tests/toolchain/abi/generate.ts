/**
 * Random component types and values of them, for property tests.
 *
 * Covers every type that a synchronous call can pass; handles where they are asked for. Adapters
 * and bindings are tested against the reference with the same generators, so a
 * failing seed means the same in each suite.
 */
import * as fc from "fast-check";
import type { ComponentValue, FunctionType, PrimitiveKind, ValueType } from "../../../toolchain/abi/index.ts";

export interface TypeOptions {
  /** How deep types are nested, at most; 4 when absent. */
  readonly depth?: number;
  /** Fixed-length lists and maps, which not every consumer of types has; present when absent. */
  readonly lists?: "all" | "growable";
  /** Handle types to use as well; a value of one is an index, often of a handle that is there. */
  readonly handles?: readonly ValueType[];
}

const PRIMITIVES: readonly PrimitiveKind[] = [
  ...(["bool", "s8", "u8", "s16", "u16", "s32", "u32", "s64", "u64"] as const),
  ...(["f32", "f64", "char", "string"] as const),
];
/** Indices that are no handle's. */
const NO_HANDLES = [0, 13, 0xffff, 0x0fff_ffff, 0x1000_0001, 0x8000_0000, 0xffff_ffff];
const KEYS = PRIMITIVES.filter((kind) => kind !== "f32" && kind !== "f64");

/** Any value type. Labels are `a0`, `a1`, … so that no two of a type are equal. */
export function arbitraryType(options: TypeOptions = {}): fc.Arbitrary<ValueType> {
  return typeOfDepth(options.depth ?? 4, options);
}

/** Any function type, from no parameters to more than travel flat. */
export function arbitraryFunction(options: TypeOptions = {}): fc.Arbitrary<FunctionType> {
  const type = arbitraryType(options);
  return fc
    .record({ params: fc.array(type, { maxLength: 6 }), result: fc.option(type, { nil: undefined }) })
    .map(({ params, result }) => functionType(params, result));
}

/** A value of the type, equal (by `toEqual`) to what lifting it gives back. */
export function arbitraryValue(type: ValueType): fc.Arbitrary<ComponentValue> {
  switch (type.kind) {
    case "list":
      return listOf(type.element, type.length);
    case "map":
      return fc.array(fc.tuple(arbitraryValue(type.key), arbitraryValue(type.value)), { maxLength: 4 });
    case "record":
      return recordOf(type.fields.map(({ label, type: t }) => [label, arbitraryValue(t)]));
    case "tuple":
      return fc.tuple(...type.types.map(arbitraryValue));
    case "variant":
      return fc.oneof(...type.cases.map((c) => caseOf(c.label, c.type)));
    case "option":
      return fc.oneof(caseOf("none", undefined), caseOf("some", type.type));
    case "result":
      return fc.oneof(caseOf("ok", type.ok), caseOf("error", type.err));
    case "enum":
      return fc.constantFrom(...type.labels);
    case "flags":
      return recordOf(type.labels.map((label) => [label, fc.boolean()]));
    case "own":
    case "borrow":
      return fc.oneof(
        { weight: 20, arbitrary: fc.integer({ min: 1, max: 12 }) },
        fc.constantFrom(...NO_HANDLES),
      );
    default:
      return primitiveValue(type.kind);
  }
}

/** A type with a value of it. */
export function arbitraryTyped(
  options: TypeOptions = {},
): fc.Arbitrary<{ type: ValueType; value: ComponentValue }> {
  return arbitraryType(options).chain((type) => arbitraryValue(type).map((value) => ({ type, value })));
}

/** A function type with arguments and a result. */
export function arbitraryCall(
  options: TypeOptions = {},
): fc.Arbitrary<{ type: FunctionType; args: ComponentValue[]; result: ComponentValue | undefined }> {
  return arbitraryFunction(options).chain((type) =>
    fc
      .tuple(
        fc.tuple(...type.params.map((param) => arbitraryValue(param.type))),
        type.result === undefined ? fc.constant(undefined) : arbitraryValue(type.result),
      )
      .map(([args, result]) => ({ type, args, result })),
  );
}

function functionType(params: readonly ValueType[], result: ValueType | undefined): FunctionType {
  const named = params.map((type, i) => ({ label: `p${i}`, type }));
  return { async: false, params: named, ...(result === undefined ? {} : { result }) };
}

function typeOfDepth(depth: number, options: TypeOptions): fc.Arbitrary<ValueType> {
  const primitive = fc.constantFrom(...PRIMITIVES).map((kind): ValueType => ({ kind }));
  const { handles = [], lists = "all" } = options;
  const flat = fc.oneof(
    { weight: 6, arbitrary: primitive },
    ...(handles.length > 0 ? [{ weight: 8, arbitrary: fc.constantFrom(...handles) }] : []),
    labelCount(300).map((labels): ValueType => ({ kind: "enum", labels })),
    labelCount(32).map((labels): ValueType => ({ kind: "flags", labels })),
  );
  if (depth <= 1) return flat;
  const inner = typeOfDepth(depth - 1, options);
  const some = fc.array(inner, { minLength: 1, maxLength: 4 });
  const maybe = fc.option(inner, { nil: undefined });
  const key = fc.constantFrom(...KEYS).map((kind): ValueType => ({ kind }));
  const exotic = [
    fc
      .tuple(inner, fc.integer({ min: 1, max: 5 }))
      .map(([element, length]): ValueType => ({ kind: "list", element, length })),
    fc.tuple(key, inner).map(([k, value]): ValueType => ({ kind: "map", key: k, value })),
  ];
  return fc.oneof(
    { weight: 2, arbitrary: flat },
    ...(lists === "all" ? exotic : []),
    inner.map((element): ValueType => ({ kind: "list", element })),
    inner.map((type): ValueType => ({ kind: "option", type })),
    some.map((types): ValueType => ({ kind: "tuple", types })),
    some.map((types): ValueType => ({
      kind: "record",
      fields: types.map((type, i) => ({ label: `a${i}`, type })),
    })),
    fc.array(maybe, { minLength: 1, maxLength: 5 }).map(variantOf),
    fc.tuple(maybe, maybe).map(resultOf),
  );
}

function labelCount(max: number): fc.Arbitrary<string[]> {
  const count = fc.oneof(fc.integer({ min: 1, max: Math.min(max, 6) }), fc.integer({ min: 1, max }));
  return count.map((length) => Array.from({ length }, (_, i) => `a${i}`));
}

function variantOf(types: readonly (ValueType | undefined)[]): ValueType {
  const cases = types.map((type, i) => ({ label: `a${i}`, ...(type === undefined ? {} : { type }) }));
  return { kind: "variant", cases };
}

function resultOf([ok, err]: readonly [ValueType | undefined, ValueType | undefined]): ValueType {
  return { kind: "result", ...(ok === undefined ? {} : { ok }), ...(err === undefined ? {} : { err }) };
}

function primitiveValue(kind: PrimitiveKind): fc.Arbitrary<ComponentValue> {
  switch (kind) {
    case "bool":
      return fc.boolean();
    case "s64":
      return fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    case "u64":
      return fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
    case "f32":
      return fc.float();
    case "f64":
      return fc.double();
    case "char":
      return fc.string({ unit: scalar, minLength: 1, maxLength: 1 });
    case "string":
      return fc.string({ unit: scalar, maxLength: 12 });
    default:
      return integer(kind);
  }
}

/** All of Unicode, with ASCII and Latin-1 often, because encodings differ there. */
const scalar: fc.Arbitrary<string> = fc
  .oneof(
    { weight: 3, arbitrary: fc.integer({ min: 0, max: 0x7f }) },
    { weight: 2, arbitrary: fc.integer({ min: 0x80, max: 0xff }) },
    fc.integer({ min: 0x100, max: 0xd7ff }),
    fc.integer({ min: 0xe000, max: 0x10ffff }),
  )
  .map((codePoint) => String.fromCodePoint(codePoint));

function integer(kind: "s8" | "u8" | "s16" | "u16" | "s32" | "u32"): fc.Arbitrary<number> {
  const bits = Number(kind.slice(1));
  return kind.startsWith("u")
    ? fc.integer({ min: 0, max: 2 ** bits - 1 })
    : fc.integer({ min: -(2 ** (bits - 1)), max: 2 ** (bits - 1) - 1 });
}

function listOf(element: ValueType, length: number | undefined): fc.Arbitrary<ComponentValue> {
  const size = length === undefined ? { maxLength: 5 } : { minLength: length, maxLength: length };
  if (element.kind === "u8") return fc.uint8Array(size);
  return fc.array(arbitraryValue(element), size);
}

function recordOf(
  entries: readonly (readonly [string, fc.Arbitrary<ComponentValue>])[],
): fc.Arbitrary<ComponentValue> {
  return fc
    .tuple(...entries.map(([, value]) => value))
    .map((values) => Object.fromEntries(entries.map(([label], i) => [label, values[i] as ComponentValue])));
}

function caseOf(label: string, type: ValueType | undefined): fc.Arbitrary<ComponentValue> {
  if (type === undefined) return fc.constant({ case: label });
  return arbitraryValue(type).map((value) => ({ case: label, value }));
}
