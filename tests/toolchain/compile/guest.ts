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
import { AFTER_RESET } from "../../after-reset/pool.ts";
import { beforeEachTest } from "../../each-test.ts";

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
  const main = mainModule(component);
  const program = new Program(AFTER_RESET ? resettable(main) : main, world, imports);
  return {
    world,
    call: (name, ...args) => {
      program.renew();
      const { key, type } = exportedFunction(world, name);
      const func = program.exports[key] as (...args: (number | bigint)[]) => unknown;
      return callFunction({ ...program.options, func }, type, args);
    },
  };
}

function resettable(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const linked = { name: "program", outward: new Map<number, string>() };
  const options = { ...linked, mayLeave: false, exportStart: false, reset: true };
  return rewriteModule(decodeModule(bytes), options).bytes as Uint8Array<ArrayBuffer>;
}

/** Tests that have begun, in the project `after-reset`. */
let tests = 0;
if (AFTER_RESET) beforeEachTest(() => void tests++);

/** The core instance of a program. */
class Program {
  readonly exports: Readonly<Record<string, WebAssembly.ExportValue>>;
  readonly options: CanonicalOptions;
  #test = tests;

  constructor(bytes: Uint8Array<ArrayBuffer>, world: World, imports: Imports) {
    const options: { memory?: WebAssembly.Memory; realloc?: CanonicalOptions["realloc"]; encoding: "utf16" } =
      { encoding: "utf16" };
    this.options = options;
    const module = new WebAssembly.Module(bytes);
    this.exports = new WebAssembly.Instance(module, coreImports(world, imports, options)).exports;
    options.memory = this.exports["memory"] as WebAssembly.Memory;
    options.realloc = this.exports["cabi_realloc"] as NonNullable<CanonicalOptions["realloc"]>;
    this.#start();
  }

  /** What an earlier test has left is undone. */
  renew(): void {
    if (this.#test === tests) return;
    this.#test = tests;
    this.#start();
  }

  #start(): void {
    (this.exports[RESERVED.reset] as (() => void) | undefined)?.();
    (this.exports["_initialize"] as () => void)();
  }
}

function coreImports(world: World, imports: Imports, options: CanonicalOptions): WebAssembly.Imports {
  const result: Record<string, Record<string, WebAssembly.ImportValue>> = {};
  for (const item of world.imports) {
    if (item.kind === "function") {
      const implementation = imports["$root"]?.[item.name];
      if (implementation === undefined) continue;
      (result["$root"] ??= {})[item.name] = serveFunction(options, item.type, implementation);
    }
    if (item.kind !== "interface") continue;
    const functions: Record<string, WebAssembly.ImportValue> = {};
    for (const { name, type } of item.interface.functions) {
      const implementation = imports[item.name]?.[name];
      if (implementation !== undefined) functions[name] = serveFunction(options, type, implementation);
    }
    result[item.name] = functions;
  }
  return result;
}

/** By its name, or by that of its interface and its own: `ns:pkg/iface#name`. */
function exportedFunction(world: World, name: string): { key: string; type: FunctionType } {
  for (const item of world.exports) {
    if (item.kind !== "interface") continue;
    for (const one of item.interface.functions) {
      const key = `${item.name}#${one.name}`;
      if (name === one.name || name === key) return { key, type: one.type };
    }
  }
  throw new Error(`the component exports no function ${name}`);
}
