/** How many of something may be open at a time: for a process, within what the system may have. */
import { SocketError } from "./error.ts";

export class Room {
  readonly #most: number;
  readonly #outer: Room | undefined;
  #taken = 0;

  constructor(most: number, outer?: Room) {
    this.#most = most;
    this.#outer = outer;
  }

  /** Returns what gives the place back, which may be called more than once. Throws SocketError `new-socket-limit`. */
  take(): () => void {
    if (this.#taken >= this.#most) throw new SocketError("new-socket-limit");
    const giveBack = this.#outer?.take();
    this.#taken += 1;
    let isTaken = true;
    return () => {
      if (!isTaken) return;
      isTaken = false;
      this.#taken -= 1;
      giveBack?.();
    };
  }
}
