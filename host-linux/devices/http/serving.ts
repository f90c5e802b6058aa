/**
 * A process that answers requests of a listener, in one of its lives.
 */
import { EVENT_KILL } from "../../../kernel/abi.ts";
import type { KernelDoor } from "../kernel-door.ts";
import type { Exchange } from "./exchange.ts";

export class Serving {
  readonly pid: number;
  /** Harmless after its end. */
  readonly wake: () => void;
  /** Of whoever made it; undefined for one that has not entered. */
  number: number | undefined;
  exchange: Exchange | undefined;
  /** It asked for a request, and there was none. */
  isIdle = false;
  /** It takes requests with their whole bodies. */
  takesWhole = false;

  readonly #door: KernelDoor;

  constructor(door: KernelDoor) {
    this.#door = door;
    this.pid = door.pid();
    this.wake = door.waker();
  }

  /** Its supervisor decides what follows. */
  kill(): void {
    this.#door.order(EVENT_KILL, this.pid);
  }
}
