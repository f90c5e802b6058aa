/**
 * A body that is gathered in few pieces, however small the parts are in which it comes.
 *
 * Each part that Node hands over takes some hundred bytes besides its own: a client
 * that sends one byte at a time would take more of the host's memory than its limits say.
 */
import { Buffer } from "node:buffer";

/** Bytes from which a part is a piece by itself. */
const PIECE = 4_096;

export class Gathered {
  readonly #pieces: Buffer[] = [];
  /** The last piece, where it is still being filled, and how far. */
  #open: Buffer | undefined;
  #used = 0;

  /** Returns whether that took more memory. */
  add(part: Buffer): boolean {
    const { length } = part;
    if (length >= PIECE) {
      this.#close();
      this.#pieces.push(part);
      return true;
    }
    const isFull = this.#open === undefined || this.#used + length > PIECE;
    if (isFull) {
      this.#close();
      this.#open = Buffer.allocUnsafeSlow(PIECE);
    }
    part.copy(this.#open!, this.#used);
    this.#used += length;
    return isFull;
  }

  /** All that was added, in its order. */
  take(): Buffer[] {
    this.#close();
    return this.#pieces.splice(0);
  }

  #close(): void {
    if (this.#open !== undefined) this.#pieces.push(this.#open.subarray(0, this.#used));
    this.#open = undefined;
    this.#used = 0;
  }
}
