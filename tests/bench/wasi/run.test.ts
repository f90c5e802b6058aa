/** A run of every case on both sides: each does its work, and what is asked of the shim is judged. */
import { expect, test, vi } from "vitest";
import type { Effort } from "../../../bench/harness/measure.ts";
import { run } from "../../../bench/harness/run.ts";
import { select } from "../../../bench/harness/selection.ts";
import { WASI } from "../../../bench/wasi/benchmark.ts";
import { CASES, CHUNKS } from "../../../bench/wasi/cases.ts";

// The program may have to be compiled first.
vi.setConfig({ testTimeout: 180_000 });

const TINY: Effort = { samples: 3, sampleTime: 0.1, warmUpTime: 1 };

test("both do the work of every case", async () => {
  const report = await run(WASI, { ...select(WASI, "*"), effort: TINY });
  expect(report.failed).toEqual([]);
  const all = CASES.flatMap(({ name }) => [`${name} atoll`, `${name} node`]);
  expect(report.rows.map((row) => `${row.case} ${row.transport}`)).toEqual(all);
  expect(report.targets.map(({ case: name, limit }) => [name, Number(limit.toFixed(2))])).toEqual([
    ["clock", 1.2],
    ["random-32", 1],
    ["stdout-64k", 1.43],
    ["write-64k", 1.43],
    ["read-64k", 1.43],
  ]);
});

test("the sums of what is read and left in the file are those of the chunks, one by one", () => {
  for (const rounds of [1, CHUNKS - 1, CHUNKS, CHUNKS + 1, 1000]) {
    let read = 0;
    const file = new Map<number, number>();
    for (let i = 0; i < rounds; i++) {
      read += (i % CHUNKS) + 1;
      file.set(i % CHUNKS, i + 1);
    }
    const written = [...file.values()].reduce((sum, word) => sum + word, 0);
    const expected = CASES.map((c) => [c.name, c.expected(rounds)]);
    expect(Object.fromEntries(expected)).toMatchObject({ "read-64k": read, "write-64k": written });
  }
});
