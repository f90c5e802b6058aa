/** The table for a page, written between two marks so that a run can renew it. */
import { readFileSync, writeFileSync } from "node:fs";
import { CASES } from "../cases.ts";
import { TRANSPORTS } from "../transports.ts";
import { duration } from "./numbers.ts";
import { type Report, rowOf } from "./report.ts";
import { notes } from "./table.ts";

const OPEN = "<!-- bench:ipc -->";
const CLOSE = "<!-- /bench:ipc -->";

export function markdownTable(report: Report): string {
  const cases = CASES.filter((c) => report.rows.some((row) => row.case === c.name));
  const transports = TRANSPORTS.filter((t) => report.rows.some((row) => row.transport === t.name));
  const { cpu, cores, kernel } = report.machine;
  return [
    line(["median round trip", ...cases.map((c) => c.name)]),
    line(["---", ...cases.map(() => "--:")]),
    ...transports.map((t) =>
      line([
        t.name,
        ...cases.map((c) => {
          const ns = rowOf(report.rows, c.name, t.name)?.median;
          return ns === undefined ? "" : duration(ns);
        }),
      ]),
    ),
    "",
    `${cpu}, ${cores} cores, ${kernel}; Node ${report.versions["node"]} (V8 ${report.versions["v8"]}). ${notes(report).join(" ")}`,
  ].join("\n");
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

/** Replaces what stands between the marks of a page. */
export function renewPage(path: string, report: Report): void {
  const page = readFileSync(path, "utf8");
  const [start, end] = [page.indexOf(OPEN), page.indexOf(CLOSE)];
  if (start < 0 || end < start)
    throw new Error(
      `${path}: expected the lines ${OPEN} and ${CLOSE} around the table, found none; add them where it belongs`,
    );
  const table = markdownTable(report);
  writeFileSync(path, `${page.slice(0, start)}${OPEN}\n\n${table}\n\n${page.slice(end)}`);
}
