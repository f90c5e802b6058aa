/**
 * BM25 written a second time, on JavaScript's own maps and regular expressions:
 * what the search example's hits are checked against.
 */

export interface Ranked {
  readonly path: string;
  readonly score: number;
}

const K1 = 1.2;
const B = 0.75;
const WORD = /[0-9A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u1fff\u3040-\ud7ff]+/g;

function words(text: string): string[] {
  return (text.match(WORD) ?? []).map((word) => word.toLowerCase());
}

/** Every text that holds a word of `query`, best first, equal scores by path. */
export function rank(texts: ReadonlyMap<string, string>, query: string): Ranked[] {
  const bags = new Map([...texts].map(([path, text]) => [path, words(text)] as const));
  const average = [...bags.values()].reduce((sum, bag) => sum + bag.length, 0) / bags.size;
  const scores = new Map<string, number>();
  for (const word of words(query)) {
    const counts = [...bags].map(
      ([path, bag]) => [path, bag.filter((w) => w === word).length, bag.length] as const,
    );
    const matching = counts.filter(([, count]) => count > 0);
    const idf = Math.log(1 + (bags.size - matching.length + 0.5) / (matching.length + 0.5));
    for (const [path, count, length] of matching) {
      const gain = (idf * count * (K1 + 1)) / (count + K1 * (1 - B + (B * length) / average));
      scores.set(path, (scores.get(path) ?? 0) + gain);
    }
  }
  return [...scores]
    .map(([path, score]) => ({ path, score }))
    .sort((a, b) => b.score - a.score || (a.path < b.path ? -1 : 1));
}

export interface Size {
  readonly documents: number;
  readonly words: number;
  readonly postings: number;
  readonly units: number;
}

/** What an index of the texts must hold. */
export function sizeOf(texts: ReadonlyMap<string, string>): Size {
  const distinct = [...texts.values()].map((text) => new Set(words(text)));
  return {
    documents: texts.size,
    words: new Set(distinct.flatMap((set) => [...set])).size,
    postings: distinct.reduce((sum, set) => sum + set.size, 0),
    units: [...texts.values()].reduce((sum, text) => sum + text.length, 0),
  };
}
