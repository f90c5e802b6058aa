/**
 * A module of the plan under names that C has: what it imports and exports, and by which symbols.
 *
 * wasm2c makes a symbol of each import's names, one for the whole program; two
 * adapters import different functions by the same names. So each import becomes a
 * module of its own, named after the module that imports it and its position, and
 * each export is named by its position. A C name is made of a hash of the module:
 * the same module gives the same C in every system.
 */
import { createHash } from "node:crypto";
import {
  decodeModule,
  encodeModule,
  type core,
  type CoreModule,
  WasmError,
} from "../../toolchain/wasm/index.ts";
import type { PlanModule } from "../../toolchain/link/plan.ts";
import { ImageError } from "./error.ts";
import { withMarks } from "./lines/marks.ts";

export type ItemType =
  | { readonly kind: "func"; readonly type: core.FuncType }
  | { readonly kind: "global"; readonly type: core.ValType }
  | { readonly kind: "memory" | "table" };

export interface ImportFact {
  readonly module: string;
  readonly name: string;
  /** The C function by which the import is called or found; its first parameter is `struct SYMBOL_OF_INSTANCE *`. */
  readonly symbol: string;
  readonly instance: string;
  readonly item: ItemType;
}

interface ExportFact {
  readonly symbol: string;
  readonly item: ItemType;
}

export interface ModuleFacts {
  /** In C: `w2c_NAME` is the type of its instances. */
  readonly name: string;
  readonly plan: PlanModule;
  readonly imports: readonly ImportFact[];
  readonly exports: ReadonlyMap<string, ExportFact>;
  /** Of its own memories, at the start. */
  readonly memoryBytes: number;
  /** With the names that C has. */
  readonly bytes: Uint8Array;
}

const EXPORTED_AS = "f";

/** The name of a module in C. */
export function moduleSymbol({ bytes }: PlanModule): string {
  return `m${createHash("sha256").update(bytes).digest("hex").slice(0, 16)}`;
}

/** Throws ImageError for a module that cannot be read, or that needs what C cannot give. */
export function moduleFacts(plan: PlanModule): ModuleFacts {
  const module = decoded(plan);
  const name = moduleSymbol(plan);
  const indexed = itemsOf(plan, module);
  const imports = module.imports.map((wanted, i): ImportFact => {
    const own = `${name}i${numbered(i)}`;
    return {
      module: wanted.module,
      name: wanted.name,
      symbol: `w2c_${own}_${EXPORTED_AS}`,
      instance: `struct w2c_${own}`,
      item: itemType(plan, module, wanted.type),
    };
  });
  const exports = module.exports.map((given, i) => {
    const item = indexed[given.kind][given.index];
    if (item === undefined)
      throw refused(plan, `its export ${given.name} is of a kind that is not known here`);
    return [given.name, { symbol: `w2c_${name}_e${numbered(i)}`, item }] as const;
  });
  const renamed = {
    ...module,
    imports: module.imports.map((wanted, i) => ({
      ...wanted,
      module: `${name}i${numbered(i)}`,
      name: EXPORTED_AS,
    })),
    exports: module.exports.map((given, i) => ({ ...given, name: `e${numbered(i)}` })),
  };
  const memoryBytes = module.memories.reduce(
    (all, { min, pageSizeLog2 = 16 }) => all + Number(min) * 2 ** pageSizeLog2,
    0,
  );
  return {
    name,
    plan,
    imports,
    exports: new Map(exports),
    memoryBytes,
    bytes: encodeModule(plan.role === "guest" ? withMarks(renamed) : renamed).bytes,
  };
}

/** Of one width: wasm2c passes instances in the order of their names. */
function numbered(position: number): string {
  return position.toString().padStart(5, "0");
}

function decoded(plan: PlanModule): CoreModule {
  try {
    return decodeModule(plan.bytes);
  } catch (error) {
    if (error instanceof WasmError) throw refused(plan, error.message);
    throw error;
  }
}

type Items = Readonly<Record<core.ExternKind, readonly (ItemType | undefined)[]>>;

/** What there is of each kind, imports first. */
function itemsOf(plan: PlanModule, module: CoreModule): Items {
  const imported = (kind: core.ExternKind): (ItemType | undefined)[] =>
    module.imports.filter(({ type }) => type.kind === kind).map(({ type }) => itemType(plan, module, type));
  return {
    func: [
      ...imported("func"),
      ...module.functions.map((type) => itemType(plan, module, { kind: "func", type })),
    ],
    global: [
      ...imported("global"),
      ...module.globals.map(({ type }) => itemType(plan, module, { kind: "global", type })),
    ],
    memory: [...imported("memory"), ...module.memories.map(() => ({ kind: "memory" as const }))],
    table: [...imported("table"), ...module.tables.map(() => ({ kind: "table" as const }))],
    tag: [],
  };
}

function itemType(plan: PlanModule, module: CoreModule, type: core.ExternType): ItemType {
  switch (type.kind) {
    case "func": {
      const composite = module.types.flat()[type.type]?.composite;
      if (composite?.kind !== "func") throw refused(plan, "a function's type is not that of a function");
      return { kind: "func", type: { params: composite.params, results: composite.results } };
    }
    case "global":
      return { kind: "global", type: type.type.type };
    case "memory":
    case "table":
      return { kind: type.kind };
    case "tag":
  }
  throw refused(plan, "it imports a tag of exceptions");
}

function refused({ name }: PlanModule, why: string): ImageError {
  return new ImageError(`Module ${name} cannot be made into C: ${why}.`);
}
