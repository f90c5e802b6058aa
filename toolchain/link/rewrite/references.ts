/**
 * Finds every place where a module names one of its imported functions.
 *
 * An import that is only called can be called through its slot. One that is
 * taken as a value (in a table, an export, a `ref.func`) needs a function that
 * stands for it.
 */
import type { CoreModule, core } from "../../wasm/index.ts";
import { readInstructions } from "../../wasm/index.ts";

/** An instruction in one body that names an imported function; offsets within the code. */
export interface Site {
  readonly mnemonic: "call" | "return_call" | "ref.func";
  readonly func: number;
  readonly start: number;
  readonly end: number;
}

export interface References {
  /** One list for each body, in the order of the code. */
  readonly sites: readonly (readonly Site[])[];
  /** Imported functions that are called. */
  readonly called: ReadonlySet<number>;
  /** Imported functions that are called by tail calls. */
  readonly tailCalled: ReadonlySet<number>;
  /** Imported functions that are used as values. */
  readonly taken: ReadonlySet<number>;
}

/** `imported`: how many functions the module imports; their indices come first. */
export function findReferences(module: CoreModule, imported: number): References {
  const called = new Set<number>();
  const taken = new Set<number>();
  const sites = module.code.map(({ code }) => sitesIn(code, imported));
  const tailCalled = new Set<number>();
  for (const { mnemonic, func } of sites.flat()) {
    (mnemonic === "ref.func" ? taken : called).add(func);
    if (mnemonic === "return_call") tailCalled.add(func);
  }
  for (const func of functionsOutsideCode(module)) if (func < imported) taken.add(func);
  return { sites, called, tailCalled, taken };
}

/** The sites of one body or constant expression. */
export function sitesIn(code: Uint8Array, imported: number): Site[] {
  const found: Site[] = [];
  if (imported === 0) return found;
  for (const cursor of readInstructions(code)) {
    const { mnemonic } = cursor;
    if (mnemonic !== "call" && mnemonic !== "return_call" && mnemonic !== "ref.func") continue;
    const func = cursor.operand(0).value;
    if (func < imported) found.push({ mnemonic, func, start: cursor.start, end: cursor.end });
  }
  return found;
}

/** Function indices in exports, the start section, tables, globals and element segments. */
export function* functionsOutsideCode(module: CoreModule): Generator<number> {
  for (const e of module.exports) if (e.kind === "func") yield e.index;
  if (module.start !== undefined) yield module.start;
  for (const { init } of module.globals) yield* functionsIn(init);
  for (const { init } of module.tables) if (init) yield* functionsIn(init);
  for (const { items } of module.elements) {
    if (items.kind === "funcs") yield* items.funcs;
    else for (const expr of items.exprs) yield* functionsIn(expr);
  }
}

function* functionsIn(expr: core.ConstExpr): Generator<number> {
  for (const cursor of readInstructions(expr)) {
    if (cursor.mnemonic === "ref.func") yield cursor.operand(0).value;
  }
}
