/**
 * All that guests have open of `atoll:device/files`, and who opened how much of it.
 */
import { withinLimit } from "../open-limit.ts";
import { RepTable } from "../rep-table.ts";
import { Descriptor } from "./descriptor.ts";
import { EntryStream } from "./entries.ts";
import { FileError } from "./error.ts";

/** One guest cannot take all. What it appends to is open twice. */
const MOST_OPEN = {
  process: withinLimit(256, 1 / 8),
  /** Of all that are made like one process of the plan. */
  alike: withinLimit(768, 3 / 16),
  system: withinLimit(1024, 1 / 4),
} as const;

/** For whom something is open: a process by its pid, where it has one, and by its name in the plan. */
export interface Opener {
  readonly pid: number | undefined;
  readonly name: string;
}

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
  /** How many each has, by pid and by name; who has none is not in it. */
  readonly #counts = new Map<string | number, number>();

  /** What `open` returns becomes the opener's; returns its rep. Throws FileError, before it opens one too many. */
  add({ pid, name }: Opener, open: () => Descriptor | EntryStream): number {
    const owner = pid ?? name;
    const isFull =
      this.#count(owner) >= MOST_OPEN.process ||
      this.#count(name) >= MOST_OPEN.alike ||
      this.#table.size >= MOST_OPEN.system;
    if (isFull) throw new FileError("quota");
    const what = open();
    const owners = new Set([owner, name]);
    for (const one of owners) this.#counts.set(one, this.#count(one) + 1);
    const rep = this.#table.add(new Owned(what, () => owners.forEach((one) => this.#release(one))));
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

  #count(owner: string | number): number {
    return this.#counts.get(owner) ?? 0;
  }

  #release(owner: string | number): void {
    const count = this.#count(owner) - 1;
    if (count === 0) this.#counts.delete(owner);
    else this.#counts.set(owner, count);
  }
}
