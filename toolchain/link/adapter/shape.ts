/**
 * Types as adapters see them: despecialised, laid out, and equal ones the same.
 *
 * Labels are gone, so a tuple and a record of the same fields share one shape,
 * and with it the function that copies it. Offsets come from `toolchain/abi`.
 */
import {
  despecialize,
  flatCount,
  flatCountOf,
  flattenType,
  layoutOf,
  MAX_FLAT_PARAMS,
  recordLayout,
  variantLayout,
  type Case,
  type CoreType,
  type PrimitiveKind,
  type ResourceType,
  type ValueType,
} from "../../abi/index.ts";
import { AdapterError, type ResourceUses } from "./contract.ts";

interface Common {
  readonly id: number;
  /** For names of functions, such as `list of string`; cut short when long. */
  readonly text: string;
  /** Bytes in memory. */
  readonly size: number;
  readonly align: number;
  /** Core values, for types that are passed so; empty for those that never are. */
  readonly flat: readonly CoreType[];
  /** Every byte may be copied unseen: no check, no pointer, no padding. */
  readonly plain: boolean;
  /** Values refer to memory, so that lowering one calls `realloc`. */
  readonly pointers: boolean;
  /** How much code copying one takes in line, in leaves. */
  readonly weight: number;
}

type LeafKind = Exclude<PrimitiveKind, "string">;

interface Part {
  readonly shape: Shape;
  /** Bytes from the start in memory. */
  readonly offset: number;
  /** Position of the first of its core values. */
  readonly flat: number;
}

export type Shape = Common &
  (
    | { readonly kind: LeafKind | "string" }
    | { readonly kind: "flags"; readonly labels: number }
    /** `kernel`: as in `ResourceUse`. */
    | { readonly kind: "own"; readonly resource: number; readonly kernel: boolean }
    /** `toImplementer`: who receives it gets the rep. */
    | { readonly kind: "borrow"; readonly resource: number; readonly toImplementer: boolean }
    | { readonly kind: "list"; readonly element: Shape }
    | { readonly kind: "fixed-list"; readonly element: Shape; readonly length: number }
    | { readonly kind: "record"; readonly parts: readonly Part[] }
    | {
        readonly kind: "variant";
        readonly cases: readonly (Shape | undefined)[];
        readonly discriminantSize: 1 | 2 | 4;
        /** Bytes from the start in memory. */
        readonly payloadOffset: number;
      }
  );
export type ShapeOf<K extends Shape["kind"]> = Extract<Shape, { kind: K }>;

/** Weight of a call to a function that copies. */
const CALL_WEIGHT = 3;
/** Beyond this weight such a function is made. */
export const INLINE_WEIGHT = 24;

const PLAIN = new Set<string>(["s8", "u8", "s16", "u16", "s32", "u32", "s64", "u64", "f32", "f64"]);

type Distinct = Shape extends infer S ? (S extends Shape ? Omit<S, "id"> : never) : never;

/** The shapes of one adapter. */
export class Shapes {
  readonly #byType = new WeakMap<ValueType, Shape>();
  readonly #byKey = new Map<string, Shape>();
  readonly #resources: ResourceUses;

  constructor(resources: ResourceUses) {
    this.#resources = resources;
  }

  of(type: ValueType): Shape {
    let shape = this.#byType.get(type);
    if (shape === undefined) {
      shape = this.#make(type);
      this.#byType.set(type, shape);
    }
    return shape;
  }

  /** Of types that follow each other: a record's fields, or all parameters of a function. */
  record(types: readonly ValueType[]): ShapeOf<"record"> {
    const { offsets, size, align } = recordLayout(types);
    const shapes = types.map((type) => this.of(type));
    let flat = 0;
    const parts = shapes.map((shape, i) => {
      const part = { shape, offset: offsets[i] ?? 0, flat };
      flat += flatCount(types[i] as ValueType);
      return part;
    });
    const bytes = shapes.reduce((sum, shape) => sum + shape.size, 0);
    const common = {
      text: textOf("record of", shapes),
      size,
      align,
      flat: flatCountOf(types) > MAX_FLAT_PARAMS ? [] : types.flatMap(flattenType),
      plain: bytes === size && shapes.every((shape) => shape.plain),
      pointers: shapes.some((shape) => shape.pointers),
      weight: shapes.reduce((sum, shape) => sum + inPlace(shape), 0),
    };
    return this.#intern(keyOf("record", shapes), { ...common, kind: "record", parts }) as ShapeOf<"record">;
  }

