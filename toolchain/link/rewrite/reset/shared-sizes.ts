/**
 * Sizes of memories and tables that several modules of a process know.
 *
 * A size that can shrink lies in a global (sizes.ts). Where another module grows
 * or measures the same memory or table, the module that defines it exports that
 * global, and the other one imports it.
 */
import type { CoreModule, core } from "../../../wasm/index.ts";
import { RESERVED } from "../../plan.ts";
import { limitsOf } from "./segments.ts";
import { sizeType } from "./sizes.ts";

/** Indices in the module of what grows, and what several modules know. */
export interface SharedSizes {
  readonly memory: SharedIndices;
  readonly table: SharedIndices;
}
interface SharedIndices {
  /** Defined here. */
  readonly own: readonly number[];
  readonly imported: readonly number[];
}

/** The name of the global with a size, as an export, and as the module of an import. */
export function sizeName(kind: "memory" | "table", index: number): string {
  return (kind === "memory" ? RESERVED.memorySize : RESERVED.tableSize) + index;
}

/** The globals that a module has to import. */
export function sizeImports(
  module: CoreModule,
  shared: SharedSizes | undefined,
): { readonly name: string; readonly type: core.ValType }[] {
  if (shared === undefined) return [];
  return (["memory", "table"] as const).flatMap((kind) =>
    shared[kind].imported.map((index) => ({
      name: sizeName(kind, index),
      type: sizeType(limitsOf(module, kind, index) ?? { min: 0n }),
    })),
  );
}

/** Of a table that the module imports or defines. */
export function tableType(module: CoreModule, index: number): core.TableType | undefined {
  const imported = module.imports.flatMap(({ type }) => (type.kind === "table" ? [type.type] : []));
  return [...imported, ...module.tables.map((t) => t.type)][index];
}
