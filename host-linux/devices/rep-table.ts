/**
 * Resources of a device, by the reps that this host gives out for them.
 *
 * One table for a system, so that a handle means the same to whoever holds it. A
 * rep is never given out twice. What is in it ends with the thread's process at
 * the latest; a handle that is dropped, by its owner or after its owner's death,
 * ends what it stands for.
 */
import { HostError } from "../host-error.ts";

const MOST_REPS = 2 ** 31;

export class RepTable<T extends Disposable> {
  readonly #what: string;
  readonly #entries = new Map<number, T>();
  #next = 1;

  /** @param what In messages: "file". */
  constructor(what: string) {
    this.#what = what;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Takes it over; returns its rep. Undefined when no rep is left, and then it is ended. */
  add(entry: T): number | undefined {
    if (this.#next >= MOST_REPS) {
      entry[Symbol.dispose]();
      return undefined;
    }
    this.#entries.set(this.#next, entry);
    return this.#next++;
  }

  get(rep: number): T {
    const entry = this.#entries.get(rep);
    if (entry !== undefined) return entry;
    throw new HostError(`A device was given the ${this.#what} ${rep}, which is not open.`);
  }

  close(rep: number): void {
    const entry = this.get(rep);
    this.#entries.delete(rep);
    try {
      entry[Symbol.dispose]();
    } catch {
      // Linux has let go of a descriptor all the same, and a drop has no error to return.
    }
  }
}
