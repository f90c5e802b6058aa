/**
 * What Atoll has to reach, as ratios within one run.
 *
 * Ratios, because nanoseconds differ between machines; within one run, because
 * they drift on the same machine; of minima, which a busy machine disturbs
 * least. They are printed and never fail a run. Guests are compared with the
 * same guests: what they do themselves is a part of every time.
 */
import type { Row } from "../measure.ts";
import { rowOf, type Target } from "./report.ts";

type Aim = readonly [name: string, of: string, to: string, bound: Target["bound"], limit: number];

const GUESTS = [
  { guests: "lean", jco: "jco-1.16-mm" },
  { guests: "wat", jco: "jco-1.16-mm-wat" },
] as const;

const AIMS: readonly Aim[] = GUESTS.flatMap(({ guests, jco }): Aim[] => {
  const atoll = `atoll-direct-${guests}`;
  return [
    ["u32x2", atoll, "raw-import", "at most", 1.2],
    ["u32x2", "pipe", atoll, "at least", 1000],
    ["string-64", atoll, `floor-${guests}`, "at most", 1.2],
    ["string-64", jco, atoll, "at least", 1.7],
    ["bytes-4k-in", atoll, `floor-${guests}`, "at most", 1.2],
    ["bytes-4k-in", jco, atoll, "at least", 8],
  ];
});

/** The targets of which both sides were measured. */
export function targets(rows: readonly Row[]): Target[] {
  return AIMS.flatMap(([name, of, to, bound, limit]) => {
    const [above, below] = [rowOf(rows, name, of)?.min, rowOf(rows, name, to)?.min];
    if (above === undefined || below === undefined) return [];
    const ratio = Number((above / below).toPrecision(3));
    const reached = bound === "at most" ? ratio <= limit : ratio >= limit;
    return [{ case: name, of, to, ratio, bound, limit, reached }];
  });
}
