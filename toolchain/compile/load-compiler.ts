/**
 * Loads the compiler, late: AssemblyScript, Binaryen and the component tools.
 *
 * They are megabytes of JavaScript and Wasm, which a process mostly uses for a
 * few apps and then has no need of: what V8 does to make them fast costs more
 * time than it saves, and is left out.
 */
import { setFlagsFromString } from "node:v8";
import { failure } from "./diagnostic.ts";

export type Compiler = typeof import("./compiler.ts");

/** @throws CompileError where it is not installed. */
export async function loadCompiler(): Promise<Compiler> {
  return installed(async () => {
    await loadBinaryen();
    return import("./compiler.ts");
  });
}

/** What reads WIT, which AssemblyScript is not needed for. @throws CompileError where it is not installed. */
export async function loadWitViews(): Promise<typeof import("./wit-views.ts")> {
  return installed(async () => import("./wit-views.ts"));
}

/** What makes components of core modules. @throws CompileError where it is not installed. */
export async function loadModuleTools(): Promise<typeof import("./preview1/make.ts")> {
  return installed(async () => import("./preview1/make.ts"));
}

/** What makes components of programs in the full dialect. @throws CompileError where it is not installed. */
export async function loadFull(): Promise<typeof import("./full/full.ts")> {
  return installed(async () => import("./full/full.ts"));
}

async function installed<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    const missing =
      (error as NodeJS.ErrnoException).code === "ERR_MODULE_NOT_FOUND" &&
      /assemblyscript|jco-transpile/.exec(String(error));
    if (!missing) throw error;
    throw failure(
      "atoll build",
      "missing package",
      `building needs ${missing[0]}, which is not installed.`,
      "Install atoll-os with its optional dependencies: npm install --include=optional.",
    );
  }
}

/** What a function may do before V8 optimises it, in bytes run: its own default, and as good as everything. */
const BUDGET = { usual: 13_000_000, endless: 2_000_000_000 };

/**
 * Binaryen's Wasm stays as V8's baseline compiler makes it. Optimising it takes
 * a second of processor time, which some forty apps in one process earn back.
 * A module's budget is the one at its compilation: later modules have the usual.
 */
export async function loadBinaryen(): Promise<void> {
  setFlagsFromString(`--wasm-tiering-budget=${BUDGET.endless}`);
  try {
    await import("assemblyscript/binaryen");
  } finally {
    setFlagsFromString(`--wasm-tiering-budget=${BUDGET.usual}`);
  }
}
