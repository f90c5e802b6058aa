/**
 * Types as validation sees them: indices resolved, one object for each name.
 *
 * Equality is by structure (`id` of value and function types, `resource` of
 * resource types). Which *object* stands for a type says whether it has a name
 * outside: importing or exporting a type makes a new object of the same
 * structure, and only that one is visible. Explainer.md, "Type Checking" and
 * "External Visibility of Types".
 */
import type { PrimitiveType } from "../component/component.ts";
import type { CoreItem } from "./core-types.ts";

/** The identity of a resource type. Two are equal only when they are the same object. */
export interface Resource {
  readonly number: number;
  /** Set where the resource is defined, not where it is imported or comes out of an instance. */
  readonly definedIn?: object;
}

export interface ResourceType {
  readonly kind: "resource";
  readonly resource: Resource;
}

/** A value type as it is used: a primitive, or what a type index stands for. */
export type Value = PrimitiveType | ValueNode;

export interface LabelValue {
  readonly label: string;
  readonly type: Value;
}
export type Shape =
  | { readonly kind: "primitive"; readonly type: PrimitiveType }
  | { readonly kind: "record"; readonly fields: readonly LabelValue[] }
  | {
      readonly kind: "variant";
      readonly cases: readonly { readonly label: string; readonly type?: Value | undefined }[];
    }
  | { readonly kind: "list"; readonly element: Value; readonly length?: number | undefined }
  | { readonly kind: "map"; readonly key: Value; readonly value: Value }
  | { readonly kind: "tuple"; readonly types: readonly Value[] }
  | { readonly kind: "flags" | "enum"; readonly labels: readonly string[] }
  | { readonly kind: "option"; readonly type: Value }
  | { readonly kind: "result"; readonly ok?: Value | undefined; readonly err?: Value | undefined }
  | { readonly kind: "own" | "borrow"; readonly resource: ResourceType }
  | { readonly kind: "stream" | "future"; readonly element?: Value | undefined };

export type FlatType = "i32" | "i64" | "f32" | "f64";
/** What validation asks of a value type; computed once, from its parts. */
interface ValueFacts {
  /** Equal for equal types, and only for these. */
  readonly id: number;
  readonly depth: number;
  /** Bytes in memory and alignment with 64-bit pointers. */
  readonly size: number;
  readonly align: number;
  /** Core values with 32-bit pointers; 17 of them stand for "more than 16". */
  readonly flat: readonly FlatType[];
  readonly borrows: boolean;
  /** Holds a list or a string, which lie in memory wherever the value is. */
  readonly inMemory: boolean;
}
export interface ValueNode extends ValueFacts {
  readonly kind: "value";
  readonly shape: Shape;
}

export interface FuncType {
  readonly kind: "func";
  readonly id: number;
  readonly async: boolean;
  readonly params: readonly LabelValue[];
  readonly result?: Value | undefined;
}

export interface InstanceType {
  readonly kind: "instance";
  readonly exports: ReadonlyMap<string, Entity>;
  /** Abstract resources that the type introduces; none once it is the type of an instance. */
  readonly abstract: readonly Resource[];
  readonly depth: number;
}

export interface ComponentType {
  readonly kind: "component";
  readonly imports: ReadonlyMap<string, Entity>;
  readonly exports: ReadonlyMap<string, Entity>;
  /** Resources that the imports introduce, to be replaced by what is passed. */
  readonly imported: readonly Resource[];
  /** Resources that the exports introduce, fresh in each instance. */
  readonly abstract: readonly Resource[];
  readonly depth: number;
}

/** Type of a core module. */
export interface ModuleType {
  /** Two-level names as one, by `importKey`. */
  readonly imports: ReadonlyMap<
    string,
    { readonly module: string; readonly name: string; readonly item: CoreItem }
  >;
  readonly exports: ReadonlyMap<string, CoreItem>;
}

/** What the type index space holds. */
export type AnyType = ResourceType | ValueNode | FuncType | InstanceType | ComponentType;

/** What an import or export is, with its type. */
export type Entity =
  | { readonly kind: "core module"; readonly type: ModuleType }
  | { readonly kind: "func"; readonly type: FuncType }
  | { readonly kind: "type"; readonly type: AnyType }
  | { readonly kind: "component"; readonly type: ComponentType }
  | { readonly kind: "instance"; readonly type: InstanceType };

export function importKey(module: string, name: string): string {
  return `${module.length}:${module}:${name}`;
}

/** For messages. */
export function describe(type: AnyType | Value): string {
  if (typeof type === "string") return type;
  switch (type.kind) {
    case "value":
      return type.shape.kind === "primitive" ? type.shape.type : type.shape.kind;
    case "func":
      return "a function type";
    case "resource":
      return "a resource type";
    default:
      return type.kind === "instance" ? "an instance type" : "a component type";
  }
}

function depthOf(entity: Entity): number {
  const { kind, type } = entity;
  if (kind === "core module" || kind === "func") return 0;
  return "depth" in type ? type.depth : 0;
}

/** One more than the deepest of the entities. */
export function depthAround(...groups: ReadonlyMap<string, Entity>[]): number {
  let depth = 0;
  for (const group of groups) for (const entity of group.values()) depth = Math.max(depth, depthOf(entity));
  return depth + 1;
}

/** Whether lists or strings are part of a value: they lie in memory wherever it is passed. */
export function holdsLists(value: Value): boolean {
  return typeof value === "string" ? value === "string" : value.inMemory;
}

/** The parts of a shape that are value types. */
export function partsOf(shape: Shape): readonly Value[] {
  switch (shape.kind) {
    case "record":
      return shape.fields.map(({ type }) => type);
    case "variant":
      return shape.cases.flatMap(({ type }) => (type === undefined ? [] : [type]));
    case "list":
    case "stream":
    case "future":
      return shape.element === undefined ? [] : [shape.element];
    case "map":
      return [shape.key, shape.value];
    case "tuple":
      return shape.types;
    case "option":
      return [shape.type];
    case "result":
      return [shape.ok, shape.err].filter((part) => part !== undefined);
    default:
      return [];
  }
}
