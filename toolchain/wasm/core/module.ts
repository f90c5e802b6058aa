/**
 * A core module as data: one field per section of the binary format.
 *
 * Function bodies stay bytes; `instructions.ts` walks them when a pass needs
 * to. Constant expressions are bytes too, with their final `end`. Order of the
 * fields is the order of the sections (Core spec 3.0 §5.5).
 */
import type {
  CoreFuncIndex,
  CoreGlobalIndex,
  CoreMemoryIndex,
  CoreTableIndex,
  CoreTagIndex,
  CoreTypeIndex,
} from "../index-space.ts";

export type NumType = "i32" | "i64" | "f32" | "f64" | "v128";
export type AbstractHeapType =
  | "func"
  | "extern"
  | "any"
  | "eq"
  | "i31"
  | "struct"
  | "array"
  | "exn"
  | "none"
  | "nofunc"
  | "noextern"
  | "noexn";
export type HeapType = AbstractHeapType | CoreTypeIndex;
export interface RefType {
  readonly nullable: boolean;
  readonly heap: HeapType;
}
export type ValType = NumType | RefType;
export const FUNCREF: RefType = { nullable: true, heap: "func" };
export const EXTERNREF: RefType = { nullable: true, heap: "extern" };

export interface FuncType {
  readonly params: readonly ValType[];
  readonly results: readonly ValType[];
}
export interface FieldType {
  readonly storage: ValType | "i8" | "i16";
  readonly mutable: boolean;
}
export type CompositeType =
  | ({ readonly kind: "func" } & FuncType)
  | { readonly kind: "struct"; readonly fields: readonly FieldType[] }
  | { readonly kind: "array"; readonly field: FieldType };
export interface SubType {
  readonly final: boolean;
  readonly supertypes: readonly CoreTypeIndex[];
  readonly composite: CompositeType;
}
/** One recursion group; a plain function type is a group of one final type without supertypes. */
export type RecType = readonly SubType[];

/** `shared` for threads, `index64` for memory64 and table64. Units: pages for memories, entries for tables. */
export interface Limits {
  readonly min: bigint;
  readonly max?: bigint;
  readonly shared?: boolean;
  readonly index64?: boolean;
  /** Log2 of the page size, when not 16 (custom-page-sizes). Memories only. */
  readonly pageSizeLog2?: number;
}
export interface TableType {
  readonly element: RefType;
  readonly limits: Limits;
}
export interface GlobalType {
  readonly type: ValType;
  readonly mutable: boolean;
}

export type ExternType =
  | { readonly kind: "func"; readonly type: CoreTypeIndex }
  | { readonly kind: "table"; readonly type: TableType }
  | { readonly kind: "memory"; readonly type: Limits }
  | { readonly kind: "global"; readonly type: GlobalType }
  | { readonly kind: "tag"; readonly type: CoreTypeIndex };
export type ExternKind = ExternType["kind"];

export interface Import {
  readonly module: string;
  readonly name: string;
  readonly type: ExternType;
}

export type Export =
  | { readonly name: string; readonly kind: "func"; readonly index: CoreFuncIndex }
  | { readonly name: string; readonly kind: "table"; readonly index: CoreTableIndex }
  | { readonly name: string; readonly kind: "memory"; readonly index: CoreMemoryIndex }
  | { readonly name: string; readonly kind: "global"; readonly index: CoreGlobalIndex }
  | { readonly name: string; readonly kind: "tag"; readonly index: CoreTagIndex };

/** Bytes of a constant expression, with its `end`. */
export type ConstExpr = Uint8Array;

export interface Table {
  readonly type: TableType;
  readonly init?: ConstExpr;
}
export interface Global {
  readonly type: GlobalType;
  readonly init: ConstExpr;
}

export type SegmentMode =
  | { readonly kind: "passive" }
  | { readonly kind: "active"; readonly into: number; readonly offset: ConstExpr }
  | { readonly kind: "declarative" };
export interface ElementSegment {
  readonly mode: SegmentMode;
  readonly type: RefType;
  /** Function indices, or constant expressions. */
  readonly items:
    | { readonly kind: "funcs"; readonly funcs: readonly CoreFuncIndex[] }
    | { readonly kind: "exprs"; readonly exprs: readonly ConstExpr[] };
}
export interface DataSegment {
  readonly mode: SegmentMode;
  readonly bytes: Uint8Array;
}

export interface Locals {
  readonly count: number;
  readonly type: ValType;
}
export interface FunctionBody {
  readonly locals: readonly Locals[];
  /** Instructions, with the final `end`. */
  readonly code: Uint8Array;
  /** Where `code` began in the decoded module, in bytes from its first byte; 0 in a module that was made. */
  readonly offset: number;
}

export interface CustomSection {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Identifier of the non-custom section it follows; 0 at the front. */
  readonly after: number;
}

export interface CoreModule {
  readonly types: readonly RecType[];
  readonly imports: readonly Import[];
  readonly functions: readonly CoreTypeIndex[];
  readonly tables: readonly Table[];
  readonly memories: readonly Limits[];
  readonly tags: readonly CoreTypeIndex[];
  readonly globals: readonly Global[];
  readonly exports: readonly Export[];
  readonly start?: CoreFuncIndex;
  readonly elements: readonly ElementSegment[];
  /** Present when the data count section is. */
  readonly dataCount?: number;
  readonly code: readonly FunctionBody[];
  readonly data: readonly DataSegment[];
  readonly customs: readonly CustomSection[];
}
