/**
 * A component as data: its definitions in the order of the binary.
 *
 * Index spaces are filled definition by definition and sections may repeat, so
 * a component is one flat list, not a record of sections. Names are those of
 * Component Model `Binary.md`; each comment cites the production.
 */
import type {
  ComponentIndex,
  CoreFuncIndex,
  CoreInstanceIndex,
  CoreMemoryIndex,
  CoreModuleIndex,
  CoreTableIndex,
  CoreTypeIndex,
  FuncIndex,
  InstanceIndex,
  TypeIndex,
  ValueIndex,
} from "../index-space.ts";
import type { ExternType as CoreExternType, RecType, SubType, ValType } from "../core/module.ts";

/** `component` */
export interface Component {
  readonly definitions: readonly Definition[];
}

export type Definition = {
  /** Byte offset in the outermost file; 0 when made. */ readonly offset: number;
} & (
  | { readonly kind: "custom"; readonly name: string; readonly bytes: Uint8Array }
  /** The bytes of a core module, not decoded here. */
  | { readonly kind: "core module"; readonly bytes: Uint8Array }
  | { readonly kind: "core instance"; readonly instance: CoreInstance }
  | { readonly kind: "core type"; readonly type: CoreType }
  | { readonly kind: "component"; readonly component: Component }
  | { readonly kind: "instance"; readonly instance: Instance }
  | { readonly kind: "alias"; readonly alias: Alias }
  | { readonly kind: "type"; readonly type: Type }
  | { readonly kind: "canon"; readonly canon: Canon }
  | { readonly kind: "start"; readonly start: Start }
  | { readonly kind: "import"; readonly import: Import }
  | { readonly kind: "export"; readonly export: Export }
  | { readonly kind: "value"; readonly type: ValueType; readonly bytes: Uint8Array }
);

/** `core:sort` */
export type CoreSort =
  | "core func"
  | "core table"
  | "core memory"
  | "core global"
  | "core tag"
  | "core type"
  | "core module"
  | "core instance";
/** `sort` */
export type Sort = CoreSort | "func" | "value" | "type" | "component" | "instance";
/** `core:sortidx`, `sortidx` */
export interface SortIndex<S extends Sort = Sort> {
  readonly sort: S;
  readonly index: number;
}

/** `core:instanceexpr` */
export type CoreInstance =
  | {
      readonly kind: "instantiate";
      readonly module: CoreModuleIndex;
      readonly args: readonly { readonly name: string; readonly instance: CoreInstanceIndex }[];
    }
  | {
      readonly kind: "exports";
      readonly exports: readonly { readonly name: string; readonly item: SortIndex<CoreSort> }[];
    };

/** `instanceexpr` */
export type Instance =
  | {
      readonly kind: "instantiate";
      readonly component: ComponentIndex;
      readonly args: readonly { readonly name: string; readonly item: SortIndex }[];
    }
  | {
      readonly kind: "exports";
      readonly exports: readonly { readonly name: ExternName; readonly item: SortIndex }[];
    };

/** `alias` */
export type Alias =
  | { readonly kind: "export"; readonly sort: Sort; readonly instance: InstanceIndex; readonly name: string }
  | {
      readonly kind: "core export";
      readonly sort: CoreSort;
      readonly instance: CoreInstanceIndex;
      readonly name: string;
    }
  | { readonly kind: "outer"; readonly sort: Sort; readonly count: number; readonly index: number };

/** `core:type` */
export type CoreType =
  | { readonly kind: "rec"; readonly types: RecType }
  | { readonly kind: "sub"; readonly type: SubType }
  | { readonly kind: "module"; readonly declarations: readonly CoreModuleDeclaration[] };
/** `core:moduledecl` */
export type CoreModuleDeclaration =
  | { readonly kind: "import"; readonly module: string; readonly name: string; readonly type: CoreExternType }
  | { readonly kind: "type"; readonly type: CoreType }
  | { readonly kind: "alias"; readonly count: number; readonly index: CoreTypeIndex }
  | { readonly kind: "export"; readonly name: string; readonly type: CoreExternType };

export type PrimitiveType =
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
  | "string"
  | "error-context";
/** `valtype`: a primitive by name, or an index. */
export type ValueType = PrimitiveType | TypeIndex;
export interface LabelValueType {
  readonly label: string;
  readonly type: ValueType;
}

