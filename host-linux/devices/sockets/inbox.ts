/**
 * What has been received and not yet taken, of one connection; and of all those of a process together.
 *
 * A connection is to be paused once it is `full`. Each piece counts for more than its
 * bytes, since keeping it costs: a peer that sends single bytes fills no memory.
 */

/** What a piece costs beside its bytes. */
const PIECE = 512;
/** From here on the connections of a process are full as soon as they hold anything. */
const MOST_OF_PROCESS = 32 * 1024 * 1024;

/** Of a process. */
export class Unread {
  cost = 0;

  get isMuch(): boolean {
    return this.cost >= MOST_OF_PROCESS;
  }
}

export class Inbox {
  readonly #all: Unread;
  /** The first ones are taken. */
  #pieces: Uint8Array[] = [];
  #next = 0;
  #bytes = 0;
  #cost = 0;
  /** From here on it is full. */
  limit: number;

  constructor(all: Unread, limit: number) {
    this.#all = all;
    this.limit = limit;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get isFull(): boolean {
    return this.#cost >= this.limit || (this.#cost > 0 && this.#all.isMuch);
  }

  add(piece: Uint8Array): void {
    this.#pieces.push(piece);
    this.#bytes += piece.length;
    this.#pay(piece.length + PIECE);
  }

  /** Fills `into`, which is not longer than what there is. */
  take(into: Uint8Array): void {
    for (let at = 0; at < into.length;) {
      const piece = this.#pieces[this.#next]!;
      const part = piece.subarray(0, into.length - at);
      into.set(part, at);
      at += part.length;
      if (part.length === piece.length) this.#drop();
      else this.#pieces[this.#next] = piece.subarray(part.length);
      this.#pay(-part.length);
    }
    this.#bytes -= into.length;
  }

  clear(): void {
    this.#pieces = [];
    this.#next = 0;
    this.#bytes = 0;
    this.#pay(-this.#cost);
  }

  #drop(): void {
    this.#next += 1;
    this.#pay(-PIECE);
    if (this.#next < this.#pieces.length) return;
    this.#pieces = [];
    this.#next = 0;
  }

  #pay(cost: number): void {
    this.#cost += cost;
    this.#all.cost += cost;
  }
}
