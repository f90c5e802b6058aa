/** What `atoll image --report` prints: where the bytes of an image are. */
import type { SizeReport, SizeRow } from "../host-metal/image/report/size-report.ts";

const HEAD = ["part", "bytes", "share", "zeros in memory"];

/** A table, largest first, the sum, and what has no bytes of its own. */
export function sizeTable({ bytes, rows, absent }: SizeReport): string {
  const sum = rows.reduce((all, { zeros }) => all + zeros, 0);
  const cells = [
    HEAD,
    ...together(rows).map((row) => [nameOf(row), ...figures(row.bytes, bytes, row.zeros)]),
    ["together", ...figures(bytes, bytes, sum)],
  ];
  const widths = HEAD.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const table = cells.map((row) => line(row, widths)).join("\n");
  if (absent.length === 0) return table;
  const names = absent.map((owner) => nameOf(owner)).join(", ");
  return `${table}\nWithout bytes of their own, unreached or within what calls them: ${names}.`;
}

/** Of adapters there are many, and their names say nothing. */
function together(rows: readonly SizeRow[]): SizeRow[] {
  const adapters = rows.filter(({ part }) => part === "adapter");
  const [bytes, zeros] = [sumOf(adapters, "bytes"), sumOf(adapters, "zeros")];
  const all = { part: `adapters (${adapters.length})`, bytes, zeros };
  const others = rows.filter(({ part }) => part !== "adapter");
  return [...others, ...(adapters.length > 0 ? [all] : [])].sort((one, other) => other.bytes - one.bytes);
}

function sumOf(rows: readonly SizeRow[], field: "bytes" | "zeros"): number {
  return rows.reduce((sum, row) => sum + row[field], 0);
}

function nameOf({ part, name }: { readonly part: string; readonly name?: string }): string {
  if (part === "guest") return `component ${name}`;
  return part === "device" || part === "adapter" ? `${part} ${name}` : part;
}

function figures(bytes: number, whole: number, zeros: number): string[] {
  const share = `${((100 * bytes) / whole).toFixed(1)} %`;
  return [bytes.toLocaleString("en"), share, zeros === 0 ? "" : zeros.toLocaleString("en")];
}

/** The first column to the left, figures to the right. */
function line(row: readonly string[], widths: readonly number[]): string {
  const [first = "", ...others] = row;
  const right = others.map((cell, i) => cell.padStart((widths[i + 1] ?? 0) + 2));
  return [first.padEnd(widths[0] ?? 0), ...right].join("").trimEnd();
}
