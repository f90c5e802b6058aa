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
import { sitesIn, type References, type Site } from "./references.ts";

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
  readonly #check: Uint8Array | undefined;

  /**
   * `slots`: imported functions by entry of the slot table, which has the index
   * `table`; `types`: of each imported function; `check`: what a metered module does after a call by a stub.
   */
  constructor(to: {
    readonly renumbering: FunctionRenumbering;
    readonly slots: readonly number[];
    readonly types: readonly CoreTypeIndex[];
    readonly table: number;
    readonly check: Uint8Array | undefined;
  }) {
    this.#renumbering = to.renumbering;
    this.#entries = new Map(to.slots.map((func, entry) => [func, entry]));
    this.#types = to.types;
    this.#check = to.check;
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
  stub(func: number, module: CoreModule, { taken, tailCalled }: References): core.FunctionBody {
    const out = new CodeWriter();
    if (taken.has(func) || (this.#check && tailCalled.has(func))) {
      const parameters = functionType(module, func).params.length;
      for (let i = 0; i < parameters; i++) out.localGet(i);
      this.#callSlot(out, func, "call_indirect");
      if (this.#check) out.raw(this.#check);
    } else out.op("unreachable");
    return { locals: [], code: out.end().bytes(), offset: 0 };
  }

  #replace(out: CodeWriter, { mnemonic, func }: Site): void {
    // The check behind a call would be lost with a tail call, so the stub makes it.
    const byStub = mnemonic === "ref.func" || (mnemonic === "return_call" && this.#check !== undefined);
    if (byStub || !this.#entries.has(func)) {
      out.op(mnemonic, index<CoreFuncIndex>(this.#renumbering.get(func)));
    } else this.#callSlot(out, func, mnemonic === "call" ? "call_indirect" : "return_call_indirect");
  }

  #callSlot(out: CodeWriter, func: number, mnemonic: "call_indirect" | "return_call_indirect"): void {
    const type = this.#types[func] ?? index<CoreTypeIndex>(0);
    out.i32Const(this.#entries.get(func) ?? 0).op(mnemonic, type, this.#table);
  }
}
