/**
 * An adapter module under construction: imports, functions, names.
 *
 * Helper functions are made when they are first asked for, once for each key, so
 * that an adapter holds what its types use and nothing twice.
 */
import { ByteWriter } from "../../wasm/byte-writer.ts";
import {
  ModuleBuilder,
  type core,
  type CoreFuncIndex,
  type CoreGlobalIndex,
  type CoreMemoryIndex,
  type CoreModule,
} from "../../wasm/index.ts";
import { Body, type Code } from "./code.ts";

export interface Signature {
  readonly params: readonly core.NumType[];
  readonly results: readonly core.NumType[];
}

export class AdapterModule {
  readonly #builder = new ModuleBuilder();
  /** By function index. */
  readonly #names: string[] = [];
  readonly #helpers = new Map<string, CoreFuncIndex>();

  importMemory(module: string, name: string): CoreMemoryIndex {
    return this.#builder.importMemory(module, name, { min: 0n });
  }

  /** A mutable i32. */
  importFlag(module: string, name: string): CoreGlobalIndex {
    return this.#builder.importGlobal(module, name, { type: "i32", mutable: true });
  }

  importFunction(module: string, name: string, signature: Signature): CoreFuncIndex {
    const func = this.#builder.importFunc(module, name, signature);
    this.#names[func] = `${module} ${name}`;
    return func;
  }

  /** `name` is what a stack trace shows. Functions that `code` asks for come before it. */
  define(name: string, signature: Signature, code: Code): CoreFuncIndex {
    const body = new Body(signature.params);
    code(body);
    const func = this.#builder.addFunc({ type: signature, ...body.finish() });
    this.#names[func] = name;
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

  finish(): CoreModule {
    this.#builder.addCustom("name", functionNames(this.#names));
    return this.#builder.build();
  }
}

const FUNCTION_NAMES = 1;

/** A name section with names of functions (Core spec 3.0, Appendix "Custom Sections"). */
function functionNames(names: readonly string[]): Uint8Array {
  const map = new ByteWriter();
  map.u32(names.length);
  for (const [i, name] of names.entries()) {
    map.u32(i);
    map.name(name);
  }
  const section = new ByteWriter();
  section.byte(FUNCTION_NAMES);
  section.sized(map.toBytes());
  return section.toBytes();
}
