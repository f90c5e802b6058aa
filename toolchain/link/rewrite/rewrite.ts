/**
 * The code rewriter: a guest module made ready to be linked.
 *
 * Each imported function that leaves the component is called through an entry of
 * a table that the module owns (a slot). The imports go; functions that stand
 * for them keep their places in the index space, so that hardly any other index
 * changes. The start function is exported instead of run, and what is asked for
 * is added behind all else: a flag, bounds, a reset, metering.
 */
import type { CoreModule, core } from "../../wasm/index.ts";
import { CodeWriter, encodeModule, index, type CoreFuncIndex, type CoreTypeIndex } from "../../wasm/index.ts";
import { RESERVED } from "../plan.ts";
import { Additions } from "./additions.ts";
import { FunctionRenumbering, Rewriter } from "./code.ts";
import { addDepth } from "./depth/depth.ts";
import { applyEdits, type Edit } from "./edit.ts";
import { addMetering } from "./metering/metering.ts";
import { hintInlining } from "./inlining-hint.ts";
import { importGlobals } from "./import-globals.ts";
import { functionNames, nameSection } from "./name-section.ts";
import { joined, OffsetMap, type Offsets } from "./offset-map.ts";
import { findReferences } from "./references.ts";
import { addReset } from "./reset/reset.ts";
import { sizeImports, type SharedSizes } from "./reset/shared-sizes.ts";
import { carrySourceMap } from "./source-map.ts";

export interface RewriteOptions {
  /** The module's name, for its name section. */
  readonly name: string;
  /** Imported functions that leave the component, by function index, with the name of what they call. */
  readonly outward: ReadonlyMap<number, string>;
  /** Add the global `RESERVED.mayLeave`. */
  readonly mayLeave: boolean;
  /** Export the start function as `RESERVED.start`; without it the start section is just dropped. */
  readonly exportStart: boolean;
  /** Upper bounds in bytes for memories that the module defines, by index. */
  readonly memoryLimits?: ReadonlyMap<number, number>;
  /** Upper bound for each table, in elements. */
  readonly tableLimit?: number;
  /** Add the function `RESERVED.reset`, and export state. */
  readonly reset?: boolean;
  /** For a module with thousands of instances: its reset leaves alone what was never written, and no state is exported. */
  readonly sparse?: boolean;
  /** What the module shares with others that grow it; for a reset. */
  readonly shared?: SharedSizes;
  /** Count fuel down in a global that the module imports by the module name `RESERVED.fuel`. */
  readonly fuel?: boolean;
  /** Imported functions that are not of the component instance: a call of one costs more fuel. */
  readonly crossing?: ReadonlySet<number>;
  /**
   * Count down how deep calls may nest, in the module's own global `RESERVED.depth`, or in one that it
   * imports by that module name.
   */
  readonly depth?: "own" | "imported";
}

export interface RewrittenModule {
  readonly bytes: Uint8Array;
  /** Function index of each import that has a slot, by entry of the slot table. */
  readonly slots: readonly number[];
  /** Of a metered module: the entry of the slot table for `ACCOUNTS.ended`, behind all others. */
  readonly sliceEnded?: number;
  readonly offsets: Offsets;
  readonly sourceMap?: string;
}

/** @throws LinkError (`not-yet`) when a reset is asked for, and the module has state that cannot be restored. */
export function rewriteModule(module: CoreModule, options: RewriteOptions): RewrittenModule {
  const wanted = [
    ...(options.fuel === true ? [{ name: RESERVED.fuel, type: "i64" as const }] : []),
    ...(options.depth === "imported" ? [{ name: RESERVED.depth, type: "i32" as const }] : []),
    ...(options.reset ? sizeImports(module, options.shared) : []),
  ];
  if (wanted.length === 0) return rewritten(module, options, new Map());
  const before = importGlobals(
    module,
    wanted.map(({ name, type }) => ({ module: name, name: "", type: { type, mutable: true } })),
  );
  const globals = new Map(wanted.map(({ name }, i) => [name, before.first + i]));
  const made = rewritten(before.module, options, globals);
  const offsets = joined(before.offsets, made.offsets);
  const sourceMap = carrySourceMap(module, offsets);
  const { bytes, slots, sliceEnded } = made;
  return {
    bytes,
    slots,
    offsets,
    ...(sliceEnded !== undefined && { sliceEnded }),
    ...(sourceMap !== undefined && { sourceMap }),
  };
}

