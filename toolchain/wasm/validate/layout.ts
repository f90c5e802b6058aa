/**
 * Size, alignment and flat form of value types, as far as validation needs them.
 *
 * Sizes are with 64-bit pointers, since the limit of sizes is; flat forms with
 * 32-bit pointers. CanonicalABI.md, "Alignment", "Element Size", "Flattening".
 */
import type { PrimitiveType } from "../component/component.ts";
import type { FlatType, Shape, Value } from "./types.ts";

/** Sizes stay below this. CanonicalABI.md, "Element Size". */
export const MAX_SIZE: number = 2 ** 28;
export const MAX_FLAT_PARAMS = 16;
/** Flat forms are cut here: one more than any limit asks for. */
const FLAT_END: number = MAX_FLAT_PARAMS + 1;
const POINTER = 8;

interface Layout {
  readonly size: number;
  readonly align: number;
  readonly flat: readonly FlatType[];
}
const scalar = (size: number, flat: FlatType): Layout => ({ size, align: size, flat: [flat] });
const span: Layout = { size: 2 * POINTER, align: POINTER, flat: ["i32", "i32"] };
const handle: Layout = scalar(4, "i32");
const PRIMITIVES: Readonly<Record<PrimitiveType, Layout>> = {
  bool: scalar(1, "i32"),
  s8: scalar(1, "i32"),
  u8: scalar(1, "i32"),
  s16: scalar(2, "i32"),
  u16: scalar(2, "i32"),
  s32: scalar(4, "i32"),
  u32: scalar(4, "i32"),
  s64: scalar(8, "i64"),
  u64: scalar(8, "i64"),
  f32: scalar(4, "f32"),
  f64: scalar(8, "f64"),
  char: scalar(4, "i32"),
  string: span,
  "error-context": handle,
};

function layoutOf(value: Value): Layout {
  return typeof value === "string" ? PRIMITIVES[value] : value;
}

export function flatOf(values: readonly Value[]): readonly FlatType[] {
  const flat: FlatType[] = [];
  for (const value of values) {
    if (flat.length >= FLAT_END) break;
    flat.push(...layoutOf(value).flat);
  }
  return flat.slice(0, FLAT_END);
}

export function layoutOfShape(shape: Shape): Layout {
  switch (shape.kind) {
    case "primitive":
      return PRIMITIVES[shape.type];
    case "record":
      return record(shape.fields.map(({ type }) => type));
    case "tuple":
      return record(shape.types);
    case "list":
      return shape.length === undefined ? span : fixedList(layoutOf(shape.element), shape.length);
    case "map":
      return span;
    case "flags":
      return flags(shape.labels.length);
    case "enum":
      return variant(shape.labels.length, []);
    case "variant":
      return variant(
        shape.cases.length,
        shape.cases.flatMap(({ type }) => (type === undefined ? [] : [type])),
      );
    case "option":
      return variant(2, [shape.type]);
    case "result":
      return variant(
        2,
        [shape.ok, shape.err].filter((part) => part !== undefined),
      );
    default:
      return handle;
  }
}

function alignTo(offset: number, align: number): number {
  return Math.ceil(offset / align) * align;
}

function record(types: readonly Value[]): Layout {
  let size = 0;
  let align = 1;
  for (const type of types) {
    const field = layoutOf(type);
    size = alignTo(size, field.align) + field.size;
    align = Math.max(align, field.align);
  }
  return { size: alignTo(size, align), align, flat: flatOf(types) };
}

function fixedList({ size, align, flat }: Layout, length: number): Layout {
  const times = Math.min(length, FLAT_END);
  const repeated = Array.from({ length: times }, () => flat).flat();
  return { size: size * length, align, flat: repeated.slice(0, FLAT_END) };
}

function flags(count: number): Layout {
  return scalar(count <= 8 ? 1 : count <= 16 ? 2 : 4, "i32");
}

function variant(count: number, payloads: readonly Value[]): Layout {
  const discriminant = count <= 2 ** 8 ? 1 : count <= 2 ** 16 ? 2 : 4;
  let size = 0;
  let align = 1;
  const joined: FlatType[] = [];
  for (const payload of payloads) {
    const layout = layoutOf(payload);
    size = Math.max(size, layout.size);
    align = Math.max(align, layout.align);
    for (const [i, type] of layout.flat.entries()) joined[i] = join(joined[i] ?? type, type);
  }
  const whole = Math.max(align, discriminant);
  const end = alignTo(discriminant, align) + size;
  return { size: alignTo(end, whole), align: whole, flat: ["i32" as const, ...joined].slice(0, FLAT_END) };
}

function join(a: FlatType, b: FlatType): FlatType {
  if (a === b) return a;
  return isNarrow(a) && isNarrow(b) ? "i32" : "i64";
}

function isNarrow(type: FlatType): boolean {
  return type === "i32" || type === "f32";
}
