/**
 * The four ways a value crosses, and what each kind of type does for them.
 *
 * Lift and lower work on core values in parameters and results, load and store
 * on linear memory; each writes AssemblyScript text. A kind's file knows its own
 * shape only and asks the `Codec` for the types inside it.
 */
import { type CoreType, flattenType } from "../../abi/index.ts";
import type { AsType } from "../as-type.ts";
import type { Body } from "../body.ts";
import type { SourceFile } from "../source-file.ts";

export interface Codec {
  readonly file: SourceFile;
  /** An expression that reads the value at `at + offset`. */
  load(type: AsType, at: string, offset: number): string;
  /** Statements that write `value` to `at + offset`. */
  store(body: Body, type: AsType, value: string, at: string, offset: number): void;
  /** An expression that makes the value from its core values. */
  lift(type: AsType, values: readonly string[]): string;
  /** Statements, and the expressions of the core values. */
  lower(body: Body, type: AsType, value: string): string[];
}

/**
 * What a kind of type implements. `at` is a local; `value` may be read more
 * than once: a local, or a field of one.
 */
export interface KindCodec<T extends AsType> {
  load(codec: Codec, type: T, at: string, offset: number): string;
  store(codec: Codec, body: Body, type: T, value: string, at: string, offset: number): void;
  lift(codec: Codec, type: T, values: readonly string[]): string;
  lower(codec: Codec, body: Body, type: T, value: string): string[];
}

/** `AsType` of these kinds. */
export type OfKind<K extends AsType["kind"]> = Extract<AsType, { readonly kind: K }>;

/** Arguments of `load` after the type: `at`, or `at, offset`. */
export function place(at: string, offset: number): string {
  return offset === 0 ? at : `${at}, ${offset}`;
}

/** The address as one expression. */
export function address(at: string, offset: number): string {
  return offset === 0 ? at : `${at} + ${offset}`;
}

export function storeLine(body: Body, core: string, value: string, at: string, offset: number): void {
  body.line(`store<${core}>(${at}, ${value}${offset === 0 ? "" : `, ${offset}`});`);
}

/** A conditional expression in parentheses, for use inside another. */
export function grouped(expression: string): string {
  return expression.includes(" ? ") ? `(${expression})` : expression;
}

/** Arguments on one line, or on a line each where that gets long. */
export function argumentList(values: readonly string[], indent: string): string {
  const line = values.join(", ");
  if (line.length + indent.length < 80 || values.length < 2) return line;
  return `\n${values.map((value) => `${indent}  ${value},\n`).join("")}${indent}`;
}

/** Hands out the core values of several types after each other. */
export function splitValues(types: readonly AsType[], values: readonly string[]): (readonly string[])[] {
  let next = 0;
  return types.map((type) => {
    const count = flattenType(type).length;
    next += count;
    return values.slice(next - count, next);
  });
}

/** Parameters `p0: i32, p1: f64` for a helper that takes core values. */
export function coreParams(body: Body, types: readonly CoreType[]): { names: string[]; text: string } {
  const names = types.map((_, i) => body.fresh(`p${i}`));
  return { names, text: names.map((name, i) => `${name}: ${types[i]}`).join(", ") };
}