/** `imported`: indices of the linker's globals that the module imports, by name. */
function rewritten(
  module: CoreModule,
  options: RewriteOptions,
  imported: ReadonlyMap<string, number>,
): RewrittenModule {
  const functionImports = module.imports.filter((i) => i.type.kind === "func");
  const references = findReferences(module, functionImports.length);
  const slots = functionImports
    .map((_, func) => func)
    .filter(
      (func) => options.outward.has(func) && (references.called.has(func) || references.taken.has(func)),
    );
  const renumbering = new FunctionRenumbering(functionImports.length, options.outward);
  const types = functionImports.map((i) => typeOf(i));
  const additions = new Additions(module);
  const sliceEnded = options.fuel === true ? slots.length : undefined;
  const { edits, locals, changed, check } = added(module, options, additions, { imported, sliceEnded });
  const entries = slots.length + (sliceEnded === undefined ? 0 : 1);
  const rewriter = new Rewriter({ renumbering, slots, types, table: tableCount(module), check });

  const stubs = renumbering.outward.map((func) => rewriter.stub(func, module, references));
  const bodies = module.code.map((body, i) => {
    const { code, runs } = applyEdits(body.code, [
      ...(edits[i] ?? []),
      ...rewriter.edits(references.sites[i] ?? []),
    ]);
    return { code, runs, locals: [...body.locals, ...(locals[i] ?? [])] };
  });
  const firstMemory = module.imports.filter((i) => i.type.kind === "memory").length;
  const linked: CoreModule = {
    ...withoutStart(changed),
    types: [...module.types, ...additions.types],
    imports: keptImports(module, options.outward),
    functions: [
      ...renumbering.outward.map((func) => types[func] ?? index<CoreTypeIndex>(0)),
      ...module.functions,
      ...additions.functions,
    ],
    tables: [
      ...module.tables
        .map((t) => boundedTable(t, options.tableLimit))
        .map((t) => (t.init ? { ...t, init: rewriter.expr(t.init) } : t)),
      ...slotTable(entries),
    ],
    memories: module.memories.map((memory, i) => bounded(memory, options.memoryLimits?.get(firstMemory + i))),
    globals: [...module.globals, ...additions.globals].map((g) => ({ ...g, init: rewriter.expr(g.init) })),
    exports: [...exportsOf(module, options, entries > 0, renumbering), ...additions.exports],
    elements: [...changed.elements, ...additions.elements].map((segment) => rewriter.segment(segment)),
    data: [...changed.data, ...additions.data],
    code: [
      ...stubs,
      ...bodies.map(({ code, locals }) => ({ locals, code, offset: 0 })),
      ...additions.code.map((body) => ({ ...body, code: rewriter.expr(body.code) })),
    ],
    customs: [names(module, options, renumbering, additions.names)],
  };
  const needsDataCount = options.reset === true || linked.dataCount !== undefined;
  const { bytes, codeOffsets } = encodeModule({
    ...linked,
    ...(needsDataCount && { dataCount: linked.data.length }),
  });
  const offsets = new OffsetMap();
  for (const [i, { runs }] of bodies.entries()) {
    const old = module.code[i]?.offset ?? 0;
    const now = codeOffsets[stubs.length + i] ?? 0;
    for (const run of runs) offsets.add(old + run.start, old + run.end, now + run.target);
  }
  const sourceMap = carrySourceMap(module, offsets);
  return {
    bytes,
    slots,
    offsets,
    ...(sliceEnded !== undefined && { sliceEnded }),
    ...(sourceMap !== undefined && { sourceMap }),
  };
}

interface Added {
  /** The module with its segments as they are to be. */
  readonly changed: CoreModule;
  /** See `Metering.check`. */
  readonly check: Uint8Array | undefined;
  /** By body. */
  readonly edits: readonly (readonly Edit[])[];
  readonly locals: readonly (readonly core.Locals[])[];
}

/** Where the linker's own things are. */
interface Linked {
  /** Indices of imported globals, by name. */
  readonly imported: ReadonlyMap<string, number>;
  /** Entry of the slot table, in a metered module. */
  readonly sliceEnded: number | undefined;
}

