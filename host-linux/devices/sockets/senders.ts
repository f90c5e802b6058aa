/** Who has sent a datagram here, and may be answered: the newest thousand. */
import { addressText, type SocketAddress } from "./address.ts";

const MOST = 1024;

export class Senders {
  /** The newest last. */
  readonly #known = new Set<string>();

  has(address: SocketAddress): boolean {
    return this.#known.has(keyOf(address));
  }

  add(address: SocketAddress): void {
    const key = keyOf(address);
    this.#known.delete(key);
    this.#known.add(key);
    if (this.#known.size <= MOST) return;
    for (const oldest of this.#known) {
      this.#known.delete(oldest);
      return;
    }
  }
}

function keyOf(address: SocketAddress): string {
  return `${addressText(address)} ${address.port}`;
}
