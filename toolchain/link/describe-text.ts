/**
 * A system's description as text: a tree of who calls whom, and why so.
 */
import type { ImportDescription, ProcessDescription, SystemDescription } from "./describe.ts";

/** The text of `atoll inspect` for a system: lines without colours, ending in a line feed. */
export function printDescription(description: SystemDescription): string {
  const { system, modules, processes, entry } = description;
  const bytes = modules.reduce((sum, module) => sum + module.bytes, 0);
  const lines = [
    `system ${system}: ${count(processes.length, "process", "processes")}, ${count(modules.length, "module", "modules")}, ${size(bytes)}`,
    ...(entry
      ? [`starts at ${entry.process}: ${entry.function}`]
      : ["has no entry: it can be called, not run"]),
  ];
  for (const process of processes.toReversed()) lines.push("", ...processLines(process));
  lines.push(
    "",
    "modules",
    ...table(modules.map((m) => [m.name, m.role, size(m.bytes), m.hash.slice(0, 12)])),
  );
  return `${lines.join("\n")}\n`;
}

function processLines(process: ProcessDescription): string[] {
  const branches: string[][] = process.imports.map(importLines);
  if (process.imports.length === 0) branches.push(["calls nothing"]);
  branches.push([
    process.callers.length > 0 ? `may be called by ${process.callers.join(", ")}` : "is called by no process",
  ]);
  if (process.fallsWith.length > 0)
    branches.push([`falls when one of these does: ${process.fallsWith.join(", ")}`]);
  branches.push([`granted: ${process.grants.length > 0 ? process.grants.join(", ") : "nothing"}`]);
  if (process.memoryQuota !== undefined) branches.push([`memory: at most ${size(process.memoryQuota)}`]);
  if (process.tableQuota !== undefined) branches.push([`tables: at most ${process.tableQuota} elements`]);
  if (process.fuelQuota !== undefined) branches.push([`fuel: ${process.fuelQuota} units`]);
  const exports = process.exports.map(({ name, type }) => `  ${name}: ${type}`);
  branches.push(exports.length > 0 ? ["exports", ...exports] : ["exports nothing"]);
  return [process.name, ...branches.flatMap((lines, i) => branch(lines, i === branches.length - 1))];
}

function importLines({ name, provider, adapterBytes, functions }: ImportDescription): string[] {
  const where = provider.kind === "process" ? provider.name : `device ${provider.name}`;
  const adapters = adapterBytes > 0 ? ` (adapters: ${size(adapterBytes)})` : "";
  const rows = functions.map((f) => [`${f.name}: ${f.type}`, f.reason]);
  return [`${name} → ${where}${adapters}`, ...table(rows)];
}

function branch(lines: readonly string[], last: boolean): string[] {
  return lines.map((line, i) => {
    if (i === 0) return `${last ? "└─ " : "├─ "}${line}`;
    return `${last ? "   " : "│  "}${line}`;
  });
}

/** Columns side by side, indented by two. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  return rows.map((row) => `  ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join("  ")}`.trimEnd());
}

function count(n: number, one: string, many: string): string {
  return `${n} ${n === 1 ? one : many}`;
}

function size(bytes: number): string {
  return `${String(bytes).replaceAll(/\B(?=(\d{3})+$)/g, ",")} bytes`;
}
