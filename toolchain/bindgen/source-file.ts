/**
 * A generated file in the making: its imports, its names, its helpers.
 *
 * Names that WIT or a user chose never clash with what the file itself needs:
 * each name at the top of the file is taken once, and who comes later gets an
 * underscore.
 */
import { Body } from "./body.ts";
import type { ClassRef } from "./as-type.ts";

/** Modules of the runtime library; see runtime/. */
export const ATOLL = "atoll";
export const ABI = "atoll/abi";
export const DROPS = "atoll/drops";
export const FAULT = "atoll/fault";
export const RESOURCE = "atoll/resource";
export const SCRATCH = "atoll/scratch";

/** Names that mean something to AssemblyScript and that generated code uses. */
const BUILTINS = new Set(
  `abort Array ArrayBuffer bool changetype Error f32 f64 i16 i32 i64 i8 idof
  Float32Array Float64Array Int16Array Int32Array Int64Array Int8Array isize load Map memory
  offsetof reinterpret select StaticArray store string u16 u32 u64 u8 Uint16Array Uint32Array
  Uint64Array Uint8Array Uint8ClampedArray unchecked unreachable usize`.split(/\s+/),
);

/** Names that one function, or the top of a file, has given out. */
export class Names {
  readonly #taken: (name: string) => boolean;
  readonly #own = new Set<string>();

  constructor(taken: (name: string) => boolean) {
    this.#taken = taken;
  }

  /** The name, or with underscores the first that is free; taken from now on. */
  fresh(wanted: string): string {
    let name = wanted;
    while (this.#own.has(name) || this.#taken(name)) name += "_";
    this.#own.add(name);
    return name;
  }

  has(name: string): boolean {
    return this.#own.has(name);
  }

  /** Makes the name free again: its block has ended. */
  release(name: string): void {
    this.#own.delete(name);
  }
}

export class SourceFile {
  /** The specifier that this file is known by: what it declares itself is not imported. */
  readonly module: string;
  /** Names that functions must not hide, for they may use them. */
  readonly #names: Names;
  /** Exported functions: nothing generated calls them, so parameters may have their names. */
  readonly #functions: Names;
  /** Names of parameters and locals, in any function. */
  readonly #locals = new Set<string>();
  readonly #imports = new Map<string, Map<string, string>>();
  readonly #declared = new Map<string, string>();
  readonly #helpers = new Map<string, string>();
  readonly #helperTexts: string[] = [];
  readonly #sections: string[] = [];

  constructor(module: string) {
    this.module = module;
    this.#names = new Names(
      (name) => BUILTINS.has(name) || this.#locals.has(name) || this.#functions.has(name),
    );
    this.#functions = new Names((name) => BUILTINS.has(name) || this.#names.has(name));
  }

  /** Takes a name for a type that this file exports as `wanted`. */
  declareType(wanted: string): string {
    const name = this.#names.fresh(wanted);
    this.#declared.set(wanted, name);
    return name;
  }

  /** Takes a name for a function that this file exports as `wanted`. */
  declareFunction(wanted: string): string {
    return this.#functions.fresh(wanted);
  }

  /** Takes a name for what only this file uses. */
  declareInner(wanted: string): string {
    return this.#names.fresh(wanted);
  }

  /** The statements of a new function, with names of its own. */
  body(): Body {
    const names = new Names((name) => BUILTINS.has(name) || this.#names.has(name));
    return new Body({
      fresh: (wanted) => {
        const name = names.fresh(wanted);
        this.#locals.add(name);
        return name;
      },
      release: (name) => names.release(name),
    });
  }

  /**
   * The name by which this file calls a class or function, which is imported when it is another
   * module's: as `wanted`, where its own name is to stay free.
   */
  use(ref: ClassRef, wanted: string = ref.name): string {
    const own = ref.module === this.module ? this.#declared.get(ref.name) : undefined;
    if (own !== undefined) return own;
    let names = this.#imports.get(ref.module);
    if (names === undefined) this.#imports.set(ref.module, (names = new Map<string, string>()));
    let local = names.get(ref.name);
    if (local === undefined) names.set(ref.name, (local = this.#names.fresh(wanted)));
    return local;
  }

  /** The name of a function that is written once per file, on first use. */
  helper(key: string, wanted: string, write: (name: string) => string): string {
    const known = this.#helpers.get(key);
    if (known !== undefined) return known;
    const name = this.#names.fresh(wanted);
    this.#helpers.set(key, name);
    this.#helperTexts.push(write(name));
    return name;
  }

  add(section: string): void {
    this.#sections.push(section);
  }

  /** The file's text; `opening` is its first comment, `last` follows the imports of the whole. */
  text(opening: string): string {
    const parts = [opening, this.#importText(), ...this.#sections];
    if (this.#helperTexts.length > 0) {
      parts.push("// How values cross the border: one function per type.", ...this.#helperTexts);
    }
    return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
  }

  #importText(): string {
    const named = [...this.#imports].map(([module, names]) => {
      const list = [...names].map(([name, local]) => (name === local ? name : `${name} as ${local}`));
      return `import { ${list.sort().join(", ")} } from "${module}";`;
    });
    return named.sort().join("\n");
  }
}
