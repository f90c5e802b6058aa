/**
 * Core modules of other toolchains, as components: `atoll build thing.wasm`.
 *
 * As with apps the component lies in `build/` beside its source, with a record
 * by which a later command sees that nothing has changed.
 */
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { printWorld, worldOfComponent } from "../abi/index.ts";
import { decodeComponent } from "../wasm/index.ts";
import type { BuiltApp } from "./apps.ts";
import { CompileError, failure } from "./diagnostic.ts";
import { type Built, freshRecord, writeRecord } from "./fresh.ts";
import { loadModuleTools } from "./load-compiler.ts";
import { outputOf, writeChanged } from "./output.ts";

interface ModuleOptions {
  /** A `.wit` file or a folder of them: the module's world, where it does not bring one. */
  readonly wit?: string;
  /** Name of the world in `wit`. */
  readonly world?: string;
  /** Path of the component; `build/<module>.wasm` beside the module unless told. */
  readonly output?: string;
}

interface Made {
  readonly built: Built;
  readonly component: Uint8Array;
  /** Absolute paths of what it was made from. */
  readonly inputs: readonly string[];
  readonly exported: string;
}

/** @throws CompileError for whatever its author can put right. */
export async function buildModule(file: string, options: ModuleOptions = {}): Promise<BuiltApp> {
  const started = performance.now();
  const made = await make(file, options);
  await keep(made);
  const { built, component, exported } = made;
  const milliseconds = performance.now() - started;
  return {
    app: built.app,
    output: built.output,
    bytes: component.length,
    milliseconds,
    exported,
    notes: [],
  };
}

/**
 * The component of a module: of an earlier build if nothing has changed.
 * @throws CompileError where there is none.
 */
export async function ensureModule(file: string): Promise<Uint8Array> {
  const built = builtOf(file, {});
  if (freshRecord(built, () => undefined) !== undefined) return readBytes(built.output);
  const made = await make(file, {});
  try {
    await keep(made);
  } catch (error) {
    // A folder that nothing can be written to costs the next run its time, no more.
    if (!(error instanceof CompileError)) throw error;
  }
  return made.component;
}

async function make(file: string, options: ModuleOptions): Promise<Made> {
  const built = builtOf(file, options);
  const module = await readBytes(built.app);
  const { makeModule } = await loadModuleTools();
  const { component, inputs } = await makeModule({ ...options, file: built.app, module });
  return { built, component, inputs: [built.app, ...inputs], exported: exportedWit(component) };
}

async function keep({ built, component, inputs, exported }: Made): Promise<void> {
  await writeChanged(built.output, component);
  await writeRecord(built, { inputs, siblings: [], exported });
}

function builtOf(file: string, { wit, world, output }: ModuleOptions): Built {
  const app = resolve(file);
  const path = outputOf(app.replace(/\.wasm$/, ""), output);
  if (path === app)
    throw failure(app, "output", "the component would overwrite the module.", "Name another file with -o.");
  return { app, output: path, options: JSON.stringify({ module: true, wit, world }) };
}

async function readBytes(path: string): Promise<Uint8Array> {
  return new Uint8Array(await readFile(path));
}

function exportedWit(component: Uint8Array): string {
  return printWorld({ ...worldOfComponent(decodeComponent(component)), imports: [] });
}
