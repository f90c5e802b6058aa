/**
 * Index spaces as distinct types: a function index is not a type index.
 *
 * The binaries name everything by position, and mixing two spaces up is the
 * easiest mistake to make and the hardest to see. A brand costs nothing at run
 * time. Spaces: Core spec §2.5.1 "Indices"; Component Model Explainer.md,
 * "Index Spaces".
 */

declare const space: unique symbol;

/** A position in one index space. */
export type Index<Space extends string> = number & { readonly [space]: Space };

export type CoreTypeIndex = Index<"core type">;
export type CoreFuncIndex = Index<"core func">;
export type CoreTableIndex = Index<"core table">;
export type CoreMemoryIndex = Index<"core memory">;
export type CoreGlobalIndex = Index<"core global">;
export type CoreTagIndex = Index<"core tag">;
export type CoreElementIndex = Index<"core element">;
export type CoreDataIndex = Index<"core data">;
/** Core modules and core instances live in a component's index spaces. */
export type CoreModuleIndex = Index<"core module">;
export type CoreInstanceIndex = Index<"core instance">;
export type TypeIndex = Index<"type">;
export type FuncIndex = Index<"func">;
export type ValueIndex = Index<"value">;
export type ComponentIndex = Index<"component">;
export type InstanceIndex = Index<"instance">;

/** Brands a number read from a binary, or computed by position. */
export function index<I extends Index<string>>(n: number): I {
  return n as I;
}
