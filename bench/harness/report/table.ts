/** The report for a terminal: medians, ratios to Atoll, targets, and who is missing. */
import { styleText } from "node:util";
import type { Benchmark } from "../benchmark.ts";
import { duration, factor } from "./numbers.ts";
import { medianText, type Pivot, pivot } from "./pivot.ts";
import { type Report, rowOf, type Target } from "./report.ts";

export function terminalReport(benchmark: Benchmark, report: Report): string {
  const { rows } = report;
  const base = benchmark.layout.bases.find((name) => rows.some((row) => row.transport === name));
  const parts = [
    `${report.machine.cpu}, ${report.machine.cores} cores, ${report.machine.kernel}`,
    Object.entries(report.versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(", "),
  ];
  if (rows.length > 0) {
    const medians = pivot(benchmark, report, (name, transport) => medianText(report, name, transport));
    parts.push("", bold(`Median time of a ${benchmark.unit}`), ...aligned(medians));
  }
  if (base !== undefined) {
    const ratios = pivot(benchmark, report, (name, transport) => {
      const [ns, one] = [rowOf(rows, name, transport)?.median, rowOf(rows, name, base)?.median];
      return ns === undefined || one === undefined ? "" : factor(ns / one);
    });
    parts.push("", bold(`Times the median of ${base}`), ...aligned(ratios));
  }
  parts.push(
    ...targetLines(benchmark, report.targets),
    ...problemLines(report),
    "",
    ...benchmark.notes(report),
  );
  return `${parts.join("\n")}\n`;
}

/** Columns of one width each; a long name of a column takes two lines. */
function aligned({ columns, lines }: Pivot): string[] {
  const heads = columns.map((name) => {
    const cut = name.length > 10 ? name.lastIndexOf("-") : -1;
    return cut < 0 ? ["", name] : [name.slice(0, cut), name.slice(cut + 1)];
  });
  const head = (part: 0 | 1): string[] => ["", ...heads.map((parts) => parts[part]!)];
  const all = [head(0), head(1), ...lines.map(({ name, cells }) => [name, ...cells])];
  const widths = all[0]!.map((_, i) => Math.max(...all.map((line) => line[i]!.length)));
  return all
    .map((line) =>
      line
        .map((text, i) => (i === 0 ? text.padEnd(widths[i]!) : text.padStart(widths[i]! + 2)))
        .join("")
        .trimEnd(),
    )
    .filter((line) => line !== "");
}

/** Such as `pipe / raw-import: 1,000× (at least 500)`, or `atoll: 120 ns (at most 200 ns)`. */
export function targetText({ of, to, ratio, bound, limit }: Target): string {
  if (to === "1 ns") return `${of}: ${duration(ratio)} (${bound} ${duration(limit)})`;
  const unit = /^1 (.*)$/.exec(to)?.[1];
  return unit === undefined
    ? `${of} / ${to}: ${factor(ratio)} (${bound} ${limit})`
    : `${of}: ${ratio} ${unit} (${bound} ${limit})`;
}

function targetLines({ layout }: Benchmark, targets: readonly Target[]): string[] {
  if (targets.length === 0) return [];
  const width = Math.max(...targets.map((target) => target.case.length));
  const lines = targets.map((target) => {
    const verdict = target.reached ? styleText("green", "reached") : styleText("red", "missed ");
    return `${verdict}  ${target.case.padEnd(width)} ${targetText(target)}`;
  });
  return ["", bold(`Targets, by ${layout.targetsBy}`), ...lines];
}

function problemLines(report: Report): string[] {
  const missing = report.missing.map(
    ({ transport, reason, hint }) =>
      `${styleText("yellow", "missing")}  ${transport}: ${reason}. To have it: ${hint}`,
  );
  const failed = report.failed.map(
    (failure) => `${styleText("red", "failed")}   ${failure.transport}, ${failure.case}: ${failure.reason}`,
  );
  const lines = [...failed, ...missing];
  return lines.length === 0 ? [] : ["", ...lines];
}

const bold = (text: string): string => styleText("bold", text);
