/**
 * The annotated world: each component type with its AssemblyScript spelling.
 *
 * One value type has several spellings in a program: `list<u32>` is `u32[]`,
 * `StaticArray<u32>` or `Uint32Array`, a record is whichever class the author
 * wrote. An `AsType` is a `ValueType` with that choice added under `as`, so
 * everything that computes on value types (layout, flattening, comparison)
 * takes it as it is. `annotateWorld` makes the tree from WIT; for inferred
 * exports the compiler makes it from the program. Generation reads nothing else.
 *
 * | value type          | in AssemblyScript                                     |
 * |---------------------|-------------------------------------------------------|
 * | bool, s8…u64        | `bool`, `i8`…`u64`                                     |
 * | f32, f64            | `f32`, `f64`                                           |
 * | char                | `Char` of module "atoll" (a `u32`)                     |
 * | string              | `string`                                               |
 * | list<T>             | `T[]`, `StaticArray<T>` or a typed array               |
 * | list<T, N>          | `StaticArray<T>`, its length checked                   |
 * | map<K, V>           | `Map<K, V>`; of equal keys the last wins               |
 * | record              | a class with public fields                             |
 * | tuple<A, B>         | `Tuple2<A, B>` of module "atoll" (1 to 16 members)     |
 * | variant             | an abstract class and a subclass for each case         |
 * | enum                | an enum 0, 1, 2, …                                     |
 * | flags               | an enum 1, 2, 4, …                                     |
 * | option<T>           | `T \| null`, or `Option<T>` of module "atoll"          |
 * | result<T, E>        | `Result<T, E>` of module "atoll", `Void` for no value  |
 * | own<R>, borrow<R>   | a class with methods and `drop()`                      |
 */
import { FAULT } from "../abi/index.ts";
import type { PrimitiveKind, ResourceType, TypeName, ValueType } from "../abi/types.ts";

/** A class or enum by name, and where the program imports it from. */
export interface ClassRef {
  /** Its exported name, such as `Hit`. */
  readonly name: string;
  /** Import specifier: an interface's id (`search:index/api@0.1.0`) or the program's module (`../app`). */
  readonly module: string;
}

/**
 * How glue makes an object to lift into:
 * - `fields`: the constructor takes exactly the fields, in their order: `new C(a, b)`;
 * - `empty`: the constructor takes nothing: `new C()`, then each field is assigned;
 * - `bare`: neither: memory is allocated and fields are assigned, no constructor runs.
 */
export type Construct = "fields" | "empty" | "bare";

export interface AsField {
  /** WIT label, kebab-case. */
  readonly label: string;
  /** The field's name in the class. */
  readonly identifier: string;
  readonly type: AsType;
}

export interface AsCase {
  readonly label: string;
  /** The subclass of this case. */
  readonly class: ClassRef;
  readonly construct: Construct;
  /** The payload; held by the subclass in its field `identifier`. */
  readonly type?: AsType;
  /** Name of the field with the payload; `value` unless told. */
  readonly identifier?: string;
}

export type TypedArrayName =
  | "Int8Array"
  | "Uint8Array"
  | "Uint8ClampedArray"
  | "Int16Array"
  | "Uint16Array"
  | "Int32Array"
  | "Uint32Array"
  | "Int64Array"
  | "Uint64Array"
  | "Float32Array"
  | "Float64Array";

interface Named {
  readonly name?: TypeName;
}

/** Assignable to `ValueType`; `as` says how the program spells it. */
export type AsType = Named &
  (
    | {
        readonly kind: PrimitiveKind;
        /** When not the one of the table: `usize` for u32, `isize` for s32, `i32` for char. */
        readonly as?: string;
      }
    | {
        readonly kind: "list";
        readonly element: AsType;
        readonly length?: number;
        readonly as: "Array" | "StaticArray" | TypedArrayName;
      }
    | { readonly kind: "map"; readonly key: AsType; readonly value: AsType }
    | {
        readonly kind: "record";
        readonly fields: readonly AsField[];
        readonly as: { readonly class: ClassRef; readonly construct: Construct };
      }
    | { readonly kind: "tuple"; readonly types: readonly AsType[] }
    | {
        readonly kind: "variant";
        readonly cases: readonly AsCase[];
        /** The abstract base class. */
        readonly as: ClassRef;
      }
    | { readonly kind: "enum" | "flags"; readonly labels: readonly string[]; readonly as: ClassRef }
    | {
        readonly kind: "option";
        readonly type: AsType;
        /** `null` needs a reference type that is not itself an option by `null`. */
        readonly as: "null" | "Option";
      }
    | { readonly kind: "result"; readonly ok?: AsType; readonly err?: AsType }
    | {
        readonly kind: "own" | "borrow";
        readonly resource: ResourceType;
        /** The resource's class. */
        readonly as: ClassRef;
        /** The program implements the resource: `as` is a class of its own. */
        readonly exported?: true;
      }
  );

export interface AsFunction {
  /** WIT name, kebab-case. */
  readonly name: string;
  /** Name of the function in the program. */
  readonly identifier: string;
  readonly params: readonly AsField[];
  readonly result?: AsType;
  /**
   * In a guarded view: name of the function that returns the value of the result
   * alone. On a fault it ends the caller; `identifier` returns the fault.
   */
  readonly exits?: string;
}

/** A type that an interface file declares (or re-exports, when `owner` is another interface). */
export interface AsNamedType {
  /** WIT name, kebab-case. */
  readonly name: string;
  /** Name of the class, enum or alias in the program. */
  readonly identifier: string;
  readonly type: AsType;
  /** Where it is declared, if the interface only uses it. */
  readonly from?: ClassRef;
  /** The subclasses of a variant that the interface only uses, and what they are called here. */
  readonly cases?: readonly { readonly from: ClassRef; readonly identifier: string }[];
}

export interface AsInterface {
  /** Such as `search:index/api@0.1.0`; absent for functions of the world itself. */
  readonly name?: string;
  /**
   * Import: the specifier that programs import it by. Export: the module that
   * has the functions, the program's own.
   */
  readonly module: string;
  /** What the generated interface file declares: empty if the program has its own classes. */
  readonly types: readonly AsNamedType[];
  readonly resources: readonly AsResource[];
  readonly functions: readonly AsFunction[];
}

/** A resource that an interface defines, or uses from another (`from`). */
export interface AsResource {
  /** WIT name, kebab-case. */
  readonly name: string;
  /** Name of the class. */
  readonly identifier: string;
  readonly from?: ClassRef;
  readonly resource: ResourceType;
  /** The program's class, for a resource that it exports. */
  readonly implementation?: {
    readonly class: ClassRef;
    /** Whether the class has a method `drop`, called when the owner lets go. */
    readonly drops: boolean;
  };
  /** The constructor. */
  readonly create?: AsFunction;
  /** The first parameter is the resource itself. */
  readonly methods: readonly AsFunction[];
  readonly statics: readonly AsFunction[];
}

export interface AsWorld {
  readonly imports: readonly AsInterface[];
  readonly exports: readonly AsInterface[];
}

/** The enum of the runtime library that `fault` is, in whichever interface it is used. */
export const FAULT_CLASS: ClassRef = { module: "atoll", name: "Fault" };

export const FAULT_TYPE: AsType = { ...(FAULT as Extract<ValueType, { kind: "enum" }>), as: FAULT_CLASS };
