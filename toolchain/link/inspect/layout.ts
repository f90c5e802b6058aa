/**
 * A layered layout: callers left, what they call right of them, no boxes on lines.
 *
 *     column 0        1          2           3           4
 *     ┌───────┐               ┌───────┐               ┌───────┐
 *     │ query │ ── label ───▶ │ index │ ── label ───▶ │corpus │
 *     └───────┘ ── label ─────── bend ────────────────▶       │
 *
 * The label of an edge is an item with a place of its own, in the column after
 * the caller's; where an edge passes other columns, it bends there. Items of a
 * column are ordered so that few lines cross (barycentres), then moved towards
 * their neighbours (least squares). The same graph gives the same layout.
 */
import { orderColumns } from "./column-order.ts";

export interface Box {
  readonly width: number;
  readonly height: number;
}
/** Positions of boxes. */
export interface Line {
  readonly from: number;
  readonly to: number;
  readonly label: Box;
}
export interface Placed extends Box {
  readonly x: number;
  readonly y: number;
}
export interface PlacedLine {
  readonly label: Placed;
  /** Stretches from left to right that are level, between which the line swings. */
  readonly stretches: readonly { readonly left: number; readonly right: number; readonly y: number }[];
}
export interface Layout extends Box {
  readonly boxes: readonly Placed[];
  readonly lines: readonly PlacedLine[];
}

/** A box, a label, or a bend. */
interface Item extends Box {
  readonly column: number;
  x: number;
  /** The middle. */
  y: number;
  /** Width of the column: lines swing between columns only, so that they pass over nothing. */
  span: number;
}

const GAP = { column: 34, row: 16 };
const BEND: Box = { width: 0, height: 6 };
const PASSES = 49;

/** How many items a layout of the graph would have: boxes, labels and bends. */
export function layoutItems(boxes: number, lines: readonly Line[]): number {
  const layers = layersOf(boxes, lines);
  return lines.reduce(
    (sum, { from, to }) => sum + Math.max(1, 2 * ((layers[to] ?? 0) - (layers[from] ?? 0)) - 1),
    boxes,
  );
}

export function layOut(boxes: readonly Box[], lines: readonly Line[]): Layout {
  const layers = layersOf(boxes.length, lines);
  const items = boxes.map((box, i): Item => itemOf(box, 2 * (layers[i] ?? 0)));
  const routes = lines.map(({ from, to, label }) => {
    const first = 2 * (layers[from] ?? 0) + 1;
    const last = 2 * (layers[to] ?? 0) - 1;
    const route = [from];
    for (let column = first; column <= Math.max(first, last); column++) {
      route.push(items.push(itemOf(column === first ? label : BEND, column)) - 1);
    }
    return [...route, to];
  });
  const links = routes.flatMap((route) =>
    route.slice(1).map((to, i): readonly [number, number] => [route[i] ?? to, to]),
  );
  const columns = orderColumns(
    items.map(({ column }) => column),
    links.filter(([a, b]) => (items[a]?.column ?? 0) < (items[b]?.column ?? 0)),
  );
  placeColumns(columns, items);
  placeRows(columns, items, links, boxes.length);
  return finish(boxes.length, items, routes);
}

function itemOf({ width, height }: Box, column: number): Item {
  return { width, height, column, x: 0, y: 0, span: 0 };
}

/** The longest way to each box. A line back to an earlier caller is left out of account. */
function layersOf(boxes: number, lines: readonly Line[]): number[] {
  const outgoing = Map.groupBy(lines, ({ from }) => from);
  const layers = Array.from({ length: boxes }, () => 0);
  for (const node of callersFirst(boxes, outgoing)) {
    for (const { to } of outgoing.get(node.position) ?? []) {
      if (node.open.has(to)) layers[to] = Math.max(layers[to] ?? 0, (layers[node.position] ?? 0) + 1);
    }
  }
  return layers;
}

/** Topological order, with what lies after each; without recursion, for chains of any length. */
function callersFirst(
  boxes: number,
  outgoing: ReadonlyMap<number, readonly Line[]>,
): { position: number; open: ReadonlySet<number> }[] {
  const done: number[] = [];
  const seen = new Set<number>();
  for (let root = 0; root < boxes; root++) {
    const pending = seen.has(root) ? [] : [{ node: root, next: 0 }];
    seen.add(root);
    for (let top = pending.at(-1); top !== undefined; top = pending.at(-1)) {
      const line = outgoing.get(top.node)?.[top.next++];
      if (line === undefined) done.push(pending.pop()?.node ?? root);
      else if (!seen.has(line.to)) {
        seen.add(line.to);
        pending.push({ node: line.to, next: 0 });
      }
    }
  }
  const rank = new Map(done.map((node, i) => [node, i]));
  return done.reverse().map((position) => ({
    position,
    // A node that was done before this one lies after it, unless the line closes a circle.
    open: new Set(
      (outgoing.get(position) ?? []).flatMap(({ to }) =>
        (rank.get(to) ?? 0) < (rank.get(position) ?? 0) ? [to] : [],
      ),
    ),
  }));
}

function placeColumns(columns: readonly (readonly number[])[], items: readonly Item[]): void {
  let x = 0;
  for (const column of columns) {
    const span = Math.max(0, ...column.map((i) => items[i]?.width ?? 0));
    for (const i of column) Object.assign(items[i] ?? {}, { x, span });
    x += span + GAP.column;
  }
}

