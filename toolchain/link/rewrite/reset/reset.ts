/**
 * The function `atoll:reset`, which gives a module its first state back.
 *
 * Called once before anything else of the module runs, it fills in what active
 * segments hold; called again, it first clears memories, tables and globals. A
 * module whose start function and initialisers run after it is as new.
 *
 *     memory     zero, up to where it ever grew; sizes: see sizes.ts
 *     tables     their first element everywhere; only those that can change
 *     globals    their initial expression, evaluated again
 *     segments   written again; dropped ones are there again: see segments.ts
 *
 * What others hold of the module (slots, adapters, exports) stays valid, and the
 * table of slots is the linker's: it is left alone.
 */
import { CodeWriter, index, type CoreGlobalIndex, type CoreModule, type core } from "../../../wasm/index.ts";
import { LinkError } from "../../error.ts";
import { RESERVED } from "../../plan.ts";
import type { Additions } from "../additions.ts";
import { insertion, type Edit } from "../edit.ts";
import { limitsOf, Segments } from "./segments.ts";
import { keepMemorySize, keepTableSize, sizeConst, type KeptSize } from "./sizes.ts";
import { sizeName, tableType, type SharedSizes } from "./shared-sizes.ts";
import { clearSparsely, SPARSE_LOCALS } from "./sparse.ts";
import { changingTables, stateOf, whyNot, type ModuleState } from "./state.ts";

export interface ResetOptions {
  /** The module's name, for errors. */
  readonly name: string;
  /** A flag of the linker's, which is 1 at first. */
  readonly mayLeave?: number;
  readonly shared?: SharedSizes;
  /**
   * There may be thousands of instances: leave alone what was never written of memories, which have these bounds
   * in bytes by index (see sparse.ts), and export no state, whose objects take time and room.
   */
  readonly sparse?: { readonly bounds: ReadonlyMap<number, number> };
  /** Indices of the linker's globals that the module imports, by name. */
  readonly imported: ReadonlyMap<string, number>;
}

export interface ResetModule {
  /** The module with the segments that a reset needs. */
  readonly module: CoreModule;
  /** One list for each body. */
  readonly edits: readonly Edit[][];
}

/** @throws LinkError (`not-yet`) when the module has state that cannot be restored. */
export function addReset(module: CoreModule, additions: Additions, options: ResetOptions): ResetModule {
  return new Reset(module, additions, options).add();
}

class Reset {
  readonly #module: CoreModule;
  readonly #additions: Additions;
  readonly #options: ResetOptions;
  readonly #state: ModuleState;
  readonly #changing: ReadonlySet<number>;
  readonly #segments: Segments;
  /** Sizes of what grows, by index. */
  readonly #memories: ReadonlyMap<number, KeptSize>;
  readonly #tables: ReadonlyMap<number, KeptSize>;

