/**
 * The payload of a variant in core values that serve all of its cases.
 *
 * Source: CanonicalABI.md, "Flattening" (`join`), "Flat Lifting", "Flat Lowering".
 */
import { type CoreType, flattenPayload, flattenType, type Case } from "../../abi/index.ts";
import type { AsType } from "../as-type.ts";
import type { Body } from "../body.ts";
import type { Codec } from "./codec.ts";

/** The case's value from the joined core values. */
export function liftPayload(
  codec: Codec,
  cases: readonly Case[],
  type: AsType,
  values: readonly string[],
): string {
  const joined = flattenPayload(cases);
  const flats = flattenType(type).map((core, i) => narrow(values[i] ?? "", joined[i] ?? core, core));
  return codec.lift(type, flats);
}

/** Locals for the discriminant and the joined core values, all 0. */
export function joinedLocals(body: Body, cases: readonly Case[], name: string): string[] {
  const which = body.fresh(name);
  body.line(`let ${which} = 0;`);
  const payload = flattenPayload(cases).map((core, i) => {
    const local = body.fresh(`${name}${i}`);
    body.line(`let ${local}: ${core} = 0;`);
    return local;
  });
  return [which, ...payload];
}

/** Assigns a case's value to the joined locals. */
export function lowerPayload(
  codec: Codec,
  body: Body,
  cases: readonly Case[],
  type: AsType,
  value: string,
  locals: readonly string[],
): void {
  const joined = flattenPayload(cases);
  const flats = codec.lower(body, type, value);
  for (const [i, core] of flattenType(type).entries()) {
    body.line(`${locals[i]} = ${widen(flats[i] ?? "", core, joined[i] ?? core)};`);
  }
}

function narrow(value: string, from: CoreType, to: CoreType): string {
  if (from === to) return value;
  if (to === "i32") return `<i32>${value}`;
  if (to === "f32") return `reinterpret<f32>(${from === "i64" ? `<i32>${value}` : value})`;
  return `reinterpret<f64>(${value})`;
}

function widen(value: string, from: CoreType, to: CoreType): string {
  if (from === to) return value;
  if (from === "i32") return `<i64><u32>${value.replace(/^<i32>/, "")}`;
  if (from === "f64") return `reinterpret<i64>(${value})`;
  return to === "i32" ? `reinterpret<i32>(${value})` : `<i64>reinterpret<u32>(${value})`;
}
