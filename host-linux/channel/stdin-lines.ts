/**
 * Standard input as lines, read no further than somebody asks.
 *
 * Lines are bytes until the last moment: splitting a stream of text at chunk
 * borders would break characters that lie across them.
 */
import { isUtf8 } from "node:buffer";
import type { Readable } from "node:stream";
import { LINE_BYTES } from "./control.ts";

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

export class StdinLines {
  readonly #chunks: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);
  #ended = false;

  constructor(stream: Readable) {
    this.#chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  }

  /** The next line as UTF-8 without its end, at most LINE_BYTES; undefined at the end of input. */
  async next(): Promise<Uint8Array | undefined> {
    let searched = 0;
    for (;;) {
      const end = this.#rest.indexOf(LINE_FEED, searched);
      if (end >= 0 && end <= LINE_BYTES) return this.#take(end, end + 1);
      if (this.#rest.length > LINE_BYTES) return this.#takePiece();
      if (this.#ended) return this.#rest.length > 0 ? this.#take(this.#rest.length) : undefined;
      searched = this.#rest.length;
      await this.#read();
    }
  }

  async #read(): Promise<void> {
    // A terminal that went away reads as an error; for the reader it is the end.
    const chunk = await this.#chunks.next().catch(() => ({ done: true as const, value: undefined }));
    if (chunk.done === true) this.#ended = true;
    else this.#rest = Buffer.concat([this.#rest, chunk.value]);
  }

  /** A piece of a line that is too long, cut before a character, not through it. */
  #takePiece(): Uint8Array {
    let end = LINE_BYTES;
    while (end > LINE_BYTES - 4 && (this.#rest[end]! & 0xc0) === 0x80) end--;
    return this.#take(end);
  }

  #take(end: number, next: number = end): Uint8Array {
    const line = this.#rest.subarray(
      0,
      end > 0 && next > end && this.#rest[end - 1] === CARRIAGE_RETURN ? end - 1 : end,
    );
    this.#rest = this.#rest.subarray(next);
    return isUtf8(line) ? line : Buffer.from(line.toString("utf8"));
  }
}