  constructor(module: CoreModule, additions: Additions, options: ResetOptions) {
    this.#module = module;
    this.#additions = additions;
    this.#options = options;
    this.#state = stateOf(module);
    this.#changing = changingTables(module, this.#state);
    this.#segments = new Segments(module, additions, this.#state.sites);
    this.#refuse();
    this.#memories = this.#kept("memory", (at) =>
      keepMemorySize(
        additions,
        at,
        limitsOf(module, "memory", at) ?? { min: 0n },
        this.#shared("memory", at),
      ),
    );
    this.#tables = this.#kept("table", (at) => {
      const type = tableType(module, at);
      if (type === undefined) throw new TypeError("checked before: the module has the table");
      return keepTableSize(additions, at, type, this.#shared("table", at));
    });
  }

  add(): ResetModule {
    const edits = this.#edits();
    const func = this.#additions.func({
      name: RESERVED.reset,
      type: { params: [], results: [] },
      code: this.#code(),
    });
    this.#additions.exports.push({ name: RESERVED.reset, kind: "func", index: func });
    this.#exportState();
    return {
      module: {
        ...this.#module,
        elements: this.#module.elements.map((s) => (this.#isRestored(s) ? passive(s) : s)),
        data: this.#module.data.map((s) => passive(s)),
      },
      edits,
    };
  }

  #refuse(): void {
    const site = this.#state.sites.find((s) => this.#segments.unsupported(s));
    const reason = site ? `uses ${site.mnemonic} on a segment that it drops` : whyNot(this.#module);
    if (reason === undefined) return;
    throw new LinkError(
      "not-yet",
      `${this.#options.name}: reset of a core module that ${reason}: Atoll cannot do that yet`,
    );
  }

  /** What the module itself grows, and what others grow of what it knows. */
  #kept(kind: "memory" | "table", keep: (at: number) => KeptSize): Map<number, KeptSize> {
    const sites = this.#state.sites.filter((s) => s.mnemonic === `${kind}.grow`);
    const { own = [], imported = [] } = this.#options.shared?.[kind] ?? {};
    const grown = new Set([...sites.map((s) => s.operands[0] ?? 0), ...own, ...imported]);
    return new Map([...grown].sort((a, b) => a - b).map((at) => [at, keep(at)]));
  }

  #shared(kind: "memory" | "table", at: number): CoreGlobalIndex | undefined {
    const found = this.#options.imported.get(sizeName(kind, at));
    return found === undefined ? undefined : index<CoreGlobalIndex>(found);
  }

  #edits(): Edit[][] {
    const edits: Edit[][] = this.#module.code.map(() => []);
    for (const site of this.#state.sites) {
      const [at = 0] = site.operands;
      const kept = (site.mnemonic.startsWith("memory.") ? this.#memories : this.#tables).get(at);
      const code =
        kept === undefined || !/\.(grow|size)$/.test(site.mnemonic)
          ? this.#segments.replacement(site)
          : site.mnemonic.endsWith(".grow")
            ? kept.grow
            : new CodeWriter().globalGet(kept.size);
      if (code) edits[site.body]?.push({ ...insertion(site.start, code), end: site.end });
    }
    return edits;
  }

  #code(): CodeWriter {
    const used = this.#additions.global("i32", new CodeWriter().i32Const(0));
    const code = new CodeWriter();
    code.globalGet(used).if();
    for (const at of this.#module.memories.keys()) this.#clearMemory(code, this.#state.firstMemory + at);
    for (const at of this.#module.tables.keys()) this.#clearTable(code, this.#state.firstTable + at);
    this.#clearGlobals(code);
    code.end().i32Const(1).globalSet(used);
    for (const [i, segment] of this.#module.elements.entries()) {
      if (this.#isRestored(segment)) this.#write(code, "table", segment.mode, i);
    }
    for (const [i, { mode }] of this.#module.data.entries()) this.#write(code, "memory", mode, i);
    return code.end();
  }

  #clearMemory(code: CodeWriter, memory: number): void {
    const limits = limitsOf(this.#module, "memory", memory);
    if (limits === undefined) return;
    const { index64 = false, pageSizeLog2 = 16, max } = limits;
    const at = index<never>(memory);
    const kept = this.#memories.get(memory);
    const bound = this.#options.sparse?.bounds.get(memory) ?? 2 ** 32;
    if (bound < 2 ** 32 && !index64 && pageSizeLog2 === 16) {
      const clear = { name: "atoll:clear", type: { params: [], results: [] }, locals: SPARSE_LOCALS };
      code.op("call", this.#additions.func({ ...clear, code: clearSparsely(index(memory)) }));
      if (kept) code.raw(sizeConst(limits, limits.min).bytes()).globalSet(kept.size);
      return;
    }
    // All 4 GiB are a length that 32 bits cannot hold; half of them are.
    const halves =
      !index64 && pageSizeLog2 > 0 && (max === undefined || max << BigInt(pageSizeLog2) >= 1n << 32n);
    const shift = pageSizeLog2 - (halves ? 1 : 0);
    const length = new CodeWriter().memorySize(at);
    if (index64) length.i64Const(BigInt(shift)).op("i64.shl");
    else length.i32Const(shift).op("i32.shl");
    code.raw(sizeConst(limits, 0n).bytes()).i32Const(0).raw(length.bytes()).memoryFill(at);
    if (halves) code.raw(length.bytes()).i32Const(0).raw(length.bytes()).memoryFill(at);
    if (kept) code.raw(sizeConst(limits, limits.min).bytes()).globalSet(kept.size);
  }

  #clearTable(code: CodeWriter, table: number): void {
    const defined = this.#module.tables[table - this.#state.firstTable];
    if (defined === undefined || !this.#changing.has(table)) return;
    const { element, limits } = defined.type;
    code.raw(sizeConst(limits, 0n).bytes());
    if (defined.init) code.raw(withoutEnd(defined.init));
    else code.op("ref.null", element.heap);
    code.op("table.size", index<never>(table)).op("table.fill", index<never>(table));
    const kept = this.#tables.get(table);
    if (kept) code.raw(sizeConst(limits, limits.min).bytes()).globalSet(kept.size);
  }

  #clearGlobals(code: CodeWriter): void {
    for (const [i, { type, init }] of this.#module.globals.entries()) {
      if (type.mutable) code.raw(withoutEnd(init)).globalSet(index<never>(this.#state.firstGlobal + i));
    }
    for (const flag of this.#segments.flags()) code.i32Const(0).globalSet(flag);
    const { mayLeave } = this.#options;
    if (mayLeave !== undefined) code.i32Const(1).globalSet(index<never>(mayLeave));
  }

  /** Whether the reset writes the segment; the others stay active, and nobody overwrites what they wrote. */
  #isRestored({ mode }: core.ElementSegment): boolean {
    return mode.kind === "active" && this.#changing.has(mode.into);
  }

  #write(code: CodeWriter, into: "memory" | "table", mode: core.SegmentMode, segment: number): void {
    if (mode.kind !== "active") return;
    const length = into === "memory" ? this.#module.data[segment]?.bytes.length : this.#elementCount(segment);
    code
      .raw(withoutEnd(mode.offset))
      .i32Const(0)
      .i32Const(length ?? 0);
    const [from, to] = [index<never>(segment), index<never>(mode.into)];
    code.op(into === "memory" ? "memory.init" : "table.init", from, to);
  }

  #elementCount(segment: number): number {
    const items = this.#module.elements[segment]?.items;
    return items === undefined ? 0 : items.kind === "funcs" ? items.funcs.length : items.exprs.length;
  }

  /** For hosts: checkpoints read state, and a host may look at it. */
  #exportState(): void {
    const { exports } = this.#additions;
    const { firstMemory, firstTable, firstGlobal } = this.#state;
    for (const [kind, sizes] of [
      ["memory", this.#memories],
      ["table", this.#tables],
    ] as const) {
      for (const at of this.#options.shared?.[kind].own ?? []) {
        const size = sizes.get(at)?.size;
        if (size !== undefined) exports.push({ name: sizeName(kind, at), kind: "global", index: size });
      }
    }
    if (this.#options.sparse !== undefined) return;
    for (const at of this.#module.memories.keys()) {
      exports.push({
        name: RESERVED.memory + (firstMemory + at),
        kind: "memory",
        index: index(firstMemory + at),
      });
    }
    for (const at of this.#module.tables.keys()) {
      exports.push({
        name: RESERVED.table + (firstTable + at),
        kind: "table",
        index: index(firstTable + at),
      });
    }
    for (const [at, { type }] of this.#module.globals.entries()) {
      const global = firstGlobal + at;
      if (type.mutable)
        exports.push({ name: RESERVED.global + global, kind: "global", index: index(global) });
    }
  }
}

function withoutEnd(expr: core.ConstExpr): Uint8Array {
  return expr.subarray(0, -1);
}

function passive<S extends core.DataSegment | core.ElementSegment>(segment: S): S {
  return segment.mode.kind === "active" ? { ...segment, mode: { kind: "passive" } } : segment;
}
