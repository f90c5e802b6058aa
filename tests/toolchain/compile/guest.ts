/** Builds apps in folders of their own and calls them through the reference ABI. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import {
  callFunction,
  type CanonicalOptions,
  type ComponentValue,
  type FunctionType,
  serveFunction,
  type World,
  worldOfComponent,
} from "../../../toolchain/abi/index.ts";
import { compileLean, type CompileResult, type LeanOptions } from "../../../toolchain/compile/index.ts";
import { RESERVED } from "../../../toolchain/link/plan.ts";
import { rewriteModule } from "../../../toolchain/link/rewrite/rewrite.ts";
import { decodeComponent, decodeModule } from "../../../toolchain/wasm/index.ts";
import { AFTER_RESET, keyOf, Pool } from "../../after-reset/pool.ts";

/** A folder with the given files, removed with `using`. */
export class Folder {
  readonly path: string = mkdtempSync(join(tmpdir(), "atoll-compile-"));

  async write(files: Readonly<Record<string, string>>): Promise<this> {
    for (const [name, text] of Object.entries(files)) {
      await mkdir(dirname(this.file(name)), { recursive: true });
      await writeFile(this.file(name), text);
    }
    return this;
  }

  file(name: string): string {
    return join(this.path, name);
  }

  read(name: string): string {
    return readFileSync(this.file(name), "utf8");
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

/** Compiles one app given as text. */
export async function compileText(
  text: string,
  options: Omit<LeanOptions, "app"> = {},
): Promise<CompileResult> {
  using folder = await new Folder().write({ "app.ts": text });
  return await compileLean({ ...options, app: folder.file("app.ts") });
}

/** JavaScript functions for what a component imports, by interface (`$root` for the world itself) and name. */
export type Imports = Readonly<
  Record<string, Readonly<Record<string, (...args: ComponentValue[]) => unknown>>>
>;

export interface Guest {
  readonly world: World;
  readonly call: (name: string, ...args: unknown[]) => ComponentValue | undefined;
}

/** The core module of the program itself; the others are the component tools' glue. */
export function mainModule(component: Uint8Array): Uint8Array<ArrayBuffer> {
  for (const definition of decodeComponent(component).definitions) {
    if (definition.kind !== "core module") continue;
    const { customs } = decodeModule(definition.bytes);
    if (customs.some(({ name }) => name === "atoll:source-map")) return new Uint8Array(definition.bytes);
  }
  throw new Error("the component has no core module with a source map");
}

/** Instantiates the program's core module and calls its exports as a component's. */
export async function instantiate(component: Uint8Array, imports: Imports = {}): Promise<Guest> {
  const world = worldOfComponent(decodeComponent(component));
  const program = programOf(component, world, imports);
  return {
    world,
    call: (name, ...args) => {
      const { owner, type } = exportedFunction(world, name);
      const func = program.exports[`${owner}#${name}`] as (...args: (number | bigint)[]) => unknown;
      return callFunction({ ...program.options, func }, type, args);
    },
  };
}

/** In the project `after-reset`, one that may have been used before, and reset. */
function programOf(component: Uint8Array, world: World, imports: Imports): Program {
  if (!AFTER_RESET) return new Program(mainModule(component), world, imports);
  const make = (): Program => new Program(resettable(mainModule(component)), world, imports);
  const program = programs.take(keyOf(component), make);
  program.imports = imports;
  return program;
}

function resettable(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const options = {
    name: "program",
    outward: new Map<number, string>(),
    mayLeave: false,
    exportStart: false,
  };
  return rewriteModule(decodeModule(bytes), { ...options, reset: true }).bytes as Uint8Array<ArrayBuffer>;
}

/** The core instance of a program. */
class Program {
  readonly exports: Readonly<Record<string, WebAssembly.ExportValue>>;
  readonly options: CanonicalOptions;
  /** May be exchanged for others of the same names. */
  imports: Imports;

  constructor(bytes: Uint8Array<ArrayBuffer>, world: World, imports: Imports) {
    const options: { memory?: WebAssembly.Memory; realloc?: CanonicalOptions["realloc"]; encoding: "utf16" } =
      { encoding: "utf16" };
    this.options = options;
    this.imports = imports;
    const module = new WebAssembly.Module(bytes);
    this.exports = new WebAssembly.Instance(module, this.#coreImports(world)).exports;
    options.memory = this.exports["memory"] as WebAssembly.Memory;
    options.realloc = this.exports["cabi_realloc"] as NonNullable<CanonicalOptions["realloc"]>;
    this.start();
  }

  /** At first, and to make it new. */
  start(): void {
    (this.exports[RESERVED.reset] as (() => void) | undefined)?.();
    (this.exports["_initialize"] as () => void)();
  }

  #coreImports(world: World): WebAssembly.Imports {
    const result: Record<string, Record<string, WebAssembly.ImportValue>> = {};
    for (const item of world.imports) {
      if (item.kind === "function") this.#serve(result, "$root", item);
      if (item.kind !== "interface") continue;
      result[item.name] = {};
      for (const func of item.interface.functions) this.#serve(result, item.name, func);
    }
    return result;
  }

  #serve(
    into: Record<string, Record<string, WebAssembly.ImportValue>>,
    from: string,
    { name, type }: { readonly name: string; readonly type: FunctionType },
  ): void {
    if (this.imports[from]?.[name] === undefined) return;
    const implementation = (...args: ComponentValue[]): unknown => this.imports[from]?.[name]?.(...args);
    (into[from] ??= {})[name] = serveFunction(this.options, type, implementation);
  }
}

const programs = new Pool<Program>((program) => program.start());

function exportedFunction(world: World, name: string): { owner: string; type: FunctionType } {
  for (const item of world.exports) {
    if (item.kind !== "interface") continue;
    const found = item.interface.functions.find((one) => one.name === name);
    if (found !== undefined) return { owner: item.name, type: found.type };
  }
  throw new Error(`the component exports no function ${name}`);
}
