/** Core module → component: with the adapter that it needs, and the world that it brings or is given. */
import { readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { Worker } from "node:worker_threads";
import { type CoreModule, decodeModule, encodeModule, WasmError } from "../../wasm/index.ts";
import { failure } from "../diagnostic.ts";
import type { WorldWit } from "../wit/parse.ts";
import { type AdapterForm, examineModule, PREVIEW1 } from "./examine.ts";
import { withExitCode } from "./exit-code.ts";
import { withoutSockets } from "./no-sockets.ts";
import { withOwnHeap } from "./own-heap.ts";
import { isUnstable, withPreview1Layouts, withPreview1Names } from "./unstable.ts";
import type { WrapAnswer, WrapJob } from "./wrap-worker.ts";

/**
 * The bytes of a component.
 * @param file Named in messages.
 * @param wit The world given with `--wit`.
 * @throws CompileError for whatever the module's author can put right.
 */
export async function wrapModule(file: string, module: Uint8Array, wit?: WorldWit): Promise<Uint8Array> {
  const { adapter } = examineModule(file, module, wit !== undefined);
  const adapters = adapter === undefined ? [] : [[PREVIEW1, await adapterBytes(adapter)] as const];
  const own = adapter === undefined ? { module } : adapted(module);
  const worlds = [wit, own.world].filter((world) => world !== undefined);
  const answer = await inWorker({ module: own.module, adapters, worlds });
  if ("component" in answer) return answer.component;
  throw failure(
    file,
    "core module",
    `the component tools refuse it: ${causeOf(answer.refused)}.`,
    "Build it with a current compiler for wasm32-wasip1; wit-bindgen's worlds must be those of the components that it is linked with.",
  );
}

/** What the standard adapter does not do well is changed in the module before it gets it. */
function adapted(bytes: Uint8Array): { readonly module: Uint8Array; readonly world?: WorldWit } {
  try {
    const { module, world } = withExitCode(prepared(decodeModule(bytes)));
    return { module: encodeModule(module).bytes, ...(world && { world }) };
  } catch (error) {
    // Code that is none: the component tools say so, with their reason.
    if (error instanceof WasmError) return { module: bytes };
    throw error;
  }
}

function prepared(module: CoreModule): CoreModule {
  if (!isUnstable(module)) return withOwnHeap(withoutSockets(module));
  return withPreview1Layouts(withOwnHeap(withoutSockets(withPreview1Names(module))));
}

/** See adapters/README.md for where they come from. */
async function adapterBytes(form: AdapterForm): Promise<Uint8Array> {
  const name = `${PREVIEW1}.${form}.wasm`;
  return new Uint8Array(await readFile(join(import.meta.dirname, "adapters", name)));
}

async function inWorker(job: WrapJob): Promise<WrapAnswer> {
  // The same file in a checkout and in a package: this file's extension says which it is.
  const url = new URL(`./wrap-worker${extname(import.meta.url)}`, import.meta.url);
  const worker = new Worker(url, { workerData: job });
  try {
    return await new Promise<WrapAnswer>((resolve, reject) => {
      worker.once("message", resolve);
      worker.once("error", reject);
      worker.once("exit", () => resolve({ refused: "they ended without an answer" }));
    });
  } finally {
    await worker.terminate();
  }
}

/** The innermost cause in the tools' message, which numbers several and tells all of it twice. */
function causeOf(message: string): string {
  const [, causes = message] = message.split("Caused by:");
  const [once = ""] = causes.split(" failed to encode a component from module");
  const last = once.split(/^\s*\d+: /m).at(-1) ?? "";
  return last.replaceAll(/\s+/g, " ").replace(/\.$/, "").trim();
}
