/** Builds a program with its bindings into a core module, and runs it against the reference ABI. */
import type * as Asc from "assemblyscript/asc";
import {
  callFunction,
  serveFunction,
  type CanonicalOptions,
  type ComponentValue,
  type CoreFunction,
  type FunctionType,
  type World,
} from "../../../toolchain/abi/index.ts";
import {
  ABORT_ALIAS,
  COLLECTOR,
  annotateWorld,
  generateBindings,
  runtimeFiles,
  withPinnedBlocks,
  type Bindings,
} from "../../../toolchain/bindgen/index.ts";
import { loadBinaryen } from "../../../toolchain/compile/load-compiler.ts";

/** The compiler as the product has it: loaded late. */
async function loadAsc(): Promise<typeof Asc> {
  await loadBinaryen();
  return import("assemblyscript/asc");
}

let last: Promise<unknown> = Promise.resolve();

/** With the compiler's library changed as the product changes it: one after the other, since it is everybody's. */
function withLibrary<T>({ libraryFiles }: typeof Asc, work: () => Promise<T>): Promise<T> {
  const result = last.then(async () => {
    const own = libraryFiles[COLLECTOR] ?? "";
    libraryFiles[COLLECTOR] = withPinnedBlocks(own);
    try {
      return await work();
    } finally {
      libraryFiles[COLLECTOR] = own;
    }
  });
  last = result.catch(() => {});
  return result;
}

export interface BuildOptions {
  /** More arguments for asc. */
  readonly flags?: readonly string[];
  readonly docs?: ReadonlyMap<string, string>;
}

/** Flags that make the collector run a whole cycle in each allocation of the program. */
export const COLLECT_ALWAYS: readonly string[] = [
  "ASC_GC_IDLEFACTOR=100",
  "ASC_GC_GRANULARITY=1",
  "ASC_GC_SWEEPFACTOR=100000000",
].flatMap((use) => ["--use", use]);

/** Bindings for a program `app.ts` written against the world. */
export function bindingsFor(world: World, options: BuildOptions = {}): Bindings {
  const docs = options.docs === undefined ? {} : { docs: options.docs };
  return generateBindings({ world: annotateWorld(world, "./app"), ...docs });
}

/** Compiles generated files and the program; throws asc's messages, warnings too. */
export async function compileGuest(
  bindings: Bindings,
  app: string,
  options: BuildOptions = {},
): Promise<WebAssembly.Module> {
  const sources = new Map([["app.ts", app]]);
  for (const file of [...runtimeFiles(), ...bindings.files]) {
    sources.set(`node_modules/${file.module}.ts`, file.text);
    sources.set(file.path, file.text);
  }
  let binary: Uint8Array | undefined;
  const asc = await loadAsc();
  const messages = asc.createMemoryStream();
  const words = [bindings.entry, "--outFile", "out.wasm", "-O3", "--runtime", "incremental"];
  const more = ["--exportStart", "_initialize", "--use", ABORT_ALIAS, ...(options.flags ?? [])];
  const { error } = await withLibrary(asc, () =>
    asc.main([...words, ...more], {
      stdout: messages,
      stderr: messages,
      readFile: (name) =>
        sources.get(name.replaceAll("\\", "/")) ?? sources.get(name.replace(/\/index\.ts$/, ".ts")) ?? null,
      writeFile: (_name, contents) => {
        if (typeof contents !== "string") binary = contents;
      },
      listFiles: () => [],
      transforms: [renaming(bindings)],
    }),
  );
  // Generated files must not even cause warnings: their readers are users.
  if (error !== null || binary === undefined || messages.toString().includes("WARNING"))
    throw new Error(`${messages.toString()}\n${error?.message}`);
  return new WebAssembly.Module(new Uint8Array(binary));
}

/** An asc transform that gives the exports their canonical names. */
function renaming(bindings: Bindings): Asc.Transform {
  return class {
    declare binaryen: { getExportInfo(ref: unknown): { value: string } };
    afterCompile(module: {
      getExport(name: string): unknown;
      removeExport(name: string): void;
      addFunctionExport(internal: string, name: string): void;
    }): void {
      for (const { identifier, name } of bindings.exports) {
        const { value } = this.binaryen.getExportInfo(module.getExport(identifier));
        module.removeExport(identifier);
        module.addFunctionExport(value, name);
      }
    }
  } as unknown as Asc.Transform;
}

/** What the program's imports are answered with, by `interface#function`. */
export type Served = Readonly<Record<string, (...args: ComponentValue[]) => unknown>>;

export interface Guest {
  readonly memory: WebAssembly.Memory;
  readonly exports: WebAssembly.Exports;
  readonly options: CanonicalOptions;
  /** Calls `interface#function` with component values. */
  call(name: string, ...args: unknown[]): ComponentValue | undefined;
}

/**
 * @param beforeRealloc runs whenever a block is asked for, while the guest's values are in flight.
 * @param coreImports imports that are core functions already, by module.
 */
export function startGuest(
  module: WebAssembly.Module,
  world: World,
  served: Served = {},
  beforeRealloc?: (guest: Guest) => void,
  coreImports: WebAssembly.Imports = {},
): Guest {
  let exports: WebAssembly.Exports = {};
  const options: CanonicalOptions = {
    encoding: "utf16",
    get memory() {
      return exports["memory"] as WebAssembly.Memory;
    },
    realloc: (...args) => {
      beforeRealloc?.(guest);
      return (exports["cabi_realloc"] as CoreFunction)(...args);
    },
  };
  const types = functionsOf(world, "exports");
  const guest: Guest = {
    get memory() {
      return exports["memory"] as WebAssembly.Memory;
    },
    get exports() {
      return exports;
    },
    options,
    call(name, ...args) {
      const type = types.get(name);
      if (type === undefined) throw new Error(`the world has no ${name}`);
      return callFunction(
        { ...options, memory: guest.memory, func: exports[name] as CoreFunction },
        type,
        args,
      );
    },
  };
  exports = new WebAssembly.Instance(module, { ...importsOf(world, served, options), ...coreImports })
    .exports;
  (exports["_initialize"] as () => void)();
  return guest;
}

function importsOf(world: World, served: Served, options: CanonicalOptions): WebAssembly.Imports {
  const imports: Record<string, Record<string, CoreFunction>> = {};
  for (const [name, type] of functionsOf(world, "imports")) {
    const [module = "", field = ""] = name.includes("#") ? name.split("#") : ["$root", name];
    const implementation = served[name];
    if (implementation === undefined) continue;
    (imports[module] ??= {})[field] = serveFunction(options, type, implementation);
  }
  return imports;
}

/** By `interface#function`, or the bare name of a function of the world. */
function functionsOf(world: World, side: "imports" | "exports"): Map<string, FunctionType> {
  const result = new Map<string, FunctionType>();
  for (const item of world[side]) {
    if (item.kind === "function") result.set(item.name, item.type);
    if (item.kind !== "interface") continue;
    for (const fn of item.interface.functions) result.set(`${item.name}#${fn.name}`, fn.type);
  }
  return result;
}
