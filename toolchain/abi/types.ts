/**
 * Component value types with every index resolved: what the ABI computes on.
 *
 * A binary names types by index; here a type is a tree. `name` rides along
 * for messages and bindings and never takes part in comparison or layout.
 * Source: Component Model Explainer.md, "Type Definitions".
 */

export type PrimitiveKind =
  | "bool"
  | "s8"
  | "u8"
  | "s16"
  | "u16"
  | "s32"
  | "u32"
  | "s64"
  | "u64"
  | "f32"
  | "f64"
  | "char"
  | "string";

/** A type that WIT gave a name has one here, with the interface that defines it. */
export interface TypeName {
  /** Kebab-case name, such as `search-hit`. */
  readonly name: string;
  /** Such as `search:index/api@0.1.0`; absent for a type defined in the world itself. */
  readonly owner?: string;
}

interface Named {
  readonly name?: TypeName;
}

export type ValueType = Named &
  (
    | { readonly kind: PrimitiveKind }
    /** `length` makes it a fixed-length list. */
    | { readonly kind: "list"; readonly element: ValueType; readonly length?: number }
    | { readonly kind: "map"; readonly key: ValueType; readonly value: ValueType }
    | { readonly kind: "record"; readonly fields: readonly Field[] }
    | { readonly kind: "tuple"; readonly types: readonly ValueType[] }
    | { readonly kind: "variant"; readonly cases: readonly Case[] }
    | { readonly kind: "enum"; readonly labels: readonly string[] }
    | { readonly kind: "option"; readonly type: ValueType }
    | { readonly kind: "result"; readonly ok?: ValueType; readonly err?: ValueType }
    | { readonly kind: "flags"; readonly labels: readonly string[] }
    | { readonly kind: "own" | "borrow"; readonly resource: ResourceType }
  );

export interface Field {
  readonly label: string;
  readonly type: ValueType;
}
export interface Case {
  readonly label: string;
  readonly type?: ValueType;
}

/** Identity is the object: two resource types are the same only if they are `===`. */
export interface ResourceType {
  readonly name?: TypeName;
}

export interface FunctionType {
  /** `[async]` in the type; always false in what links today. */
  readonly async: boolean;
  readonly params: readonly Field[];
  readonly result?: ValueType;
}
