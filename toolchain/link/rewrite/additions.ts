/**
 * What the rewriter adds to a module, at the end of each index space.
 *
 * So no index of the guest's own changes.
 */
import type { CoreModule, core } from "../../wasm/index.ts";
import {
  CodeWriter,
  index,
  type CoreDataIndex,
  type CoreElementIndex,
  type CoreFuncIndex,
  type CoreGlobalIndex,
  type CoreTypeIndex,
} from "../../wasm/index.ts";
import { functionImports } from "../core-index.ts";

interface AddedFunction {
  /** Absent for a function that never appears in a stack trace. */
  readonly name?: string;
  readonly type: core.FuncType;
  readonly locals?: readonly core.Locals[];
  /** With its `end`. */
  readonly code: CodeWriter;
}

export class Additions {
  readonly types: core.RecType[] = [];
  readonly functions: CoreTypeIndex[] = [];
  readonly code: core.FunctionBody[] = [];
  readonly globals: core.Global[] = [];
  readonly exports: core.Export[] = [];
  readonly elements: core.ElementSegment[] = [];
  readonly data: core.DataSegment[] = [];
  /** Names of the added functions, by index. */
  readonly names: Map<number, string> = new Map();
  readonly #module: CoreModule;
  readonly #bases: Readonly<Record<"types" | "functions" | "globals", number>>;
  readonly #typeKeys = new Map<string, CoreTypeIndex>();

  constructor(module: CoreModule) {
    this.#module = module;
    this.#bases = {
      types: module.types.flat().length,
      functions: functionImports(module).length + module.functions.length,
      globals: module.imports.filter((i) => i.type.kind === "global").length + module.globals.length,
    };
  }

  type(type: core.FuncType): CoreTypeIndex {
    const key = JSON.stringify([type.params, type.results]);
    const known = this.#typeKeys.get(key);
    if (known !== undefined) return known;
    const added = index<CoreTypeIndex>(this.#bases.types + this.types.length);
    this.types.push([{ final: true, supertypes: [], composite: { kind: "func", ...type } }]);
    this.#typeKeys.set(key, added);
    return added;
  }

  func({ name, type, locals, code }: AddedFunction): CoreFuncIndex {
    const added = index<CoreFuncIndex>(this.#bases.functions + this.functions.length);
    this.functions.push(this.type(type));
    this.code.push({ locals: locals ?? [], code: code.bytes(), offset: 0 });
    if (name !== undefined) this.names.set(added, name);
    return added;
  }

  /** A mutable global; `init` without its `end`. */
  global(type: core.ValType, init: CodeWriter): CoreGlobalIndex {
    const added = index<CoreGlobalIndex>(this.#bases.globals + this.globals.length);
    this.globals.push({ type: { type, mutable: true }, init: init.end().bytes() });
    return added;
  }

  /** A passive data segment without bytes, which is what a dropped one is like; always the same. */
  emptyData(): CoreDataIndex {
    if (this.data.length === 0) this.data.push({ mode: { kind: "passive" }, bytes: new Uint8Array() });
    return index<CoreDataIndex>(this.#module.data.length);
  }

  /** A passive element segment without elements. */
  emptyElements(type: core.RefType): CoreElementIndex {
    const added = index<CoreElementIndex>(this.#module.elements.length + this.elements.length);
    this.elements.push({ mode: { kind: "passive" }, type, items: { kind: "exprs", exprs: [] } });
    return added;
  }
}
