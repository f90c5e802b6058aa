/** The result of one run; `--json` prints it as it is. */
import type { Machine } from "../machine.ts";
import type { Failure, Row } from "../measure.ts";

export interface Report {
  readonly machine: Machine;
  readonly versions: Readonly<Record<string, string>>;
  /** Nanoseconds per round trip. */
  readonly rows: readonly Row[];
  /** Peers that could not run here. */
  readonly missing: readonly Missing[];
  /** Peers that ran and broke, or did the wrong work. */
  readonly failed: readonly Failure[];
  readonly targets: readonly Target[];
}

export interface Missing {
  readonly transport: string;
  readonly reason: string;
  /** What the user can do about it. */
  readonly hint: string;
}

/** A ratio of the minima of two rows of this run, a time or a speed, beside what it should be. */
export interface Target {
  readonly case: string;
  readonly of: string;
  /** Another transport, another case of the same transport, or a unit such as `1 GB/s`. */
  readonly to: string;
  readonly ratio: number;
  readonly bound: "at most" | "at least";
  readonly limit: number;
  readonly reached: boolean;
}

export function rowOf(rows: readonly Row[], name: string, transport: string): Row | undefined {
  return rows.find((row) => row.case === name && row.transport === transport);
}

/** Three digits of the ratio count. */
export function judged(aim: Omit<Target, "ratio" | "reached">, exact: number): Target {
  const { bound, limit, ...what } = aim;
  const ratio = Number(exact.toPrecision(3));
  const reached = bound === "at most" ? ratio <= limit : ratio >= limit;
  return { ...what, ratio, bound, limit, reached };
}