/** What the options ask for: it changes bodies, and adds to the module. */
function added(
  module: CoreModule,
  options: RewriteOptions,
  additions: Additions,
  { imported, sliceEnded }: Linked,
): Added {
  const mayLeave = options.mayLeave ? additions.global("i32", new CodeWriter().i32Const(1)) : undefined;
  if (mayLeave !== undefined) {
    additions.exports.push({ name: RESERVED.mayLeave, kind: "global", index: mayLeave });
  }
  const fuel = imported.get(RESERVED.fuel);
  const metering =
    fuel === undefined || sliceEnded === undefined
      ? undefined
      : addMetering(module, additions, {
          fuel: index(fuel),
          table: index(tableCount(module)),
          entry: sliceEnded,
          crossing: options.crossing ?? new Set(),
        });
  const metered = metering?.bodies ?? [];
  const before = module.code.map((_, i) => countOf(metered[i]?.locals ?? []));
  const deep =
    options.depth === undefined ? [] : addDepth(module, additions, imported.get(RESERVED.depth), before);
  const reset = options.reset
    ? addReset(module, additions, {
        name: options.name,
        ...(options.shared && { shared: options.shared }),
        ...(options.sparse && { sparse: { bounds: options.memoryLimits ?? new Map() } }),
        imported,
        ...(mayLeave !== undefined && { mayLeave }),
      })
    : undefined;
  hintInlining(module, additions);
  return {
    changed: reset?.module ?? module,
    check: metering?.check,
    edits: module.code.map((_, i) => [
      ...(deep[i]?.enter ?? []),
      ...(metered[i]?.edits ?? []),
      ...(reset?.edits[i] ?? []),
      ...(deep[i]?.edits ?? []),
    ]),
    locals: module.code.map((_, i) => [...(metered[i]?.locals ?? []), ...(deep[i]?.locals ?? [])]),
  };
}

function countOf(locals: readonly core.Locals[]): number {
  return locals.reduce((sum, { count }) => sum + count, 0);
}

function typeOf(i: core.Import): CoreTypeIndex {
  if (i.type.kind !== "func") throw new TypeError("not a function import");
  return i.type.type;
}

function withoutStart(module: CoreModule): CoreModule {
  const copy: { -readonly [K in keyof CoreModule]: CoreModule[K] } = { ...module };
  delete copy.start;
  return copy;
}

function keptImports(module: CoreModule, outward: ReadonlyMap<number, string>): core.Import[] {
  let func = 0;
  return module.imports.filter((i) => i.type.kind !== "func" || !outward.has(func++));
}

function tableCount(module: CoreModule): number {
  return module.imports.filter((i) => i.type.kind === "table").length + module.tables.length;
}

/** Fixed in size: a slot is filled, never added. */
function slotTable(entries: number): CoreModule["tables"] {
  if (entries === 0) return [];
  const size = BigInt(entries);
  return [{ type: { element: { nullable: true, heap: "func" }, limits: { min: size, max: size } } }];
}

function bounded(memory: core.Limits, limit: number | undefined): core.Limits {
  if (limit === undefined) return memory;
  const pages = BigInt(limit) >> BigInt(memory.pageSizeLog2 ?? 16);
  return memory.max !== undefined && memory.max <= pages ? memory : { ...memory, max: pages };
}

function boundedTable(table: core.Table, limit: number | undefined): core.Table {
  const { limits } = table.type;
  if (limit === undefined || (limits.max !== undefined && limits.max <= limit)) return table;
  return { ...table, type: { ...table.type, limits: { ...limits, max: BigInt(limit) } } };
}

function exportsOf(
  module: CoreModule,
  options: RewriteOptions,
  slots: boolean,
  renumbering: FunctionRenumbering,
): core.Export[] {
  const exports = module.exports.map((e): core.Export =>
    e.kind === "func" ? { ...e, index: index<CoreFuncIndex>(renumbering.get(e.index)) } : e,
  );
  if (slots) exports.push({ name: RESERVED.slots, kind: "table", index: index(tableCount(module)) });
  if (options.exportStart && module.start !== undefined) {
    exports.push({ name: RESERVED.start, kind: "func", index: index(renumbering.get(module.start)) });
  }
  return exports;
}

function names(
  module: CoreModule,
  options: RewriteOptions,
  renumbering: FunctionRenumbering,
  added: ReadonlyMap<number, string>,
): core.CustomSection {
  const total = renumbering.imported + module.functions.length;
  const named = new Map<number, string>();
  for (const [func, name] of functionNames(module)) if (func < total) named.set(renumbering.get(func), name);
  for (const [func, target] of options.outward) named.set(renumbering.get(func), `import: ${target}`);
  for (const [func, name] of added) named.set(func, name);
  return nameSection(options.name, named);
}
