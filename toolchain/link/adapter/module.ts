/**
 * An adapter module under construction: imports, functions, names.
 *
 * Helper functions are made when they are first asked for, once for each key, so
 * that an adapter holds what its types use and nothing twice.
 */
import {
  CodeWriter,
  encodeNameSection,
  ModuleBuilder,
  type core,
  type CoreFuncIndex,
  type CoreGlobalIndex,
  type CoreMemoryIndex,
  type CoreModule,
  type CoreTagIndex,
} from "../../wasm/index.ts";
import type { CoreType } from "../../abi/index.ts";
import { Body, type Code } from "./code.ts";

export interface Signature {
  readonly params: readonly core.NumType[];
  readonly results: readonly core.NumType[];
}

export class AdapterModule {
  /** What a check that fails does in the code that is being made: a trap, unless something is set. */
  onFailure: ((rule: string) => Code) | undefined;
  readonly #builder = new ModuleBuilder();
  readonly #names = new Map<CoreFuncIndex, string>();
  readonly #helpers = new Map<string, CoreFuncIndex>();
  #thrown: CoreTagIndex | undefined;
  readonly #variables = new Map<string, CoreGlobalIndex>();

  importMemory(module: string, name: string): CoreMemoryIndex {
    return this.#builder.importMemory(module, name, { min: 0n });
  }

  importGlobal(module: string, name: string, mutable: boolean, type: "i32" | "i64" = "i32"): CoreGlobalIndex {
    return this.#builder.importGlobal(module, name, { type, mutable });
  }

  /** The tag of what the adapter itself throws; nobody else has it. */
  thrown(): CoreTagIndex {
    return (this.#thrown ??= this.#builder.addTag({ params: [], results: [] }));
  }

  addMemory(min: bigint): CoreMemoryIndex {
    return this.#builder.addMemory({ min });
  }

  /** An i32. */
  addGlobal(value: number, mutable: boolean): CoreGlobalIndex {
    return this.#builder.addGlobal({ type: "i32", mutable }, new CodeWriter().i32Const(value).end());
  }

  /** A mutable global of any type that adapters pass, by its key; zero at first. */
  variable(key: string, type: CoreType): CoreGlobalIndex {
    let global = this.#variables.get(key);
    if (global === undefined) {
      global = this.#builder.addGlobal({ type, mutable: true }, zero(type).end());
      this.#variables.set(key, global);
    }
    return global;
  }

  addData(memory: CoreMemoryIndex, offset: number, bytes: Uint8Array): void {
    const at = new CodeWriter().i32Const(offset).end().bytes();
    this.#builder.addData({ mode: { kind: "active", into: memory, offset: at }, bytes });
  }

  importFunction(module: string, name: string, signature: Signature): CoreFuncIndex {
    const func = this.#builder.importFunc(module, name, signature);
    this.#names.set(func, `${module} ${name}`);
    return func;
  }

  /** `name` is what a stack trace shows. Functions that `code` asks for come before it. */
  define(name: string, signature: Signature, code: Code): CoreFuncIndex {
    const body = new Body(signature.params);
    code(body);
    const func = this.#builder.addFunc({ type: signature, ...body.finish() });
    this.#names.set(func, name);
    return func;
  }

  /** The function of that key, made when it is first asked for; the key is its name unless one is given. */
  helper(key: string, signature: Signature, code: Code, name: string = key): CoreFuncIndex {
    let func = this.#helpers.get(key);
    if (func === undefined) {
      func = this.define(name, signature, code);
      this.#helpers.set(key, func);
    }
    return func;
  }

  export(name: string, func: CoreFuncIndex): void {
    this.#builder.exportFunc(name, func);
  }

  exportItem(item: core.Export): void {
    this.#builder.export(item);
  }

  finish(): CoreModule {
    const names = encodeNameSection({ functions: this.#names, locals: new Map(), others: [] });
    this.#builder.addCustom("name", names);
    return this.#builder.build();
  }
}

function zero(type: CoreType): CodeWriter {
  const code = new CodeWriter();
  if (type === "i32") return code.i32Const(0);
  if (type === "i64") return code.op("i64.const", 0n);
  return type === "f32" ? code.op("f32.const", 0) : code.f64Const(0);
}
