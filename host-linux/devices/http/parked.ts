/**
 * Requests whose bodies come slowly, while as many processes as may read such ones:
 * clients that send a byte now and then would otherwise have all processes of a service.
 */
import type { Exchange } from "./exchange.ts";

const EVENTS = ["readable", "end", "close"] as const;

export class Parked {
  /** And what looks whether its body is there. */
  readonly #exchanges = new Map<Exchange, () => void>();

  get size(): number {
    return this.#exchanges.size;
  }

  [Symbol.iterator](): Iterator<Exchange> {
    return this.#exchanges.keys();
  }

  /** @param whole is called when its body is there; it is parked no more then, nor when its client has gone. */
  add(exchange: Exchange, whole: () => void): void {
    const look = (): void => {
      if (!exchange.isWhole && !exchange.isGone) return;
      this.#remove(exchange);
      if (!exchange.isGone) whole();
    };
    this.#exchanges.set(exchange, look);
    for (const event of EVENTS) exchange.request.on(event, look);
    look();
  }

  /** The one that is here for the longest time. */
  take(): Exchange | undefined {
    for (const exchange of this) {
      this.#remove(exchange);
      return exchange;
    }
    return undefined;
  }

  /** Those that have been here for too long. */
  takeAll(isOver: (exchange: Exchange) => boolean): Exchange[] {
    const taken = [...this].filter((exchange) => isOver(exchange));
    for (const exchange of taken) this.#remove(exchange);
    return taken;
  }

  #remove(exchange: Exchange): void {
    const look = this.#exchanges.get(exchange);
    this.#exchanges.delete(exchange);
    if (look !== undefined) for (const event of EVENTS) exchange.request.off(event, look);
  }
}
