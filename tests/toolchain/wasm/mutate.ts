/** Seeded mutations of one section of a binary. */
import { bytes } from "./samples.ts";
import { join, leb, places, replace, type Section, split, type Tree } from "./section-tree.ts";

/** Numbers from a seed, the same everywhere (mulberry32). */
export class Random {
  #state: number;
  constructor(seed: number) {
    this.#state = seed;
  }
  /** 0 ≤ n < limit. */
  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b_79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % limit;
  }
  pick<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new RangeError("nothing to pick from");
    return item;
  }
}

/** Bytes that decide something somewhere: ends of integers, type codes, opcodes. */
const TELLING: readonly number[] = [
  0x00, 0x01, 0x02, 0x0b, 0x40, 0x50, 0x60, 0x70, 0x7f, 0x80, 0xfb, 0xfc, 0xfd, 0xff,
];
const CLAIMS: readonly number[] = [0, 1, 2, 127, 128, 0xffff, 0x7fff_ffff, 0xffff_ffff];

type Change = (sections: readonly Section[], at: number, random: Random) => readonly Section[];

/** A change of the bytes of a section, which keeps its size right. */
function content(change: (content: Uint8Array, random: Random) => Uint8Array): Change {
  return (sections, at, random) =>
    sections.map((section, i) => {
      if (i !== at) return section;
      const old = section.content instanceof Uint8Array ? section.content : join(section.content);
      return Object.assign({}, section, { content: change(old, random) });
    });
}
function splice(old: Uint8Array, at: number, remove: number, insert: ArrayLike<number>): Uint8Array {
  return bytes(old.subarray(0, at), insert, old.subarray(at + remove));
}

/** One kind of mutation each. */
const CHANGES: Readonly<Record<string, Change>> = {
  "flip a bit": content((old, random) => {
    const copy = old.slice();
    const at = random.below(Math.max(1, copy.length));
    if (copy.length > 0) copy[at] = (copy[at] ?? 0) ^ (1 << random.below(8));
    return copy;
  }),
  "set a byte": content((old, random) =>
    splice(old, random.below(old.length + 1), 1, [random.pick(TELLING)]),
  ),
  "change a number": content((old, random) =>
    splice(old, random.below(old.length + 1), 1, leb(random.pick(CLAIMS))),
  ),
  "change the count": content((old, random) => splice(old, 0, 1, leb(random.pick(CLAIMS)))),
  "insert bytes": content((old, random) =>
    splice(old, random.below(old.length + 1), 0, [random.below(256), random.pick(TELLING)]),
  ),
  "repeat bytes": content((old, random) => {
    const at = random.below(old.length + 1);
    return splice(old, at, 0, old.subarray(at, at + random.below(16)));
  }),
  "remove bytes": content((old, random) =>
    splice(old, random.below(old.length + 1), 1 + random.below(8), []),
  ),
  truncate: content((old, random) => old.subarray(0, random.below(old.length + 1))),
  "claim a size": (sections, at, random) =>
    sections.map((section, i) =>
      i === at ? Object.assign({}, section, { size: random.pick([...CLAIMS, random.below(64)]) }) : section,
    ),
  duplicate: (sections, at) => [...sections.slice(0, at + 1), ...sections.slice(at)],
  "remove the section": (sections, at) => sections.filter((_, i) => i !== at),
  "swap sections": (sections, at, random) => {
    const copy = [...sections];
    const other = random.below(copy.length);
    const [a, b] = [copy[at], copy[other]];
    if (a !== undefined && b !== undefined) [copy[at], copy[other]] = [b, a];
    return copy;
  },
  "change the identifier": (sections, at, random) =>
    sections.map((section, i) => (i === at ? Object.assign({}, section, { id: random.below(16) }) : section)),
};

export interface Mutant {
  readonly binary: Uint8Array;
  readonly changes: readonly string[];
}

/** Binaries by the kinds of sections that they have. */
export class Corpus {
  readonly #byKind = new Map<string, { tree: Tree; path: readonly number[] }[]>();

  constructor(binaries: readonly Uint8Array[]) {
    for (const binary of binaries) {
      const tree = split(binary);
      for (const { path, kind } of places(tree)) {
        const known = this.#byKind.get(kind) ?? [];
        this.#byKind.set(kind, [...known, { tree, path }]);
      }
    }
  }

  /** One to three mutations of a section of the kind. */
  mutant(kind: string, random: Random): Mutant {
    const { tree, path } = random.pick(this.#byKind.get(kind) ?? []);
    const changes = Array.from({ length: 1 + random.below(3) }, () => random.pick(Object.keys(CHANGES)));
    let mutated = tree;
    for (const name of changes) {
      mutated = replace(mutated, path, (sections, at) =>
        sections[at] === undefined ? sections : (CHANGES[name]?.(sections, at, random) ?? sections),
      );
    }
    const binary = join(mutated);
    // One in eight files also ends early.
    const kept = random.below(8) === 0 ? random.below(binary.length + 1) : binary.length;
    return { binary: binary.subarray(0, kept), changes };
  }
}
