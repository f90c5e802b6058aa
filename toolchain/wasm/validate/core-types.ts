/**
 * Core types made comparable: one number for each type, equal for equal recursion groups.
 *
 * Modules name types by position; across modules only structure counts. A group
 * is written out with references inside it by position and outside it by
 * number, and looked up. Core spec 3.0 §3.1 "Types", §3.3 "Matching".
 */
import type { CompositeType, FieldType, HeapType, Limits, RecType, ValType } from "../core/module.ts";
import type { Context } from "./context.ts";
import { SECTION } from "./error.ts";
import type { FlatType } from "./types.ts";

type StorageType = FieldType["storage"];

/** A reference type with its index resolved; number types by name. */
export type CoreValue = string | { readonly nullable: boolean; readonly heap: string | number };
/** A defined core type, by number. */
export type CoreTypeId = number;

export type CoreItem =
  | { readonly kind: "func" | "tag"; readonly type: CoreTypeId }
  | { readonly kind: "table"; readonly element: CoreValue; readonly limits: Limits }
  | { readonly kind: "memory"; readonly limits: Limits }
  | { readonly kind: "global"; readonly type: CoreValue; readonly mutable: boolean };

type CoreField = { readonly storage: CoreValue; readonly mutable: boolean };
type Composite =
  | { readonly kind: "func"; readonly params: readonly CoreValue[]; readonly results: readonly CoreValue[] }
  | { readonly kind: "struct"; readonly fields: readonly CoreField[] }
  | { readonly kind: "array"; readonly fields: readonly CoreField[] };
interface Defined {
  readonly composite: Composite;
  readonly final: boolean;
  readonly supertypes: readonly CoreTypeId[];
}

/** Abstract heap types above each one. Core spec 3.0 §3.3.3. */
const ABOVE: Readonly<Record<string, readonly string[]>> = {
  none: ["i31", "struct", "array", "eq", "any"],
  i31: ["eq", "any"],
  struct: ["eq", "any"],
  array: ["eq", "any"],
  eq: ["any"],
  nofunc: ["func"],
  noextern: ["extern"],
  noexn: ["exn"],
};
/** The type below all defined types of a kind. */
const BOTTOM = { func: "nofunc", struct: "none", array: "none" } as const;

export class CoreTypes {
  readonly #context: Context;
  readonly #types: Defined[] = [];
  readonly #groups = new Map<string, CoreTypeId>();

  constructor(context: Context) {
    this.#context = context;
  }

