/** What `atoll run --meter` prints: calls between processes, and what it cost to cross. */
import type { Reading } from "../host-linux/index.ts";

const HEAD = ["calls between processes", "calls", "crossing, mean", "in the callee, mean"];

/** A table, busiest first, and a line with the sum. */
export function metersText(readings: readonly Reading[]): string {
  const used = readings.filter(({ calls }) => calls > 0).sort((a, b) => b.calls - a.calls);
  const rows = used.map((reading) => [
    `${reading.consumer} → ${reading.provider}  ${reading.interface}#${reading.function}`,
    reading.calls.toLocaleString("en"),
    duration(reading.crossing / reading.calls),
    duration(reading.callee / reading.calls),
  ]);
  const calls = used.reduce((sum, reading) => sum + reading.calls, 0);
  const crossing = used.reduce((sum, reading) => sum + reading.crossing, 0);
  const total =
    calls === 0
      ? "No process called another."
      : `${calls.toLocaleString("en")} ${calls === 1 ? "call" : "calls"} crossed from one process to another, at ${duration(crossing / calls)} each in the mean (copies of all that was passed included).`;
  return `${[HEAD, ...rows].map((row) => line(row, widths([HEAD, ...rows]))).join("\n")}\n${total}`;
}

function widths(rows: readonly (readonly string[])[]): number[] {
  return HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
}

/** The first column to the left, figures to the right. */
function line(row: readonly string[], width: readonly number[]): string {
  return row
    .map((cell, column) =>
      column === 0 ? cell.padEnd(width[0] ?? 0) : cell.padStart((width[column] ?? 0) + 2),
    )
    .join("");
}

/** Nanoseconds in a unit that fits; times below the clock's resolution are said as such. */
function duration(nanoseconds: number): string {
  if (nanoseconds < 10) return "< 10 ns";
  if (nanoseconds < 1e3) return `${nanoseconds.toFixed(0)} ns`;
  if (nanoseconds < 1e6) return `${(nanoseconds / 1e3).toFixed(1)} µs`;
  return `${(nanoseconds / 1e6).toFixed(1)} ms`;
}
