/**
 * The code rewriter: a guest module made ready to be linked.
 *
 * Each imported function that leaves the component is called through an entry of
 * a table that the module owns (a slot). The imports go; functions that stand
 * for them keep their places in the index space, so that hardly any other index
 * changes. The start function is exported instead of run, and a flag and a bound
 * on memory are added where they are asked for. Nothing else changes.
 */
import type { CoreModule, core } from "../../wasm/index.ts";
import { encodeModule, index, type CoreFuncIndex, type CoreTypeIndex } from "../../wasm/index.ts";
import { RESERVED } from "../plan.ts";
import { FunctionRenumbering, Rewriter } from "./code.ts";
import { functionNames, nameSection } from "./name-section.ts";
import { OffsetMap } from "./offset-map.ts";
import { findReferences } from "./references.ts";
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
  /** Upper bound for each memory, in bytes. */
  readonly memoryLimit?: number;
}

export interface RewrittenModule {
  readonly bytes: Uint8Array;
  /** Function index of each import that has a slot, by entry of the slot table. */
  readonly slots: readonly number[];
  readonly offsets: OffsetMap;
  readonly sourceMap?: string;
}

export function rewriteModule(module: CoreModule, options: RewriteOptions): RewrittenModule {
  const functionImports = module.imports.filter((i) => i.type.kind === "func");
  const references = findReferences(module, functionImports.length);
  const slots = functionImports
    .map((_, func) => func)
    .filter(
      (func) => options.outward.has(func) && (references.called.has(func) || references.taken.has(func)),
    );
  const renumbering = new FunctionRenumbering(functionImports.length, options.outward);
  const types = functionImports.map((i) => typeOf(i));
  const rewriter = new Rewriter({ renumbering, slots, types, table: tableCount(module) });

  const stubs = renumbering.outward.map((func) => rewriter.stub(func, module, references.taken.has(func)));
  const bodies = module.code.map((body, i) => rewriter.body(body.code, references.sites[i] ?? []));
  const code = [
    ...stubs,
    ...bodies.map(({ code }, i) => ({ locals: module.code[i]?.locals ?? [], code, offset: 0 })),
  ];
  const rewritten: CoreModule = {
    ...withoutStart(module),
    imports: keptImports(module, options.outward),
    functions: [
      ...renumbering.outward.map((func) => types[func] ?? index<CoreTypeIndex>(0)),
      ...module.functions,
    ],
    tables: [
      ...module.tables.map((t) => (t.init ? { ...t, init: rewriter.expr(t.init) } : t)),
      ...slotTable(slots),
    ],
    memories: module.memories.map((memory) => bounded(memory, options.memoryLimit)),
    globals: [
      ...module.globals.map((g) => ({ ...g, init: rewriter.expr(g.init) })),
      ...(options.mayLeave ? [MAY_LEAVE] : []),
    ],
    exports: exportsOf(module, options, slots.length > 0, renumbering),
    elements: module.elements.map((segment) => rewriter.segment(segment)),
    code,
    customs: [names(module, options, renumbering)],
  };
  const { bytes, codeOffsets } = encodeModule(rewritten);
  const offsets = new OffsetMap();
  for (const [i, { runs }] of bodies.entries()) {
    const old = module.code[i]?.offset ?? 0;
    const now = codeOffsets[stubs.length + i] ?? 0;
    for (const run of runs) offsets.add(old + run.start, old + run.end, now + run.target);
  }
  const sourceMap = carrySourceMap(module, offsets);
  return { bytes, slots, offsets, ...(sourceMap === undefined ? {} : { sourceMap }) };
}

/** `i32.const 1`, `end`: a component instance may leave until something forbids it. */
const MAY_LEAVE = { type: { type: "i32", mutable: true }, init: Uint8Array.of(0x41, 0x01, 0x0b) } as const;

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

function globalCount(module: CoreModule): number {
  return module.imports.filter((i) => i.type.kind === "global").length + module.globals.length;
}

/** Fixed in size: a slot is filled, never added. */
function slotTable(slots: readonly number[]): CoreModule["tables"] {
  if (slots.length === 0) return [];
  const size = BigInt(slots.length);
  return [{ type: { element: { nullable: true, heap: "func" }, limits: { min: size, max: size } } }];
}

function bounded(memory: core.Limits, limit: number | undefined): core.Limits {
  if (limit === undefined) return memory;
  const pages = BigInt(limit) >> BigInt(memory.pageSizeLog2 ?? 16);
  return memory.max !== undefined && memory.max <= pages ? memory : { ...memory, max: pages };
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
  if (options.mayLeave)
    exports.push({ name: RESERVED.mayLeave, kind: "global", index: index(globalCount(module)) });
  if (options.exportStart && module.start !== undefined) {
    exports.push({ name: RESERVED.start, kind: "func", index: index(renumbering.get(module.start)) });
  }
  return exports;
}

function names(
  module: CoreModule,
  options: RewriteOptions,
  renumbering: FunctionRenumbering,
): core.CustomSection {
  const total = renumbering.imported + module.functions.length;
  const named = new Map<number, string>();
  for (const [func, name] of functionNames(module)) if (func < total) named.set(renumbering.get(func), name);
  for (const [func, target] of options.outward) named.set(renumbering.get(func), `import: ${target}`);
  return nameSection(options.name, named);
}
