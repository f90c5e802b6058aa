/**
 * Specialised types, such as `tuple` and `option`, seen as the type they stand for.
 *
 * Layout and flattening know seven shapes only; everything else is one of them
 * under another name. Source: CanonicalABI.md, "Despecialization".
 */
import type { Case, PrimitiveKind, ResourceType, ValueType } from "./types.ts";

export type DespecializedType =
  | { readonly kind: PrimitiveKind }
  | { readonly kind: "list"; readonly element: ValueType; readonly length?: number }
  | {
      readonly kind: "record";
      readonly fields: readonly { readonly label: string; readonly type: ValueType }[];
    }
  | { readonly kind: "variant"; readonly cases: readonly Case[] }
  | { readonly kind: "flags"; readonly labels: readonly string[] }
  | { readonly kind: "own" | "borrow"; readonly resource: ResourceType };

/** One object per type, so that what is remembered about a type is found again. */
const known = new WeakMap<ValueType, DespecializedType>();

export function despecialize(type: ValueType): DespecializedType {
  let result = known.get(type);
  if (result === undefined) {
    result = rewrite(type);
    known.set(type, result);
  }
  return result;
}

function rewrite(type: ValueType): DespecializedType {
  switch (type.kind) {
    case "tuple":
      return { kind: "record", fields: type.types.map((t, i) => ({ label: String(i), type: t })) };
    case "enum":
      return { kind: "variant", cases: type.labels.map((label) => ({ label })) };
    case "option":
      return { kind: "variant", cases: [{ label: "none" }, { label: "some", type: type.type }] };
    case "result":
      return { kind: "variant", cases: [caseOf("ok", type.ok), caseOf("error", type.err)] };
    case "map":
      return { kind: "list", element: { kind: "tuple", types: [type.key, type.value] } };
    default:
      return type;
  }
}

function caseOf(label: string, type: ValueType | undefined): Case {
  return type === undefined ? { label } : { label, type };
}
