/**
 * Standard input as bytes, read no further than somebody asks.
 *
 * What the stream brings at once may be more than the channel has room for: the
 * rest waits here, and the stream is not read until it is gone.
 */
import type { Readable } from "node:stream";
import { INPUT_BYTES } from "./control.ts";

export class StdinChunks {
  readonly #chunks: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(stream: Readable) {
    this.#chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  }

  /** The next bytes, 1 to INPUT_BYTES of them; undefined at the end of input, and again after that. */
  async next(): Promise<Uint8Array | undefined> {
    while (this.#rest.length === 0) {
      // A terminal that went away reads as an error; for the reader it is the end.
      const chunk = await this.#chunks.next().catch(() => ({ done: true as const, value: undefined }));
      if (chunk.done === true) return undefined;
      this.#rest = chunk.value;
    }
    const taken = this.#rest.subarray(0, INPUT_BYTES);
    this.#rest = this.#rest.subarray(taken.length);
    return taken;
  }
}
