/** A run from outside: its JSON, the same work on both sides, and what is said where Erlang is missing. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import type { Effort } from "../../../bench/harness/measure.ts";
import { onPath } from "../../../bench/harness/peer.ts";
import { markdownTable } from "../../../bench/harness/report/markdown.ts";
import type { Report } from "../../../bench/harness/report/report.ts";
import { terminalReport } from "../../../bench/harness/report/table.ts";
import { run } from "../../../bench/harness/run.ts";
import { select } from "../../../bench/harness/selection.ts";
import { openWorkspace, ROOT } from "../../../bench/harness/workspace.ts";
import { KERNEL } from "../../../bench/kernel/benchmark.ts";
import { atoll } from "../../../bench/kernel/peers/atoll.ts";
import { targets } from "../../../bench/kernel/targets.ts";
import { THOROUGH } from "../../thorough.ts";
import { runNode } from "../program.ts";

// The apps may have to be compiled first.
vi.setConfig({ testTimeout: 180_000 });

const ATOLL = join(ROOT, "bin/atoll.js");
const TINY: Effort = { samples: 1, sampleTime: 0.1, warmUpTime: 0 };

describe("atoll bench kernel", () => {
  test.runIf(THOROUGH)(
    "prints rows, and names Erlang with what to do where it is not installed",
    async ({ signal }) => {
      const args = ["bench", "kernel", "--quick", "--json", "--only", "mailbox-call"];
      const env = { ...process.env, PATH: "/nowhere" };
      const { status, stdout, stderr } = await runNode([ATOLL, ...args], signal, env);
      expect(stderr).toBe("");
      expect(status).toBe(0);
      const report = JSON.parse(stdout) as Report;
      expect(report.rows.map((row) => `${row.case} ${row.transport}`)).toEqual(["mailbox-call atoll"]);
      expect(report.missing).toEqual([
        { transport: "erlang", reason: "no Erlang/OTP: `erl` is not on the path", hint: expect.anything() },
      ]);
      expect(report.missing[0]!.hint).toContain("erlang-base");
      expect(report.versions["erlang"]).toBeUndefined();
    },
  );

  test("measures every case under Atoll, and each does its work", async () => {
    const report = await run(KERNEL, { ...select(KERNEL, "atoll"), effort: TINY });
    expect(report.failed).toEqual([]);
    expect(report.rows.map((row) => row.case)).toEqual(KERNEL.casesOf("atoll"));
  });

  test("ends its peer with the peer's input, whatever a system has to do still", async ({ signal }) => {
    const { program, arguments: args } = await atoll.prepare("atoll", openWorkspace());
    const peer = spawn(program, args, { stdio: ["pipe", "pipe", "ignore"], signal });
    const ended = once(peer, "exit");
    await once(peer.stdout, "data");
    // Rounds for a quarter of an hour.
    peer.stdin.end("switch 4000000000\n");
    expect(await ended).toEqual([0, null]);
  });

  test.runIf(onPath("erl"))("measures the same on Erlang/OTP", async () => {
    const report = await run(KERNEL, { ...select(KERNEL, "erlang"), effort: TINY });
    expect(report.failed).toEqual([]);
    expect(report.rows.map((row) => row.case)).toEqual(KERNEL.casesOf("erlang"));
    expect(report.rows.filter((row) => row.p99 !== undefined).map((row) => row.case)).toEqual([
      "spawn",
      "crash-notice",
      "restart",
    ]);
    expect(report.versions["erlang"]).toMatch(/^Erlang\/OTP \d+/);
  });
});

describe("the report", () => {
  const rows: Report["rows"] = [
    { case: "mailbox-call", transport: "atoll", min: 20, median: 22, max: 30 },
    { case: "mailbox-call", transport: "erlang", min: 1000, median: 1100, max: 1200 },
    { case: "restart", transport: "atoll", min: 9000, median: 9900, max: 12_000, p99: 60_000 },
  ];
  const report: Report = {
    machine: { cpu: "a CPU", cores: 2, memory: 1, architecture: "x64", kernel: "Linux 6" },
    versions: { node: "26.0.0", v8: "14", erlang: "Erlang/OTP 25.2.3" },
    rows,
    missing: [],
    failed: [],
    targets: targets(rows),
  };

  test("judges ratios to Erlang, times and 99th percentiles", () => {
    expect(report.targets).toEqual([
      {
        case: "mailbox-call",
        of: "atoll",
        to: "erlang",
        ratio: 0.02,
        bound: "at most",
        limit: 0.1,
        reached: true,
      },
      {
        case: "restart",
        of: "atoll",
        to: "1 ns",
        ratio: 9000,
        bound: "at most",
        limit: 10_000,
        reached: true,
      },
      {
        case: "restart",
        of: "atoll, 99th percentile",
        to: "1 ns",
        ratio: 60_000,
        bound: "at most",
        limit: 50_000,
        reached: false,
      },
    ]);
  });

  test("has cases in lines, on a page with the targets", () => {
    const page = markdownTable(KERNEL, report);
    expect(page).toContain("| mailbox-call | 22.0 ns | 1.10 µs |");
    expect(page).toContain("| restart | 9.90 µs (p99 60.0 µs) |  |");
    expect(page).toContain("**missed**");
    expect(page).toContain("Erlang/OTP 25.2.3");
    expect(terminalReport(KERNEL, report)).toMatch(/missed.*60.0 µs \(at most 50.0 µs\)/);
  });
});