/** `deftype` */
export type Type =
  | { readonly kind: "primitive"; readonly type: PrimitiveType }
  | { readonly kind: "record"; readonly fields: readonly LabelValueType[] }
  | {
      readonly kind: "variant";
      readonly cases: readonly { readonly label: string; readonly type?: ValueType }[];
    }
  | { readonly kind: "list"; readonly element: ValueType; readonly length?: number }
  | { readonly kind: "map"; readonly key: ValueType; readonly value: ValueType }
  | { readonly kind: "tuple"; readonly types: readonly ValueType[] }
  | { readonly kind: "flags"; readonly labels: readonly string[] }
  | { readonly kind: "enum"; readonly labels: readonly string[] }
  | { readonly kind: "option"; readonly type: ValueType }
  | { readonly kind: "result"; readonly ok?: ValueType; readonly err?: ValueType }
  | { readonly kind: "own"; readonly resource: TypeIndex }
  | { readonly kind: "borrow"; readonly resource: TypeIndex }
  | { readonly kind: "stream"; readonly element?: ValueType }
  | { readonly kind: "future"; readonly element?: ValueType }
  | { readonly kind: "resource"; readonly rep: ValType; readonly destructor?: CoreFuncIndex }
  | {
      readonly kind: "func";
      readonly async: boolean;
      readonly params: readonly LabelValueType[];
      readonly result?: ValueType;
    }
  | { readonly kind: "component"; readonly declarations: readonly ComponentDeclaration[] }
  | { readonly kind: "instance"; readonly declarations: readonly InstanceDeclaration[] };

/** `instancedecl` */
export type InstanceDeclaration =
  | { readonly kind: "core type"; readonly type: CoreType }
  | { readonly kind: "type"; readonly type: Type }
  | { readonly kind: "alias"; readonly alias: Alias }
  | { readonly kind: "export"; readonly name: ExternName; readonly type: ExternType };
/** `componentdecl` */
export type ComponentDeclaration =
  | InstanceDeclaration
  | { readonly kind: "import"; readonly name: ExternName; readonly type: ExternType };

/** `externtype` */
export type ExternType =
  | { readonly kind: "core module"; readonly type: CoreTypeIndex }
  | { readonly kind: "func"; readonly type: TypeIndex }
  | { readonly kind: "value"; readonly bound: ValueBound }
  | { readonly kind: "type"; readonly bound: TypeBound }
  | { readonly kind: "component"; readonly type: TypeIndex }
  | { readonly kind: "instance"; readonly type: TypeIndex };
export type TypeBound =
  | { readonly kind: "eq"; readonly index: TypeIndex }
  | { readonly kind: "sub resource" };
export type ValueBound =
  | { readonly kind: "eq"; readonly index: ValueIndex }
  | { readonly kind: "type"; readonly type: ValueType };

/** `nameattributes`; `form` keeps the leading byte so that a file is written back as it was. */
export interface ExternName {
  readonly name: string;
  readonly form: 0 | 1 | 2;
  readonly attributes: readonly NameAttribute[];
}
export type NameAttribute =
  | { readonly kind: "implements"; readonly interface: string }
  | { readonly kind: "versionsuffix"; readonly suffix: string }
  | { readonly kind: "external-id"; readonly id: string };

/** `import` */
export interface Import {
  readonly name: ExternName;
  readonly type: ExternType;
}
/** `export` */
export interface Export {
  readonly name: ExternName;
  readonly item: SortIndex;
  readonly type?: ExternType;
}

export type StringEncoding = "utf8" | "utf16" | "latin1+utf16";
/** `opts`, in the order of the binary. */
export type CanonOption =
  | { readonly kind: "string-encoding"; readonly encoding: StringEncoding }
  | { readonly kind: "memory"; readonly memory: CoreMemoryIndex }
  | { readonly kind: "realloc"; readonly func: CoreFuncIndex }
  | { readonly kind: "post-return"; readonly func: CoreFuncIndex }
  | { readonly kind: "async" }
  | { readonly kind: "callback"; readonly func: CoreFuncIndex };

/** `canon`. `builtin` holds the asynchronous and thread built-ins, by their name in the specification. */
export type Canon =
  | {
      readonly kind: "lift";
      readonly func: CoreFuncIndex;
      readonly options: readonly CanonOption[];
      readonly type: TypeIndex;
    }
  | { readonly kind: "lower"; readonly func: FuncIndex; readonly options: readonly CanonOption[] }
  | { readonly kind: "resource.new" | "resource.drop" | "resource.rep"; readonly resource: TypeIndex }
  | {
      readonly kind: "builtin";
      /** Such as `task.return` or `waitable-set.wait`. */
      readonly name: string;
      readonly opcode: number;
      readonly immediates: BuiltinImmediates;
    };
/** What follows a built-in's opcode; each built-in has the subset that `Binary.md` names. */
export interface BuiltinImmediates {
  readonly type?: TypeIndex;
  readonly coreType?: CoreTypeIndex;
  readonly coreValType?: ValType;
  readonly index?: number;
  readonly async?: boolean;
  readonly cancellable?: boolean;
  readonly shared?: boolean;
  readonly memory?: CoreMemoryIndex;
  readonly table?: CoreTableIndex;
  readonly options?: readonly CanonOption[];
  /** `resultlist` of `task.return`; absent type means no result. */
  readonly result?: { readonly type?: ValueType };
}

/** `start` */
export interface Start {
  readonly func: FuncIndex;
  readonly args: readonly ValueIndex[];
  readonly results: number;
}
