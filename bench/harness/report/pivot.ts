/** Cases against transports: the shape of every table. */
import type { Benchmark } from "../benchmark.ts";
import { duration } from "./numbers.ts";
import { type Report, rowOf } from "./report.ts";

export interface Pivot {
  readonly columns: readonly string[];
  readonly lines: readonly { readonly name: string; readonly cells: readonly string[] }[];
}

/** What has a row only, in the order of the benchmark. */
export function pivot(
  { cases, transports, layout }: Benchmark,
  { rows }: Report,
  cell: (name: string, transport: string) => string,
): Pivot {
  const measured = {
    cases: cases.map((c) => c.name).filter((name) => rows.some((row) => row.case === name)),
    transports: transports.map((t) => t.name).filter((name) => rows.some((row) => row.transport === name)),
  };
  const casesDown = layout.lines === "cases";
  const columns = casesDown ? measured.transports : measured.cases;
  const lines = casesDown ? measured.cases : measured.transports;
  return {
    columns,
    lines: lines.map((line) => ({
      name: line,
      cells: columns.map((column) => (casesDown ? cell(line, column) : cell(column, line))),
    })),
  };
}

/** The median of a row, and the 99th percentile where it is known; empty where there is no row. */
export function medianText({ rows }: Report, name: string, transport: string): string {
  const row = rowOf(rows, name, transport);
  if (row === undefined) return "";
  const median = duration(row.median);
  return row.p99 === undefined ? median : `${median} (p99 ${duration(row.p99)})`;
}
