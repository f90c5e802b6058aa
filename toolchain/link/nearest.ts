/**
 * The name that somebody probably meant: "did you mean".
 */

/** The nearest of the names, by edits (optimal string alignment), if it is near at all. */
export function nearest(word: string, names: readonly string[]): string | undefined {
  const far = Math.max(2, Math.floor(word.length / 3));
  const ranked = names
    .map((name) => ({ name, edits: distance(word.slice(0, 100), name.slice(0, 100)) }))
    .sort((a, b) => a.edits - b.edits);
  return ranked[0] && ranked[0].edits <= far ? ranked[0].name : undefined;
}

/** ` Did you mean "index"?`, or nothing. */
export function didYouMean(word: string, names: readonly string[]): string {
  const name = nearest(word, names);
  return name === undefined ? "" : ` Did you mean "${name}"?`;
}

function distance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let edits = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (same ? 0 : 1));
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) edits = Math.min(edits, (before[j - 2] ?? 0) + 1);
      next.push(edits);
    }
    before = row;
    row = next;
  }
  return row[b.length] ?? 0;
}