  /** Adds a group behind the types that are known, which it may name by index. */
  add(group: RecType, known: readonly (CoreTypeId | undefined)[]): CoreTypeId[] {
    const start = known.length;
    this.#context.spend(group.length);
    const resolve =
      (id: (at: number) => string | number) =>
      (at: number): string | number => {
        if (at >= start && at < start + group.length) return id(at - start);
        return known[at] ?? this.#unknownType(at, start + group.length);
      };
    const written = group.map((type) =>
      this.#resolve(
        type,
        resolve((at) => `rec ${at}`),
      ),
    );
    const key = JSON.stringify(written);
    let first = this.#groups.get(key);
    if (first === undefined) {
      first = this.#types.length;
      this.#groups.set(key, first);
      const base = first;
      const defined = group.map((type) =>
        this.#resolve(
          type,
          resolve((at) => base + at),
        ),
      );
      for (const type of defined) this.#types.push(type);
      for (let at = first; at < this.#types.length; at++) this.#checkSupertypes(at);
    }
    const base = first;
    return group.map((_, at) => base + at);
  }

  #unknownType(at: number, length: number): never {
    return this.#context.fail(
      SECTION.type,
      `unknown type ${at}: type index out of bounds`,
      `an index below ${length}`,
    );
  }

  #resolve(
    { final, supertypes, composite }: RecType[number],
    resolve: (at: number) => string | number,
  ): Defined {
    return {
      composite: resolveComposite(composite, resolve),
      final,
      supertypes: supertypes.map((at) => resolve(at) as CoreTypeId),
    };
  }

  /** The final function type of core values. */
  func(params: readonly FlatType[], results: readonly FlatType[]): CoreTypeId {
    const group: RecType = [{ final: true, supertypes: [], composite: { kind: "func", params, results } }];
    return this.add(group, [])[0] ?? 0;
  }

  composite(type: CoreTypeId): Composite {
    const defined = this.#types[type];
    if (defined === undefined) throw new RangeError(`${type} is not a core type`);
    return defined.composite;
  }

  value(type: ValType, known: readonly (CoreTypeId | undefined)[]): CoreValue {
    return resolveStorage(type, (at) => known[at] ?? this.#unknownType(at, known.length));
  }

  #checkSupertypes(type: CoreTypeId): void {
    const { supertypes, composite } = this.#types[type] ?? {
      supertypes: [],
      composite: this.composite(type),
    };
    if (supertypes.length > 1) this.#context.fail(SECTION.core, "a subtype has at most one supertype");
    for (const above of supertypes) {
      const declared = this.#types[above];
      if (above >= type || declared === undefined) {
        this.#context.fail(SECTION.core, "a supertype must be defined before its subtype");
      }
      if (declared.final || !this.#compositeMatches(composite, declared.composite)) {
        this.#context.fail(SECTION.core, "sub type must match super type");
      }
    }
  }

  #compositeMatches(sub: Composite, above: Composite): boolean {
    if (sub.kind === "func" && above.kind === "func") {
      return this.#allMatch(above.params, sub.params) && this.#allMatch(sub.results, above.results);
    }
    if (sub.kind === "func" || above.kind === "func" || sub.kind !== above.kind) return false;
    return above.fields.every((field, i) => this.#fieldMatches(sub.fields[i], field));
  }

  #fieldMatches(sub: CoreField | undefined, above: CoreField): boolean {
    if (sub === undefined || sub.mutable !== above.mutable) return false;
    if (!this.matches(sub.storage, above.storage)) return false;
    return !above.mutable || sameCoreValue(sub.storage, above.storage);
  }

  #allMatch(sub: readonly CoreValue[], above: readonly CoreValue[]): boolean {
    return sub.length === above.length && sub.every((type, i) => this.matches(type, above[i] ?? ""));
  }

  /** Whether a type is declared, through any number of supertypes, to be below another. */
  isBelow(type: CoreTypeId, above: CoreTypeId): boolean {
    for (let at: CoreTypeId | undefined = type; at !== undefined; at = this.#types[at]?.supertypes[0]) {
      this.#context.spend();
      if (at === above) return true;
    }
    return false;
  }

  matches(sub: CoreValue, above: CoreValue): boolean {
    if (typeof sub === "string" || typeof above === "string") return sub === above;
    return (!sub.nullable || above.nullable) && this.#heapMatches(sub.heap, above.heap);
  }

  #heapMatches(sub: string | number, above: string | number): boolean {
    if (sub === above) return true;
    if (typeof sub === "number") {
      if (typeof above === "number") return this.isBelow(sub, above);
      const { kind } = this.composite(sub);
      return kind === above || (ABOVE[kind] ?? []).includes(above);
    }
    if (typeof above === "number") return BOTTOM[this.composite(above).kind] === sub;
    return (ABOVE[sub] ?? []).includes(above);
  }

  /** For messages, such as `(func (param i32))`. */
  print(type: CoreTypeId): string {
    const composite = this.composite(type);
    if (composite.kind !== "func") return `(${composite.kind} …)`;
    return `(func${printList("param", composite.params)}${printList("result", composite.results)})`;
  }
}

export function sameCoreValue(a: CoreValue, b: CoreValue): boolean {
  if (typeof a === "string" || typeof b === "string") return a === b;
  return a.nullable === b.nullable && a.heap === b.heap;
}

function printList(name: string, types: readonly CoreValue[]): string {
  return types.length === 0 ? "" : ` (${name} ${types.map(printCoreValue).join(" ")})`;
}

export function printCoreValue(type: CoreValue): string {
  if (typeof type === "string") return type;
  if (type.nullable && typeof type.heap === "string") return `${type.heap}ref`;
  return `(ref ${type.nullable ? "null " : ""}${type.heap})`;
}

type Resolve = (at: number) => string | number;

function resolveComposite(type: CompositeType, resolve: Resolve): Composite {
  const field = (item: { storage: StorageType; mutable: boolean }): CoreField => ({
    storage: resolveStorage(item.storage, resolve),
    mutable: item.mutable,
  });
  switch (type.kind) {
    case "func":
      return {
        kind: "func",
        params: type.params.map((param) => resolveStorage(param, resolve)),
        results: type.results.map((result) => resolveStorage(result, resolve)),
      };
    case "struct":
      return { kind: "struct", fields: type.fields.map(field) };
    case "array":
      return { kind: "array", fields: [field(type.field)] };
  }
}

function resolveStorage(type: StorageType, resolve: Resolve): CoreValue {
  if (typeof type === "string") return type;
  const heap: HeapType = type.heap;
  return { nullable: type.nullable, heap: typeof heap === "string" ? heap : resolve(heap) };
}
