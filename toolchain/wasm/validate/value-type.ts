/**
 * Makes value and function types: what they may be made of, and their facts.
 *
 * Facts come from those of the parts, so that the cost is that of the
 * definition and not of the written-out type. Binary.md, "Type Definitions".
 */
import type { Context } from "./context.ts";
import { SECTION } from "./error.ts";
import { layoutOfShape, MAX_SIZE } from "./layout.ts";
import { checkLabels } from "./labels.ts";
import { describe, type FuncType, partsOf, type Shape, type Value, type ValueNode } from "./types.ts";

const MAX_FLAGS = 32;
const KEY_TYPES: ReadonlySet<string> = new Set([
  "bool", "s8", "u8", "s16", "u16", "s32", "u32", "s64", "u64", "char", "string",
]); // prettier-ignore

/** A value type of the shape, with its facts; the shape is known to be well-formed. */
export function makeValue(shape: Shape, context: Context): ValueNode {
  const parts = partsOf(shape);
  context.spend(1 + parts.length);
  let depth = 1;
  let borrows = shape.kind === "borrow";
  let inMemory = isInMemory(shape);
  for (const part of parts) {
    if (typeof part === "string") inMemory ||= part === "string";
    else {
      depth = Math.max(depth, part.depth + 1);
      borrows ||= part.borrows;
      inMemory ||= part.inMemory;
    }
  }
  context.checkDepth(depth);
  // The reading end of a stream is an index: nothing of its elements lies in the value.
  if (shape.kind === "stream" || shape.kind === "future") inMemory = false;
  const { size, align, flat } = layoutOfShape(shape);
  return {
    kind: "value",
    shape,
    id: context.intern(structureOf(shape)),
    depth,
    size,
    align,
    flat,
    borrows,
    inMemory,
  };
}

function isInMemory(shape: Shape): boolean {
  if (shape.kind === "primitive") return shape.type === "string";
  return shape.kind === "map" || (shape.kind === "list" && shape.length === undefined);
}

/** Equal texts for equal structures. A type that is only another name of a primitive is that primitive. */
function structureOf(shape: Shape): string {
  switch (shape.kind) {
    case "primitive":
      return shape.type;
    case "record":
      return `record ${shape.fields.map(({ label, type }) => `${label} ${keyOf(type)}`).join()}`;
    case "variant":
      return `variant ${shape.cases.map(({ label, type }) => `${label} ${keyOf(type)}`).join()}`;
    case "flags":
    case "enum":
      return `${shape.kind} ${shape.labels.join()}`;
    case "own":
    case "borrow":
      return `${shape.kind} ${shape.resource.resource.number}`;
    case "list":
      return `list ${keyOf(shape.element)} ${shape.length ?? ""}`;
    case "result":
      return `result ${keyOf(shape.ok)} ${keyOf(shape.err)}`;
    default:
      return `${shape.kind} ${partsOf(shape).map(keyOf).join()}`;
  }
}

function keyOf(value: Value | undefined): string {
  if (value === undefined) return "-";
  if (typeof value === "string") return value;
  return value.shape.kind === "primitive" ? value.shape.type : `#${value.id}`;
}

/** Whether two value types are equal. */
export function sameValue(a: Value | undefined, b: Value | undefined): boolean {
  return keyOf(a) === keyOf(b);
}

export function makeFunc(func: Omit<FuncType, "kind" | "id">, context: Context): FuncType {
  context.spend(2 + func.params.length);
  const params = func.params.map(({ label, type }) => `${label} ${keyOf(type)}`).join();
  const id = context.intern(`func ${func.async} ${params} ${keyOf(func.result)}`);
  return { kind: "func", id, ...func };
}

/** A function type by its definition. */
export function defineFunc(func: Omit<FuncType, "kind" | "id">, context: Context): FuncType {
  checkLabels(
    func.params.map(({ label }) => label),
    { what: "function parameter", previous: "parameter" },
    context,
  );
  if (typeof func.result === "object" && func.result.borrows) {
    context.fail(SECTION.type, "function result cannot contain a `borrow` type");
  }
  if (func.async) context.uses("async function type");
  return makeFunc(func, context);
}

/** A value type by its definition. */
export function defineValue(shape: Shape, context: Context): ValueNode {
  checkShape(shape, context);
  const value = makeValue(shape, context);
  if (value.size >= MAX_SIZE) {
    context.fail(
      SECTION.size,
      "type exceeds maximum byte size",
      `fewer than 2^28 bytes`,
      `${value.size} bytes in a ${describe(value)}`,
    );
  }
  return value;
}

function checkShape(shape: Shape, context: Context): void {
  switch (shape.kind) {
    case "record":
      return checkLabelled(
        shape.fields,
        "record type must have at least one field",
        "record field",
        "field",
        context,
      );
    case "variant":
      return checkLabelled(
        shape.cases,
        "variant type must have at least one case",
        "variant case",
        "case",
        context,
      );
    case "flags":
      if (shape.labels.length > MAX_FLAGS) {
        context.fail(
          SECTION.type,
          "cannot have more than 32 flags",
          undefined,
          `${shape.labels.length} flags`,
        );
      }
      return checkLabelled(
        labelled(shape.labels),
        "flags must have at least one entry",
        "flag",
        "flag",
        context,
      );
    case "enum":
      return checkLabelled(
        labelled(shape.labels),
        "enum type must have at least one variant",
        "enum tag",
        "tag",
        context,
      );
    case "tuple":
      if (shape.types.length === 0) context.fail(SECTION.type, "tuple type must have at least one type");
      return;
    case "list":
      if (shape.length === 0)
        context.fail(SECTION.type, "fixed-length lists must have more than zero elements");
      return;
    case "map":
      return checkKey(shape.key, context);
    case "stream":
    case "future":
      return checkElement(shape, context);
    case "primitive":
      if (shape.type === "error-context") context.uses("error-context type");
  }
}

function labelled(labels: readonly string[]): { label: string }[] {
  return labels.map((label) => ({ label }));
}

function checkLabelled(
  items: readonly { readonly label: string }[],
  empty: string,
  what: string,
  previous: string,
  context: Context,
): void {
  if (items.length === 0) context.fail(SECTION.type, empty);
  checkLabels(
    items.map(({ label }) => label),
    { what, previous },
    context,
  );
}

function checkKey(key: Value, context: Context): void {
  const type = typeof key === "object" && key.shape.kind === "primitive" ? key.shape.type : key;
  if (typeof type === "object" || !KEY_TYPES.has(type)) {
    context.fail(SECTION.type, "invalid key type of a map", [...KEY_TYPES].join(", "), describe(type));
  }
}

function checkElement(
  { kind, element }: Extract<Shape, { kind: "stream" | "future" }>,
  context: Context,
): void {
  context.uses(`${kind} type`);
  if (element === undefined) return;
  if (typeof element === "object" && element.borrows) {
    context.fail(SECTION.type, `\`${kind}\` element cannot contain a \`borrow\` type`);
  }
  if (kind === "stream" && keyOf(element) === "char") {
    context.fail(SECTION.type, "`stream<char>` is not valid at this time");
  }
}
