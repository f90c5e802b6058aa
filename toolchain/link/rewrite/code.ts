/**
 * Rewrites code: calls to what lies outside the component become indirect calls.
 *
 * `call k` turns into `i32.const slot; call_indirect (type) slots`, and
 * `return_call k` likewise. Everything between is copied as it is.
 */
import type { CoreModule, core } from "../../wasm/index.ts";
import {
  CodeWriter,
  index,
  type CoreFuncIndex,
  type CoreTableIndex,
  type CoreTypeIndex,
} from "../../wasm/index.ts";
import { functionType } from "../core-index.ts";
import { applyEdits, type Edit } from "./edit.ts";
import { sitesIn, type Site } from "./references.ts";

/**
 * New function indices. Imports that stay come first, then the functions that
 * stand for those that went; together they are as many as before, so functions
 * defined in the module keep their indices.
 */
export class FunctionRenumbering {
  /** How many functions the module imported. */
  readonly imported: number;
  /** Imported functions that leave the component, in their old order. */
  readonly outward: readonly number[];
  readonly #new: readonly number[];

  constructor(imported: number, outward: ReadonlyMap<number, string>) {
    this.imported = imported;
    this.outward = [...outward.keys()].sort((a, b) => a - b);
    let kept = 0;
    let gone = imported - this.outward.length;
    this.#new = Array.from({ length: imported }, (_, func) => (outward.has(func) ? gone++ : kept++));
  }

  get(func: number): number {
    return this.#new[func] ?? func;
  }
}

export class Rewriter {
  readonly #renumbering: FunctionRenumbering;
  readonly #entries: ReadonlyMap<number, number>;
  readonly #types: readonly CoreTypeIndex[];
  readonly #table: CoreTableIndex;

  /**
   * `slots`: imported functions by entry of the slot table, which has the index
   * `table`; `types`: of each imported function.
   */
  constructor(to: {
    readonly renumbering: FunctionRenumbering;
    readonly slots: readonly number[];
    readonly types: readonly CoreTypeIndex[];
    readonly table: number;
  }) {
    this.#renumbering = to.renumbering;
    this.#entries = new Map(to.slots.map((func, entry) => [func, entry]));
    this.#types = to.types;
    this.#table = index<CoreTableIndex>(to.table);
  }

  /** What the sites of a body become. */
  edits(sites: readonly Site[]): Edit[] {
    return sites.map((site) => {
      const out = new CodeWriter();
      this.#replace(out, site);
      return { start: site.start, end: site.end, code: out.bytes() };
    });
  }

  expr(code: core.ConstExpr): core.ConstExpr {
    return applyEdits(code, this.edits(sitesIn(code, this.#renumbering.imported))).code;
  }

  segment(segment: core.ElementSegment): core.ElementSegment {
    const mode =
      segment.mode.kind === "active"
        ? { ...segment.mode, offset: this.expr(segment.mode.offset) }
        : segment.mode;
    const items: core.ElementSegment["items"] =
      segment.items.kind === "funcs"
        ? {
            kind: "funcs",
            funcs: segment.items.funcs.map((f) => index<CoreFuncIndex>(this.#renumbering.get(f))),
          }
        : { kind: "exprs", exprs: segment.items.exprs.map((expr) => this.expr(expr)) };
    return { ...segment, mode, items };
  }

  /** The function in the place of an import; only one that is taken as a value is ever run. */
  stub(func: number, module: CoreModule, taken: boolean): core.FunctionBody {
    const out = new CodeWriter();
    if (taken) {
      const parameters = functionType(module, func).params.length;
      for (let i = 0; i < parameters; i++) out.localGet(i);
      this.#callSlot(out, func, "call_indirect");
    } else out.op("unreachable");
    return { locals: [], code: out.end().bytes(), offset: 0 };
  }

  #replace(out: CodeWriter, { mnemonic, func }: Site): void {
    if (mnemonic === "ref.func" || !this.#entries.has(func)) {
      out.op(mnemonic, index<CoreFuncIndex>(this.#renumbering.get(func)));
    } else this.#callSlot(out, func, mnemonic === "call" ? "call_indirect" : "return_call_indirect");
  }

  #callSlot(out: CodeWriter, func: number, mnemonic: "call_indirect" | "return_call_indirect"): void {
    const type = this.#types[func] ?? index<CoreTypeIndex>(0);
    out.i32Const(this.#entries.get(func) ?? 0).op(mnemonic, type, this.#table);
  }
}
