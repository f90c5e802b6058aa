/**
 * What the system's thread tells the main thread of processes that died, while the system goes on.
 *
 * To say where one trapped takes a millisecond. Under the kernel that waits until
 * nothing is to be run, so that nobody's restart does.
 */
import type { Death } from "./guard/deaths.ts";

/** A process died, and the system goes on. */
export interface DeathNotice {
  readonly kind: "died";
  readonly death: Death;
}

/** More deaths than this are not told of: a system that restarts its processes may go on for ever. */
const MOST_TOLD = 100;

export class DeathNotices {
  readonly #post: (notice: DeathNotice) => void;
  readonly #later: boolean;
  #count = 0;
  #waiting: Death[] = [];

  /** @param later notices wait for the next turn of the event loop, or for `flush`. */
  constructor(post: (notice: DeathNotice) => void, later: boolean) {
    this.#post = post;
    this.#later = later;
  }

  readonly tell = (death: Death): void => {
    this.#count += 1;
    if (this.#count > MOST_TOLD) return;
    if (this.#later && this.#waiting.length === 0) setImmediate(() => this.flush());
    this.#waiting.push(death);
    if (!this.#later) this.flush();
  };

  /** Before anything that has to come after them. */
  flush(): void {
    const deaths = this.#waiting;
    this.#waiting = [];
    for (const death of deaths) this.#post({ kind: "died", death: plainDeath(death) });
  }
}

/** What crosses to the main thread. Where the stack is nearly used up, there is no room to say how it was. */
function plainDeath(death: Death): Death {
  const { process, reason, originator } = death;
  try {
    return { process, reason, originator, report: death.report };
  } catch {
    return { process, reason, originator, report: undefined };
  }
}
