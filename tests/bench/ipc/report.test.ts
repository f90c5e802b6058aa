/** What a run prints: table, page, chart, and which targets it reached. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { IPC } from "../../../bench/ipc/benchmark.ts";
import { describe, expect, test } from "vitest";
import { NotInstalled } from "../../../bench/harness/peer.ts";
import { chart } from "../../../bench/harness/report/chart.ts";
import { markdownTable, renewPage } from "../../../bench/harness/report/markdown.ts";
import type { Report } from "../../../bench/harness/report/report.ts";
import { terminalReport } from "../../../bench/harness/report/table.ts";
import { targets } from "../../../bench/ipc/targets.ts";
import { ROOT } from "../../../bench/harness/workspace.ts";

const row = (name: string, transport: string, median: number): Report["rows"][number] => ({
  case: name,
  transport,
  min: median,
  median,
  max: median,
});

const EMPTY: Report = {
  machine: { cpu: "a CPU", cores: 2, memory: 1, architecture: "x64", kernel: "Linux 6" },
  versions: { node: "26.0.0", v8: "14" },
  rows: [],
  missing: [],
  failed: [],
  targets: [],
};

describe("the report", () => {
  const rows = [
    row("u32x2", "atoll-direct-lean", 2.5),
    row("u32x2", "raw-import", 2.0),
    row("u32x2", "pipe", 5000),
    row("string-64", "jco-1.16-mm", 200),
  ];

  test("says which ratios reach their target", () => {
    expect(targets(rows)).toEqual([
      {
        case: "u32x2",
        of: "atoll-direct-lean",
        to: "raw-import",
        ratio: 1.25,
        bound: "at most",
        limit: 1.2,
        reached: false,
      },
      {
        case: "u32x2",
        of: "pipe",
        to: "atoll-direct-lean",
        ratio: 2000,
        bound: "at least",
        limit: 1000,
        reached: true,
      },
    ]);
  });

  test("says how fast text is transcoded", () => {
    // 131072 bytes of UTF-8 a round.
    const rows = [row("utf8-utf16-ascii-64k", "atoll-direct-wat", 16_384)];
    const speed = { case: "utf8-utf16-ascii-64k", of: "atoll-direct-wat", to: "1 GB/s", bound: "at least" };
    expect(targets(rows)).toEqual([{ ...speed, ratio: 8, limit: 4, reached: true }]);
    const slow = [row("utf8-utf16-ascii-64k", "atoll-direct-wat", 65_536)];
    expect(targets(slow)).toEqual([{ ...speed, ratio: 2, limit: 4, reached: false }]);
    expect(terminalReport(IPC, { ...EMPTY, rows, targets: targets(rows) })).toContain("two encodings");
  });

  test("renews a page between its marks, and says when there are none", () => {
    const folder = mkdtempSync(join(tmpdir(), "atoll-bench-"));
    const page = join(folder, "README.md");
    const report: Report = { ...EMPTY, rows };
    writeFileSync(page, "# Title\n\n<!-- bench:ipc -->\nold\n<!-- /bench:ipc -->\n\nThe end.\n");
    renewPage(IPC, page, report);
    renewPage(IPC, page, report);
    const text = readFileSync(page, "utf8");
    expect(text).toBe(
      `# Title\n\n<!-- bench:ipc -->\n\n${markdownTable(IPC, report)}\n\n<!-- /bench:ipc -->\n\nThe end.\n`,
    );
    writeFileSync(page, "# Title\n");
    expect(() => renewPage(IPC, page, report)).toThrow(/expected the lines <!-- bench:ipc -->/);
    rmSync(folder, { recursive: true });
  });

  test("draws a chart, or says what it needs", async () => {
    const drawn = chart(IPC, { ...EMPTY, rows });
    if (existsSync(join(ROOT, "bench/node_modules/vega-lite"))) {
      const svg = await drawn;
      expect(svg).toMatch(/^<svg /);
      expect(svg).toContain("5.00 µs");
    } else await expect(drawn).rejects.toThrow(NotInstalled);
  });

  test("fits a page and a terminal, and says what jco ran", () => {
    const report: Report = { ...EMPTY, rows, targets: targets(rows) };
    expect(markdownTable(IPC, report)).toContain("| pipe | 5.00 µs |  |");
    expect(markdownTable(IPC, report)).toContain("UTF-16");
    expect(terminalReport(IPC, report)).toContain("atoll-direct-lean / raw-import: 1.25× (at most 1.2)");
    expect(terminalReport(IPC, report)).toContain("2,000×");
  });
});
