/**
 * Where the parts of a component value lie in linear memory.
 *
 * The one place that computes offsets: the reference, the emitted adapters and
 * the generated bindings all ask here. Pointers are 32 bits wide. Sources:
 * CanonicalABI.md, "Alignment", "Element Size", and the offsets in "Loading".
 */
import { despecialize, type DespecializedType } from "./despecialize.ts";
import { AbiError } from "./error.ts";
import type { ValueType } from "./types.ts";

/** Bytes. `align` is a power of two, at most 8. */
export interface Layout {
  readonly size: number;
  readonly align: number;
}

export interface RecordLayout extends Layout {
  /** Bytes from the start of the record, one per field. */
  readonly offsets: readonly number[];
}

/**
 * ```
 * 0                  discriminantSize   payloadOffset            size
 * | discriminant     | padding          | payload of any case    |
 * ```
 */
export interface VariantLayout extends Layout {
  readonly discriminantSize: 1 | 2 | 4;
  readonly payloadOffset: number;
}

/** Bytes of a pointer, and of a length. */
export const POINTER_SIZE = 4;

/** A 32-bit memory holds no more bytes; only fixed-length lists can ask for so many. */
const MAX_SIZE = 2 ** 32 - 1;

const known = new WeakMap<ValueType, Layout>();

/**
 * Size and alignment of a type in memory.
 *
 * @throws AbiError when a fixed-length list makes it larger than a 32-bit memory.
 */
export function layoutOf(type: ValueType): Layout {
  let layout = known.get(type);
  if (layout === undefined) {
    layout = compute(despecialize(type));
    if (layout.size > MAX_SIZE) {
      throw new AbiError("", `a ${type.kind} of ${layout.size} bytes does not fit into a 32-bit memory`);
    }
    known.set(type, layout);
  }
  return layout;
}

/** The next multiple of `align` at or after `offset`; the specification's `align_to`. */
function alignTo(offset: number, align: number): number {
  return Math.ceil(offset / align) * align;
}

/** Offsets of types that follow each other: fields of a record, items of a tuple, spilled parameters. */
export function recordLayout(types: readonly ValueType[]): RecordLayout {
  const offsets: number[] = [];
  let end = 0;
  let align = 1;
  for (const type of types) {
    const field = layoutOf(type);
    const offset = alignTo(end, field.align);
    offsets.push(offset);
    end = offset + field.size;
    align = Math.max(align, field.align);
  }
  return { offsets, size: alignTo(end, align), align };
}

/** Layout of a variant by its cases; for option, result and enum too (see `despecialize`). */
export function variantLayout(cases: readonly { readonly type?: ValueType }[]): VariantLayout {
  const discriminant = discriminantSize(cases.length);
  let payloadSize = 0;
  let payloadAlign = 1;
  for (const { type } of cases) {
    if (type === undefined) continue;
    const payload = layoutOf(type);
    payloadSize = Math.max(payloadSize, payload.size);
    payloadAlign = Math.max(payloadAlign, payload.align);
  }
  const align = Math.max(discriminant, payloadAlign);
  const payloadOffset = alignTo(discriminant, payloadAlign);
  return {
    discriminantSize: discriminant,
    payloadOffset,
    size: alignTo(payloadOffset + payloadSize, align),
    align,
  };
}

/** Bytes of the number that says which of `cases` a variant is; `discriminant_type`. */
export function discriminantSize(cases: number): 1 | 2 | 4 {
  if (cases <= 2 ** 8) return 1;
  return cases <= 2 ** 16 ? 2 : 4;
}

/** Bytes of flags with this many labels, at most 32; `elem_size_flags`. */
export function flagsSize(labels: number): 1 | 2 | 4 {
  if (labels <= 8) return 1;
  return labels <= 16 ? 2 : 4;
}

function compute(type: DespecializedType): Layout {
  switch (type.kind) {
    case "bool":
    case "s8":
    case "u8":
      return scalar(1);
    case "s16":
    case "u16":
      return scalar(2);
    case "s32":
    case "u32":
    case "f32":
    case "char":
    case "own":
    case "borrow":
      return scalar(4);
    case "s64":
    case "u64":
    case "f64":
      return scalar(8);
    case "string":
      return { size: 2 * POINTER_SIZE, align: POINTER_SIZE };
    case "list":
      return listLayout(type.element, type.length);
    case "record":
      return recordLayout(type.fields.map((field) => field.type));
    case "variant":
      return variantLayout(type.cases);
    case "flags":
      return scalar(flagsSize(type.labels.length));
  }
}

function scalar(size: number): Layout {
  return { size, align: size };
}

function listLayout(element: ValueType, length: number | undefined): Layout {
  if (length === undefined) return { size: 2 * POINTER_SIZE, align: POINTER_SIZE };
  const { size, align } = layoutOf(element);
  return { size: length * size, align };
}
