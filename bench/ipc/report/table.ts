/** The report for a terminal: medians, ratios to Atoll, targets, and who is missing. */
import { styleText } from "node:util";
import { caseNamed, CASES } from "../cases.ts";
import { TRANSPORTS } from "../transports.ts";
import { duration, factor } from "./numbers.ts";
import { type Report, rowOf } from "./report.ts";

type Cell = (name: string, transport: string) => string;
/** What the second table divides by, the first of these that was measured. */
const BASES = ["atoll-direct-lean", "atoll-direct-wat", "raw-import"];

export function terminalReport(report: Report): string {
  const { rows } = report;
  const base = BASES.find((name) => rows.some((row) => row.transport === name));
  const parts = [
    `${report.machine.cpu}, ${report.machine.cores} cores, ${report.machine.kernel}`,
    Object.entries(report.versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(", "),
  ];
  if (rows.length > 0) {
    parts.push(
      "",
      bold("Median time of a round trip"),
      ...pivot(report, (name, transport) => {
        const ns = rowOf(rows, name, transport)?.median;
        return ns === undefined ? "" : duration(ns);
      }),
    );
  }
  if (base !== undefined) {
    parts.push(
      "",
      bold(`Times the median of ${base}`),
      ...pivot(report, (name, transport) => {
        const [ns, one] = [rowOf(rows, name, transport)?.median, rowOf(rows, name, base)?.median];
        return ns === undefined || one === undefined ? "" : factor(ns / one);
      }),
    );
  }
  parts.push(...targetLines(report), ...problemLines(report), "", ...notes(report));
  return `${parts.join("\n")}\n`;
}

/** Transports down, cases across; a case's name takes two lines. */
function pivot(report: Report, cell: Cell): string[] {
  const cases = CASES.filter((c) => report.rows.some((row) => row.case === c.name));
  const transports = TRANSPORTS.filter((t) => report.rows.some((row) => row.transport === t.name));
  const heads = cases.map((c) => {
    const cut = c.name.lastIndexOf("-");
    return cut < 0 ? ["", c.name] : [c.name.slice(0, cut), c.name.slice(cut + 1)];
  });
  const body = transports.map(({ name }) =>
    line(
      name,
      cases.map((c) => cell(c.name, name)),
    ),
  );
  const head = (part: 0 | 1): string[] =>
    line(
      "",
      heads.map((parts) => parts[part]!),
    );
  const lines = [head(0), head(1), ...body];
  const widths = lines[0]!.map((_, i) => Math.max(...lines.map((line) => line[i]!.length)));
  return lines.map((line) =>
    line
      .map((text, i) => (i === 0 ? text.padEnd(widths[i]!) : text.padStart(widths[i]! + 2)))
      .join("")
      .trimEnd(),
  );
}

function line(name: string, cells: readonly string[]): string[] {
  return [name, ...cells];
}

function targetLines(report: Report): string[] {
  if (report.targets.length === 0) return [];
  const lines = report.targets.map(({ case: name, of, to, ratio, bound, limit, reached }) => {
    const verdict = reached ? styleText("green", "reached") : styleText("red", "missed ");
    return `${verdict}  ${name.padEnd(12)} ${of} / ${to}: ${factor(ratio)} (${bound} ${limit})`;
  });
  return ["", bold("Targets, ratios of minima"), ...lines];
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

/** What a reader has to know to read the numbers; the rules are those of transports.ts. */
export function notes(report: Report): string[] {
  const measured = (name: string): boolean => report.rows.some((row) => row.transport.startsWith(name));
  const left = TRANSPORTS.filter((t) => t.onlyNumbers !== undefined && measured(t.name));
  return [
    ...(measured("jco")
      ? [
          "jco runs UTF-8 guests: it cannot transpile a call between two UTF-16 components, which lean ones are. They are the lean ones with their text as UTF-8 bytes; jco-1.16-mm-wat runs the hand-written ones.",
        ]
      : []),
    ...left.map((t) => `${t.name} carries u32x2 only: ${t.onlyNumbers}.`),
    ...(report.rows.some((row) => caseNamed(row.case).run.interface === "texts")
      ? [
          "utf8-utf16-* needs ends that hold text in two encodings, which only atoll-direct-wat joins; floor-wat copies the bytes there and back by memory.copy, neither transcoded nor validated.",
        ]
      : []),
    ...(report.rows.some((row) => caseNamed(row.case).run.interface === "cell-runs")
      ? [
          "u32-u8 and borrow-method do the same work, one by number and one by handle; only Atoll and jco have handles.",
        ]
      : []),
    ...(measured("local-call") ? ["local-call is inlined by V8: what a call costs when there is none."] : []),
  ];
}

const bold = (text: string): string => styleText("bold", text);