  #make(type: ValueType): Shape {
    const t = despecialize(type);
    switch (t.kind) {
      case "own":
      case "borrow":
        return this.#handle(type, t.kind, t.resource);
      case "record":
        return this.record(t.fields.map((field) => field.type));
      case "variant":
        return this.#variant(type, t.cases);
      case "list":
        return t.length === undefined ? this.#list(type, t.element) : this.#fixed(type, t.element, t.length);
      case "flags":
        return this.#intern(`flags ${t.labels.length}`, {
          ...measure(type),
          kind: "flags",
          text: "flags",
          plain: t.labels.length === 8 * layoutOf(type).size,
          pointers: false,
          weight: 1,
          labels: t.labels.length,
        });
      case "string":
        return this.#intern("string", {
          ...measure(type),
          kind: "string",
          text: "string",
          plain: false,
          pointers: true,
          weight: CALL_WEIGHT,
        });
      default:
        return this.#intern(t.kind, {
          ...measure(type),
          kind: t.kind,
          text: t.kind,
          plain: PLAIN.has(t.kind),
          pointers: false,
          weight: 1,
        });
    }
  }

  #handle(type: ValueType, kind: "own" | "borrow", resource: ResourceType): Shape {
    const text = `${kind}<${resource.name?.name ?? "resource"}>`;
    const use = this.#resources.get(resource);
    if (use === undefined) throw new AdapterError(`${text}: its resource is not one of the adapter's`);
    const common = { ...measure(type), text, plain: false, pointers: false };
    const { position, calleeImplements, kernel = false } = use;
    return kind === "own"
      ? this.#intern(`own ${position}`, { ...common, kind, weight: CALL_WEIGHT, resource: position, kernel })
      : this.#intern(`borrow ${position}`, {
          ...common,
          kind,
          weight: 2 * CALL_WEIGHT,
          resource: position,
          toImplementer: calleeImplements,
        });
  }

  #list(type: ValueType, elementType: ValueType): Shape {
    const element = this.of(elementType);
    return this.#intern(`list ${element.id}`, {
      ...measure(type),
      kind: "list",
      text: textOf("list of", [element]),
      plain: false,
      pointers: true,
      weight: CALL_WEIGHT,
      element,
    });
  }

  #fixed(type: ValueType, elementType: ValueType, length: number): Shape {
    const element = this.of(elementType);
    return this.#intern(`fixed-list ${length} ${element.id}`, {
      ...measure(type),
      kind: "fixed-list",
      text: textOf(`list of ${length}`, [element]),
      plain: element.plain,
      pointers: element.pointers,
      weight: length * inPlace(element),
      element,
      length,
    });
  }

  #variant(type: ValueType, caseTypes: readonly Case[]): Shape {
    const cases = caseTypes.map((c) => c.type && this.of(c.type));
    const payloads = [...new Set(cases.filter((payload) => payload !== undefined))];
    const { discriminantSize, payloadOffset } = variantLayout(caseTypes);
    const key = `variant ${cases.map((payload) => payload?.id ?? "-").join(" ")}`;
    return this.#intern(key, {
      ...measure(type),
      kind: "variant",
      text: payloads.length === 0 ? `enum of ${cases.length}` : textOf("variant of", payloads),
      plain: payloads.length === 0 && cases.length === 2 ** (8 * discriminantSize),
      pointers: payloads.some((payload) => payload.pointers),
      weight: 2 + payloads.reduce((sum, payload) => sum + 1 + inPlace(payload), 0),
      cases,
      discriminantSize,
      payloadOffset,
    });
  }

  #intern(key: string, shape: Distinct): Shape {
    let known = this.#byKey.get(key);
    if (known === undefined) {
      known = { ...shape, id: this.#byKey.size };
      this.#byKey.set(key, known);
    }
    return known;
  }
}

function measure(type: ValueType): Pick<Common, "size" | "align" | "flat"> {
  const { size, align } = layoutOf(type);
  return { size, align, flat: flatCount(type) > MAX_FLAT_PARAMS ? [] : flattenType(type) };
}

function inPlace(shape: Shape): number {
  return shape.weight > INLINE_WEIGHT ? CALL_WEIGHT : shape.weight;
}

function keyOf(kind: string, shapes: readonly Shape[]): string {
  return `${kind} ${shapes.map((shape) => shape.id).join(" ")}`;
}

function textOf(kind: string, shapes: readonly Shape[]): string {
  const text = `${kind} ${shapes.map((shape) => shape.text).join(", ")}`;
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
