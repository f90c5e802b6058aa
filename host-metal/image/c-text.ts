/**
 * How Wasm's types, and texts, are written in C.
 */
import type { core } from "../../toolchain/wasm/index.ts";
import { ImageError } from "./error.ts";

interface NumberType {
  /** wasm2c's own name of it. */
  readonly c: string;
  /** In a type that is asked for by `get_func_type`. */
  readonly code: string;
  /** In the name of a structure of several results. */
  readonly letter: string;
}

const NUMBERS: Readonly<Record<string, NumberType>> = {
  i32: { c: "u32", code: "WASM_RT_I32", letter: "i" },
  i64: { c: "u64", code: "WASM_RT_I64", letter: "j" },
  f32: { c: "f32", code: "WASM_RT_F32", letter: "f" },
  f64: { c: "f64", code: "WASM_RT_F64", letter: "d" },
};

/** Throws ImageError for references and vectors, which nothing passes between modules of a plan. */
export function numberType(type: core.ValType): NumberType {
  const known = typeof type === "string" ? NUMBERS[type] : undefined;
  if (known !== undefined) return known;
  const found = typeof type === "string" ? type : "a reference";
  throw new ImageError(`Expected numbers to be passed between modules, found ${found}.`);
}

export function cParameters({ params }: core.FuncType): string[] {
  return params.map((type, i) => `${numberType(type).c} a${i}`);
}

export function cArguments({ params }: core.FuncType): string[] {
  return params.map((_, i) => `a${i}`);
}

export function cResult({ results }: core.FuncType): string {
  const [first, ...more] = results;
  if (first === undefined) return "void";
  if (more.length === 0) return numberType(first).c;
  return `struct wasm_multi_${results.map((type) => numberType(type).letter).join("")}`;
}

/** What stands for the type of a function in tables. */
export function cTypeCode(module: string, { params, results }: core.FuncType): string {
  const codes = [...params, ...results].map((type) => numberType(type).code);
  return `wasm2c_${module}_get_func_type(${[params.length, results.length, ...codes].join(", ")})`;
}

/** A string literal of the text's bytes in UTF-8; what C gives a meaning to is written in octal. */
export function cString(text: string): string {
  const bytes = [...new TextEncoder().encode(text)];
  return `"${bytes.map((byte) => (isPlain(byte) ? String.fromCharCode(byte) : octal(byte))).join("")}"`;
}

/** Letters, digits, space and what ends no literal; trigraphs begin with a question mark. */
function isPlain(byte: number): boolean {
  return byte >= 0x20 && byte < 0x7f && !['"', "\\", "?"].includes(String.fromCharCode(byte));
}

function octal(byte: number): string {
  return `\\${byte.toString(8).padStart(3, "0")}`;
}

/** A `struct text`. */
export function cText(text: string): string {
  return `{${cString(text)}, ${new TextEncoder().encode(text).length}}`;
}
