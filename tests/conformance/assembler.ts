/**
 * Text of components to binary, by the parser of jco in a thread of its own.
 *
 * A panic poisons the parser: the thread is thrown away and the next text gets
 * a new one.
 */
import { once } from "node:events";
import { Worker } from "node:worker_threads";

export type Assembled =
  | { readonly kind: "binary"; readonly bytes: Uint8Array }
  | { readonly kind: "refused" | "panic"; readonly message: string };

export class Assembler {
  #worker: Worker | undefined;

  /** One text at a time. */
  async assemble(text: string): Promise<Assembled> {
    this.#worker ??= new Worker(new URL("assembler-worker.ts", import.meta.url));
    this.#worker.postMessage(text);
    const [assembled] = (await once(this.#worker, "message")) as [Assembled];
    if (assembled.kind === "panic") await this.close();
    return assembled;
  }

  async close(): Promise<void> {
    await this.#worker?.terminate();
    this.#worker = undefined;
  }
}
