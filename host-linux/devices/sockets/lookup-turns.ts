/**
 * Whose name is looked up next.
 *
 * Node asks the system's resolver in two threads, for all processes. Answers may take
 * half a minute, if somebody wants them to; so a process has one name looked up at a
 * time, and its others wait for that, and nobody else's do.
 */

/** That wait. Calls that are begun and ended again leave theirs behind. */
const MOST = 256;

type Turn = (done: () => void) => void;

export class LookupTurns {
  #waiting: Turn[] = [];
  #isBusy = false;

  /** Runs it when it is its turn, at once if it can; `done` is to be called once. False when too many wait. */
  take(turn: Turn): boolean {
    if (this.#waiting.length >= MOST) return false;
    this.#waiting.push(turn);
    if (!this.#isBusy) this.#next();
    return true;
  }

  #next(): void {
    const turn = this.#waiting.shift();
    this.#isBusy = turn !== undefined;
    turn?.(() => this.#next());
  }
}
