/** Pieces of text that all views of a plan are made of: columns, branches, counts. */

/**
 * Columns side by side, indented by two; the columns named in `right` are numbers.
 * @param widest A cell that is wider stands out, and does not widen its column.
 */
export function table(
  rows: readonly (readonly string[])[],
  right: ReadonlySet<number> = new Set(),
  widest: number = Infinity,
): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [i, cell] of row.entries())
      if (cell.length <= widest) widths[i] = Math.max(widths[i] ?? 0, cell.length);
  }
  return rows.map((row) => {
    const cells = row.map((cell, i) =>
      right.has(i) ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0),
    );
    return `  ${cells.join("  ")}`.trimEnd();
  });
}

/** Lines below a node of a tree. */
export function branch(lines: readonly string[], last: boolean): string[] {
  return lines.map((line, i) => {
    if (i === 0) return `${last ? "└─ " : "├─ "}${line}`;
    return `${last ? "   " : "│  "}${line}`;
  });
}

export function count(n: number, one: string, many = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`;
}

export function size(bytes: number): string {
  return `${thousands(bytes)} bytes`;
}

export function thousands(n: number): string {
  return String(n).replaceAll(/\B(?=(\d{3})+$)/g, ",");
}

/** A plan may come from anywhere: what would steer a terminal, or break a line, is spelled out. */
export function printable(text: string): string {
  return text.replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, (c) => `\\u{${c.codePointAt(0)?.toString(16)}}`);
}
