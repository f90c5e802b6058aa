/**
 * What connections of a process have on their way, all together, and what one may add.
 *
 * What was said to be room is kept, whoever fills the rest meanwhile: so no connection
 * is told of more than its share. One that has nothing on its way gets a little in any
 * case, and so none waits for the others.
 */

/** Bytes. */
const MOST_OF_PROCESS = 64 * 1024 * 1024;
const LEAST = 4096;

export class Unsent {
  bytes = 0;
  connections = 0;

  /** @param hasSome the connection that asks has something on its way. */
  roomFor(hasSome: boolean): number {
    const share = Math.max(LEAST, Math.floor(MOST_OF_PROCESS / Math.max(1, this.connections)));
    return Math.max(hasSome ? 0 : LEAST, Math.min(share, MOST_OF_PROCESS - this.bytes));
  }
}

/** Of datagrams, which go out when the host gets its turn: bytes from which on all sockets of a process wait for that. */
const MOST_OF_DATAGRAMS = 16 * 1024 * 1024;

export class UnsentDatagrams {
  #bytes = 0;
  readonly #waiting = new Set<() => void>();

  /** @param wake whom to wake when there is room again, where there is none. */
  hasRoom(wake: () => void): boolean {
    if (this.#bytes < MOST_OF_DATAGRAMS) return true;
    this.#waiting.add(wake);
    return false;
  }

  take(bytes: number): void {
    this.#bytes += bytes;
  }

  giveBack(bytes: number): void {
    this.#bytes -= bytes;
    if (this.#bytes >= MOST_OF_DATAGRAMS || this.#waiting.size === 0) return;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const wake of waiting) wake();
  }
}
