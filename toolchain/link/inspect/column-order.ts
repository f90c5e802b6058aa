/**
 * The order of items within columns, so that few lines cross.
 *
 * Sugiyama's method: items go to the mean position of their neighbours, columns
 * from left to right and back, and the best order of all passes is kept. Links
 * join neighbouring columns only.
 */
type Link = readonly [left: number, right: number];

const PASSES = 16;

/** Items by column, top to bottom. `columns` gives the column of each item. */
export function orderColumns(columns: readonly number[], links: readonly Link[]): number[][] {
  const rightOf = Map.groupBy(links, ([left]) => left);
  const leftOf = Map.groupBy(links, ([, right]) => right);
  let order: number[][] = [];
  for (const [item, column] of columns.entries()) (order[column] ??= []).push(item);
  order = Array.from(order, (column) => column ?? []);
  let best = order;
  let fewest = crossings(order, rightOf);
  for (let pass = 0; pass < PASSES && fewest > 0; pass++) {
    const forward = pass % 2 === 0;
    const neighbours = (item: number): number[] =>
      forward ? (leftOf.get(item) ?? []).map(([l]) => l) : (rightOf.get(item) ?? []).map(([, r]) => r);
    order = sweep(order, neighbours, forward);
    const now = crossings(order, rightOf);
    if (now < fewest) [best, fewest] = [order, now];
  }
  return best;
}

/** Each column sorted by the mean position of its items' neighbours in the one before. */
function sweep(
  order: readonly (readonly number[])[],
  neighbours: (item: number) => readonly number[],
  forward: boolean,
): number[][] {
  const sorted: number[][] = [];
  const position = new Map<number, number>();
  for (const column of forward ? order : order.toReversed()) {
    const wanted = new Map(
      column.map((item, i) => {
        const near = neighbours(item).map((other) => position.get(other) ?? 0);
        // Relative to the length of the column, so that items without neighbours stay about where they are.
        const mean = near.reduce((sum, at) => sum + at, 0) / near.length;
        return [item, near.length > 0 ? mean : i / column.length];
      }),
    );
    const next = column.toSorted((a, b) => (wanted.get(a) ?? 0) - (wanted.get(b) ?? 0));
    for (const [i, item] of next.entries()) position.set(item, i / next.length);
    sorted.push(next);
  }
  return forward ? sorted : sorted.reverse();
}

/** How many pairs of links cross: inversions of their right ends, by a counting tree. */
function crossings(
  order: readonly (readonly number[])[],
  rightOf: ReadonlyMap<number, readonly Link[]>,
): number {
  let total = 0;
  for (const [c, column] of order.entries()) {
    const rows = new Map(order[c + 1]?.map((item, i) => [item, i]));
    const ends = column.flatMap((item) =>
      (rightOf.get(item) ?? []).map(([, right]) => rows.get(right) ?? 0).sort((a, b) => a - b),
    );
    total += inversions(ends, rows.size);
  }
  return total;
}

function inversions(values: readonly number[], limit: number): number {
  const tree = Array.from({ length: limit + 1 }, () => 0);
  let total = 0;
  for (const [seen, value] of values.entries()) {
    let upTo = 0;
    for (let i = value + 1; i > 0; i -= i & -i) upTo += tree[i] ?? 0;
    total += seen - upTo;
    for (let i = value + 1; i <= limit; i += i & -i) tree[i] = (tree[i] ?? 0) + 1;
  }
  return total;
}
