/** The benchmark of HTTP services: what wrk says is read, peers do their work or are named with what to install. */
import { expect, test, vi } from "vitest";
import { FULL, type Row } from "../../../bench/harness/measure.ts";
import { onPath } from "../../../bench/harness/peer.ts";
import { run } from "../../../bench/harness/run.ts";
import { select } from "../../../bench/harness/selection.ts";
import { HTTP } from "../../../bench/http/benchmark.ts";
import { loadOf } from "../../../bench/http/peers/wrk.ts";
import { targets } from "../../../bench/http/targets.ts";

// The system may have to be built first.
vi.setConfig({ testTimeout: 120_000 });

const TINY = { ...FULL, samples: 1, warmUpTime: 0 };

const REPORT = `Running 1s test @ http://127.0.0.1:8080/hello
  1 threads and 64 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     3.21ms    1.10ms  40.00ms   90.00%
  Latency Distribution
     50%    3.00ms
     75%    3.50ms
     90%    4.00ms
     99%    7.25ms
  20000 requests in 1.01s, 3.38MB read
`;

test("a report of wrk is read", () => {
  const load = { requests: 20_000, seconds: 1.01, p99: 7_250_000, errors: 0 };
  expect(loadOf(REPORT)).toEqual(load);
  const micro = REPORT.replace("7.25ms", "725.00us").replace("1.01s", "980.00ms");
  expect(loadOf(micro)).toEqual({ ...load, seconds: 0.98, p99: 725_000 });
});

test("answers that are missing, or none, are counted", () => {
  const errors = "  Socket errors: connect 1, read 2, write 3, timeout 4\n  Non-2xx or 3xx responses: 90\n";
  expect(loadOf(REPORT + errors).errors).toBe(100);
});

test("what is no report is an error", () => {
  expect(() => loadOf("unable to connect")).toThrow("expected a report of wrk");
});

const wrk = onPath("wrk");
if (!wrk) console.warn("skipped: atoll bench http: wrk is not there: apt-get install wrk");

test.skipIf(!wrk)("a service that has no instance answers, each time by a new one", async () => {
  const report = await run(HTTP, { ...select(HTTP, "first-request"), effort: TINY });
  expect(report.failed).toEqual([]);
  expect(report.rows.map((row) => `${row.case} ${row.transport}`)).toEqual(["first-request atoll-lean"]);
});

test("peers are left out where wrk is missing", async () => {
  vi.stubEnv("PATH", "/nowhere");
  const report = await run(HTTP, { ...select(HTTP, "hello"), effort: TINY });
  vi.unstubAllEnvs();
  expect(report.rows).toEqual([]);
  expect(report.missing.map(({ transport, hint }) => [transport, hint])).toEqual(
    ["atoll-lean", "atoll-quickjs", "atoll-starlingmonkey", "node", "jco-serve"].map((name) => [
      name,
      "apt-get install wrk",
    ]),
  );
});

function row(name: string, transport: string, median: number): Row {
  return { case: name, transport, min: median, median, max: median };
}

test("targets are judged by medians", () => {
  const rows = [
    row("hello", "atoll-lean", 25_000),
    row("hello", "node", 20_000),
    row("hello", "atoll-starlingmonkey", 60_000),
    row("hello", "jco-serve", 100_000),
    row("first-request", "atoll-lean", 11_000_000),
  ];
  expect(targets(rows)).toMatchObject([
    { case: "hello", of: "atoll-lean", ratio: 1.25, reached: true },
    { case: "hello", of: "atoll-starlingmonkey", ratio: 0.6, reached: false },
    { case: "first-request", ratio: 1.1, reached: false },
  ]);
  expect(targets(rows.slice(0, 1))).toEqual([]);
});
