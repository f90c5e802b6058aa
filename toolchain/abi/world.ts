/**
 * A component seen from outside: what it imports and exports, types resolved.
 *
 * The linker checks wires against it, bindings are generated from it, and
 * `atoll inspect` prints it as WIT. It is read from a component binary or from
 * a `component-type` custom section, never from WIT text.
 */
import type { FunctionType, ResourceType, ValueType } from "./types.ts";

export interface World {
  /** Such as `search:app/root`; absent in a finished component, which does not keep it. */
  readonly name?: string;
  readonly imports: readonly WorldItem[];
  readonly exports: readonly WorldItem[];
}

export type WorldItem =
  | { readonly kind: "interface"; readonly name: string; readonly interface: Interface }
  | { readonly kind: "function"; readonly name: string; readonly type: FunctionType }
  | { readonly kind: "type"; readonly name: string; readonly type: NamedType };

/** An instance type: `name` on the item is its id, such as `search:index/api@0.1.0`. */
export interface Interface {
  readonly types: readonly { readonly name: string; readonly type: NamedType }[];
  readonly functions: readonly { readonly name: string; readonly type: FunctionType }[];
}

export type NamedType =
  | { readonly kind: "value"; readonly type: ValueType }
  | { readonly kind: "resource"; readonly resource: ResourceType };
