/** Types in few words, for tests that list many. */
import type { FunctionType, PrimitiveKind, ValueType } from "../../../toolchain/abi/index.ts";

const of = (kind: PrimitiveKind): ValueType => ({ kind });
export const bool: ValueType = of("bool");
export const s8: ValueType = of("s8");
export const u8: ValueType = of("u8");
export const s16: ValueType = of("s16");
export const u16: ValueType = of("u16");
export const s32: ValueType = of("s32");
export const u32: ValueType = of("u32");
export const s64: ValueType = of("s64");
export const u64: ValueType = of("u64");
export const f32: ValueType = of("f32");
export const f64: ValueType = of("f64");
export const char: ValueType = of("char");
export const string: ValueType = of("string");

export function list(element: ValueType, length?: number): ValueType {
  return length === undefined ? { kind: "list", element } : { kind: "list", element, length };
}

export function map(key: ValueType, value: ValueType): ValueType {
  return { kind: "map", key, value };
}

export function option(type: ValueType): ValueType {
  return { kind: "option", type };
}

export function result(ok?: ValueType, err?: ValueType): ValueType {
  return { kind: "result", ...(ok === undefined ? {} : { ok }), ...(err === undefined ? {} : { err }) };
}

export function tuple(...types: ValueType[]): ValueType {
  return { kind: "tuple", types };
}

export function record(fields: Readonly<Record<string, ValueType>>): ValueType {
  return { kind: "record", fields: Object.entries(fields).map(([label, type]) => ({ label, type })) };
}

export function variant(cases: Readonly<Record<string, ValueType | undefined>>): ValueType {
  const list = Object.entries(cases);
  return {
    kind: "variant",
    cases: list.map(([label, type]) => (type === undefined ? { label } : { label, type })),
  };
}

/** An enum or flags with labels `l0`, `l1`, … */
export function labels(kind: "enum" | "flags", count: number): ValueType {
  return { kind, labels: Array.from({ length: count }, (_, i) => `l${i}`) };
}

/** A function with parameters `p0`, `p1`, … */
export function func(params: readonly ValueType[], type?: ValueType): FunctionType {
  const named = params.map((param, i) => ({ label: `p${i}`, type: param }));
  return { async: false, params: named, ...(type === undefined ? {} : { result: type }) };
}
