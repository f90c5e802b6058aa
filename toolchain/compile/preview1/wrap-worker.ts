/**
 * One job of the component tools: a core module becomes a component.
 *
 * In a thread of its own, because the tools' own Wasm is of no use any more
 * after it panicked, and a module from anywhere may make it panic.
 */
import { parentPort, workerData } from "node:worker_threads";
import { componentEmbed, componentNew } from "@bytecodealliance/jco-transpile/wasm-tools";
import type { WorldWit } from "../wit/parse.ts";

export interface WrapJob {
  readonly module: Uint8Array;
  /** Name of an import module, and the adapter that provides it. */
  readonly adapters: readonly (readonly [string, Uint8Array])[];
  /** Worlds that the module does not bring. */
  readonly worlds: readonly WorldWit[];
}

/** `refused` is the tools' own message. */
export type WrapAnswer = { readonly component: Uint8Array } | { readonly refused: string };

parentPort?.postMessage(await answer(workerData as WrapJob));

async function answer({ module, adapters, worlds }: WrapJob): Promise<WrapAnswer> {
  try {
    let binary = module;
    for (const world of worlds) binary = await embed(binary, world);
    return {
      component: await componentNew(
        binary,
        adapters.map(([name, bytes]) => [name, bytes]),
      ),
    };
  } catch (error) {
    return { refused: error instanceof Error ? error.message : String(error) };
  }
}

function embed(binary: Uint8Array, { text, world }: WorldWit): Promise<Uint8Array> {
  return componentEmbed({ binary, witSource: text, world: `%${world}`, stringEncoding: "utf8" });
}
