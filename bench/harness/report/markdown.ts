/** The table for a page, written between two marks so that a run can renew it. */
import { readFileSync, writeFileSync } from "node:fs";
import type { Benchmark } from "../benchmark.ts";
import { medianText, pivot } from "./pivot.ts";
import type { Report, Target } from "./report.ts";
import { targetText } from "./table.ts";

export function markdownTable(benchmark: Benchmark, report: Report): string {
  const { layout } = benchmark;
  const { columns, lines } = pivot(benchmark, report, (name, transport) =>
    medianText(report, name, transport),
  );
  const { cpu, cores, kernel } = report.machine;
  const { node, v8, erlang, qemu, linux } = report.versions;
  const peers = [erlang, qemu && `QEMU ${qemu}`, linux].filter((text) => text !== undefined);
  return [
    line([`median ${benchmark.unit}`, ...columns]),
    line(["---", ...columns.map(() => "--:")]),
    ...lines.map(({ name, cells }) => line([name, ...cells])),
    "",
    ...targetTable(layout.targetsBy, report.targets.filter(layout.targetsOnPages)),
    [
      `${cpu}, ${cores} cores, ${kernel}; ${[`Node ${node} (V8 ${v8})`, ...peers].join(", ")}.`,
      ...benchmark.notes(report),
    ].join(" "),
  ].join("\n");
}

function targetTable(by: string, targets: readonly Target[]): string[] {
  if (targets.length === 0) return [];
  return [
    line([`target, by ${by}`, "", ""]),
    line(["---", "---", "---"]),
    ...targets.map((target) =>
      line([target.case, targetText(target), target.reached ? "reached" : "**missed**"]),
    ),
    "",
  ];
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

export function renewPage(benchmark: Benchmark, path: string, report: Report): void {
  renewMarked(path, benchmark.name, markdownTable(benchmark, report));
}

/** Replaces what stands between the marks of a page. */
export function renewMarked(path: string, name: string, table: string): void {
  const [open, close] = [`<!-- bench:${name} -->`, `<!-- /bench:${name} -->`];
  const page = readFileSync(path, "utf8");
  const [start, end] = [page.indexOf(open), page.indexOf(close)];
  if (start < 0 || end < start)
    throw new Error(
      `${path}: expected the lines ${open} and ${close} around the table, found none; add them where it belongs`,
    );
  writeFileSync(path, `${page.slice(0, start)}${open}\n\n${table}\n\n${page.slice(end)}`);
}
