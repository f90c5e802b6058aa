/**
 * What a core module of another toolchain asks for, to become a component.
 *
 * A module for WASI preview 1 calls `wasi_snapshot_preview1`: the standard
 * adapter turns those calls into WASI 0.2. A module may also bring a world, in
 * custom sections that wit-bindgen leaves, or be given one with `--wit`.
 */
import { basename } from "node:path";
import { type CoreModule, decodeModule, WasmError } from "../../wasm/index.ts";
import { type CompileError, failure } from "../diagnostic.ts";

/** The import module of WASI preview 1, final since 2020. */
export const PREVIEW1 = "wasi_snapshot_preview1";
/** That of the preview before it, until 2020. */
export const UNSTABLE = "wasi_unstable";

/** The adapter's two forms: for a program with a `main`, and for a library. */
export type AdapterForm = "command" | "reactor";

export interface ModuleNeeds {
  /** Absent where the module uses no WASI. */
  readonly adapter?: AdapterForm;
}

/** Whose imports no world can name: symbols that the linker let through, other systems, threads. */
const NOT_OF_A_WORLD: ReadonlySet<string> = new Set(["env", "wasi", "GOT.mem", "GOT.func"]);
/** What wit-bindgen calls its custom sections begins like this. */
const WORLD_SECTION = "component-type";
/** Names in one message. */
const SHOWN = 6;

/**
 * @param file Named in messages.
 * @param given Whether `--wit` gives its world.
 * @throws CompileError where the module cannot become a component, with the reason.
 */
export function examineModule(file: string, bytes: Uint8Array, given: boolean): ModuleNeeds {
  const module = decode(file, bytes);
  const hasWorld = given || bringsWorld(module);
  refuseThreads(file, module);
  refuseImports(file, module, hasWorld);
  const usesWasi = module.imports.some((one) => isWasi(one.module));
  const isCommand = exportsFunction(module, "_start");
  if (!hasWorld && !isCommand) throw withoutWorld(file, usesWasi);
  if (!usesWasi && !isCommand) return {};
  refuseWithoutMemory(file, module);
  return { adapter: isCommand ? "command" : "reactor" };
}

/** Whether it has neither a `main` nor a world of its own. @throws CompileError */
export function isLibraryWithoutWorld(file: string, bytes: Uint8Array): boolean {
  const module = decode(file, bytes);
  return !bringsWorld(module) && !exportsFunction(module, "_start");
}

function bringsWorld({ customs }: CoreModule): boolean {
  return customs.some(({ name }) => name.startsWith(WORLD_SECTION));
}

function decode(file: string, bytes: Uint8Array): CoreModule {
  try {
    return decodeModule(bytes);
  } catch (error) {
    if (!(error instanceof WasmError)) throw error;
    throw failure(file, "core module", `${error.message}.`, "Build it again: the file is damaged.");
  }
}

/** A component's memory belongs to one thread (Component Model, Explainer.md). */
function refuseThreads(file: string, { imports, memories }: CoreModule): void {
  const imported = imports.flatMap(({ type }) => (type.kind === "memory" ? [type.type] : []));
  const spawns = imports.some(({ module, name }) => module === "wasi" && name === "thread-spawn");
  if (!spawns && ![...imported, ...memories].some(({ shared }) => shared === true)) return;
  throw failure(
    file,
    "threads",
    "expected a memory of its own, found a shared one: the module was built for threads.",
    "Build it for one thread: without -pthread, for the target wasm32-wasip1.",
  );
}

function refuseImports(file: string, { imports }: CoreModule, hasWorld: boolean): void {
  const isForeign = (module: string): boolean => !isWasi(module) && (!hasWorld || NOT_OF_A_WORLD.has(module));
  const foreign = [...new Set(imports.filter(({ module }) => isForeign(module)).map(importName))];
  if (foreign.length === 0) return;
  const more = foreign.length > SHOWN ? ` and ${foreign.length - SHOWN} more` : "";
  throw failure(
    file,
    "import",
    `expected imports from ${PREVIEW1}, found ${foreign.slice(0, SHOWN).join(", ")}${more}.`,
    hintForImports(imports.map(({ module }) => module)),
  );
}

function isWasi(module: string): boolean {
  return module === PREVIEW1 || module === UNSTABLE;
}

function importName({ module, name }: { readonly module: string; readonly name: string }): string {
  return `${module}.${name}`;
}

function hintForImports(modules: readonly string[]): string {
  if (modules.includes("env"))
    return "These are symbols that nothing defined: link the libraries that have them, without -Wl,--allow-undefined. Emscripten's modules want its JavaScript: build with wasi-libc.";
  if (modules.includes("gojs") || modules.includes("go"))
    return "It was built for JavaScript: build it with GOOS=wasip1 GOARCH=wasm.";
  if (modules.some((module) => /_bg\.js$|^__wbindgen/.test(module)))
    return "wasm-bindgen's modules want its JavaScript: build with cargo build --target wasm32-wasip1, without wasm-bindgen.";
  return "If another component is to provide them, say so in WIT: --wit world.wit.";
}

function withoutWorld(file: string, usesWasi: boolean): CompileError {
  const found = usesWasi ? "a library for WASI preview 1, without a world" : "a core module";
  return failure(
    file,
    "core module",
    `expected a component, found ${found}: it has no \`_start\`, and nothing says what it exports.`,
    `Build a program with a \`main\`, for wasm32-wasip1. Or give a library's world: in ${besideName(file)} beside it, or with atoll build --wit world.wit.`,
  );
}

function besideName(file: string): string {
  return `${basename(file, ".wasm")}.wit`;
}

/** The adapter works in the module's memory. */
function refuseWithoutMemory(file: string, { exports }: CoreModule): void {
  if (exports.some(({ name, kind }) => name === "memory" && kind === "memory")) return;
  throw failure(
    file,
    "memory",
    "expected an exported memory called `memory`, found none: WASI passes text and bytes through it.",
    "Compilers for WASI export it; with wasm-ld by hand, leave out --import-memory.",
  );
}

function exportsFunction({ exports }: CoreModule, wanted: string): boolean {
  return exports.some(({ name, kind }) => name === wanted && kind === "func");
}
