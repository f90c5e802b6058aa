/**
 * All that guests have open of `atoll:device/files`, and who opened how much of it.
 */
import { withinLimit } from "../open-limit.ts";
import { RepTable } from "../rep-table.ts";
import { Descriptor } from "./descriptor.ts";
import { EntryStream } from "./entries.ts";
import { FileError } from "./error.ts";

/** One guest cannot take all. What it appends to is open twice. */
const MOST_OPEN = { process: withinLimit(256, 1 / 8), system: withinLimit(1024, 1 / 4) } as const;

/** What is open, with whoever it counts for. */
class Owned implements Disposable {
  readonly what: Descriptor | EntryStream;
  readonly #release: () => void;

  constructor(what: Descriptor | EntryStream, release: () => void) {
    this.what = what;
    this.#release = release;
  }

  [Symbol.dispose](): void {
    this.#release();
    this.what[Symbol.dispose]();
  }
}

export class Descriptors {
  readonly #table = new RepTable<Owned>("descriptor");
  /** How many each has; who has none is not in it. */
  readonly #counts = new Map<string | number, number>();

  /** What `open` returns becomes the owner's; returns its rep. Throws FileError, before it opens one too many. */
  add(owner: string | number, open: () => Descriptor | EntryStream): number {
    const count = this.#counts.get(owner) ?? 0;
    if (count >= MOST_OPEN.process || this.#table.size >= MOST_OPEN.system) throw new FileError("quota");
    const what = open();
    this.#counts.set(owner, count + 1);
    const rep = this.#table.add(new Owned(what, () => this.#release(owner)));
    if (rep === undefined) throw new FileError("quota");
    return rep;
  }

  descriptor(rep: number): Descriptor {
    const { what } = this.#table.get(rep);
    if (what instanceof Descriptor) return what;
    throw new TypeError(`The rep ${rep} is of a directory's entries, not of a descriptor.`);
  }

  entries(rep: number): EntryStream {
    const { what } = this.#table.get(rep);
    if (what instanceof EntryStream) return what;
    throw new TypeError(`The rep ${rep} is of a descriptor, not of a directory's entries.`);
  }

  close(rep: number): void {
    this.#table.close(rep);
  }

  #release(owner: string | number): void {
    const count = (this.#counts.get(owner) ?? 1) - 1;
    if (count === 0) this.#counts.delete(owner);
    else this.#counts.set(owner, count);
  }
}
