/**
 * Values lifted from core values.
 *
 * Source: CanonicalABI.md, "Flat Lifting".
 */
import { despecialize, type DespecializedType } from "../despecialize.ts";
import { type CoreType, flattenPayload } from "../flatten.ts";
import type { ValueType } from "../types.ts";
import type { CoreValue, FlatSource } from "./flat.ts";
import { liftBorrow, liftOwn } from "./handles.ts";
import { loadListFromRange, requireCase, toChar } from "./load.ts";
import { loadString } from "./load-string.ts";
import type { GuestMemory } from "./memory.ts";
import { type ComponentValue, fromCase, fromFields, unpackFlags } from "./value.ts";

export function liftFlat(memory: GuestMemory, source: FlatSource, type: ValueType): ComponentValue {
  const t = despecialize(type);
  switch (t.kind) {
    case "bool":
      return source.next("i32") !== 0;
    case "u8":
      return source.next("i32") & 0xff;
    case "u16":
      return source.next("i32") & 0xffff;
    case "u32":
      return source.next("i32");
    case "u64":
      return source.next("i64");
    case "s8":
      return (source.next("i32") << 24) >> 24;
    case "s16":
      return (source.next("i32") << 16) >> 16;
    case "s32":
      return source.next("i32") | 0;
    case "s64":
      return BigInt.asIntN(64, source.next("i64"));
    case "f32":
    case "f64":
      return source.next(t.kind);
    case "char":
      return toChar(source.next("i32"));
    case "string":
      return loadString(memory, source.next("i32"), source.next("i32"));
    case "list":
      return liftList(memory, source, t.element, t.length);
    case "record":
      return fromFields(
        t.fields.map((field) => liftFlat(memory, source, field.type)),
        type,
        t,
      );
    case "variant":
      return liftVariant(memory, source, type, t);
    case "flags":
      return unpackFlags(source.next("i32"), t.labels);
    case "own":
      return liftOwn(memory.handles, source.next("i32"), t.resource);
    case "borrow":
      return liftBorrow(memory.handles, source.next("i32"), t.resource);
  }
}

function liftList(
  memory: GuestMemory,
  source: FlatSource,
  element: ValueType,
  length: number | undefined,
): ComponentValue {
  if (length === undefined) return loadListFromRange(memory, source.next("i32"), source.next("i32"), element);
  const values = Array.from({ length }, () => liftFlat(memory, source, element));
  return element.kind === "u8" ? Uint8Array.from(values as number[]) : values;
}

function liftVariant(
  memory: GuestMemory,
  source: FlatSource,
  type: ValueType,
  variant: Extract<DespecializedType, { kind: "variant" }>,
): ComponentValue {
  const joined = flattenPayload(variant.cases);
  const index = source.next("i32");
  requireCase(index, variant.cases, "Flat Lifting");
  const payloadType = variant.cases[index]?.type;
  const payload =
    payloadType === undefined ? undefined : liftFlat(memory, coercing(source, joined), payloadType);
  // What the case does not use is still there and is passed over.
  for (const have of joined) source.next(have);
  return fromCase(index, payload, type, variant);
}

/** Takes values of the joined types and gives them as what the case wants; `CoerceValueIter`. */
function coercing(source: FlatSource, joined: CoreType[]): FlatSource {
  const next = (want: CoreType): CoreValue => {
    const have = joined.shift() ?? want;
    const value = source.next(have);
    return have === want ? value : coerce(value, want);
  };
  return { next } as FlatSource;
}

const scratch = new DataView(new ArrayBuffer(8));

/** The low bits of an i32 or i64, read as the wanted type. */
function coerce(value: CoreValue, want: CoreType): CoreValue {
  scratch.setBigUint64(0, BigInt.asUintN(64, BigInt(value)), true);
  if (want === "i32") return scratch.getUint32(0, true);
  return want === "f32" ? scratch.getFloat32(0, true) : scratch.getFloat64(0, true);
}