/**
 * Moves each column towards where its neighbours are, columns from left to right and back. A bend
 * keeps level with the item that its line comes from, and the last pass goes with the lines.
 */
function placeRows(
  columns: readonly (readonly number[])[],
  items: readonly Item[],
  links: readonly (readonly [number, number])[],
  boxes: number,
): void {
  const rightOf = Map.groupBy(links, ([left]) => left);
  const leftOf = Map.groupBy(links, ([, right]) => right);
  for (const column of columns) setRows(column, items, () => 0);
  for (let pass = 0; pass < PASSES; pass++) {
    const forward = pass % 2 === 0;
    for (const column of forward ? columns : columns.toReversed()) {
      setRows(column, items, (i) => {
        const left = (leftOf.get(i) ?? []).map(([other]) => other);
        const right = (rightOf.get(i) ?? []).map(([, other]) => other);
        const level = i < boxes ? undefined : (forward ? left : right).find((other) => other >= boxes);
        const near = level === undefined ? [...left, ...right] : [level];
        const rows = near.map((other) => items[other]?.y ?? 0);
        return rows.length === 0 ? (items[i]?.y ?? 0) : rows.reduce((sum, y) => sum + y, 0) / rows.length;
      });
    }
  }
}

/**
 * Sets the middles of a column's items as near to what is wanted as their order and gaps allow:
 * pool adjacent violators, the least squares under "each at least so far below the one before".
 */
function setRows(column: readonly number[], items: readonly Item[], wanted: (item: number) => number): void {
  const pools: { sum: number; weight: number }[] = [];
  const offsets: number[] = [];
  const sizes: number[] = [];
  let offset = 0;
  for (const [i, position] of column.entries()) {
    const before = items[column[i - 1] ?? -1];
    const height = items[position]?.height ?? 0;
    if (before !== undefined) offset += (before.height + height) / 2 + GAP.row;
    offsets.push(offset);
    pools.push({ sum: wanted(position) - offset, weight: 1 });
    sizes.push(1);
    for (let last = pools.length - 1; last > 0; last--) {
      const [a, b] = [pools[last - 1], pools[last]];
      if (a === undefined || b === undefined || a.sum / a.weight <= b.sum / b.weight) break;
      pools.splice(last - 1, 2, { sum: a.sum + b.sum, weight: a.weight + b.weight });
      sizes.splice(last - 1, 2, (sizes[last - 1] ?? 0) + (sizes[last] ?? 0));
    }
  }
  const rows = pools.flatMap(({ sum, weight }, i) =>
    Array.from({ length: sizes[i] ?? 0 }, () => sum / weight),
  );
  for (const [i, position] of column.entries()) {
    const item = items[position];
    if (item !== undefined) item.y = (rows[i] ?? 0) + (offsets[i] ?? 0);
  }
}

/** From middles to corners, all at zero or more; lines leave and enter a box side by side. */
function finish(boxes: number, items: readonly Item[], routes: readonly (readonly number[])[]): Layout {
  const top = Math.min(0, ...items.map(({ y, height }) => y - height / 2));
  for (const item of items) item.y -= top;
  const out = new Ports(items, routes, (route) => [route[0], route[1]]);
  const into = new Ports(items, routes, (route) => [route.at(-1), route.at(-2)]);
  const lines = routes.map((route, r): PlacedLine => {
    const at = (i: number): Item => items[route[i] ?? 0] as Item;
    const [first, last] = [at(0), at(route.length - 1)];
    const between = route.slice(1, -1).map((i) => items[i] as Item);
    const start = first.x + first.span;
    return {
      label: corner(at(1)),
      stretches: [
        { left: start, right: start, y: out.y(r) },
        ...between.map(({ x, span, y }) => ({ left: x, right: x + span, y })),
        { left: last.x, right: last.x, y: into.y(r) },
      ],
    };
  });
  return {
    // As wide as their column.
    boxes: items.slice(0, boxes).map((item) => ({ ...corner(item), width: item.span })),
    lines,
    width: Math.max(0, ...items.map(({ x, span }) => x + span)),
    height: Math.max(0, ...items.map(({ y, height }) => y + height / 2)),
  };
}

function corner({ x, y, width, height }: Item): Placed {
  return { x, y: y - height / 2, width, height };
}

/** Where on a box's side its lines end: in the order of what they lead to. */
class Ports {
  readonly #rows = new Map<number, number>();

  constructor(
    items: readonly Item[],
    routes: readonly (readonly number[])[],
    ends: (route: readonly number[]) => readonly [number | undefined, number | undefined],
  ) {
    const byBox = Map.groupBy(routes.keys(), (r) => ends(routes[r] ?? [])[0] ?? 0);
    for (const [box, group] of byBox) {
      const far = (r: number): number => items[ends(routes[r] ?? [])[1] ?? 0]?.y ?? 0;
      const { y, height } = items[box] as Item;
      const step = Math.min(14, (height - 14) / Math.max(1, group.length - 1));
      for (const [i, r] of group.toSorted((a, b) => far(a) - far(b) || a - b).entries()) {
        this.#rows.set(r, y + (i - (group.length - 1) / 2) * step);
      }
    }
  }

  y(route: number): number {
    return this.#rows.get(route) ?? 0;
  }
}
