/** What a trap tells the user: kind, process, TypeScript line, who called. */
import { Writable } from "node:stream";
import { describe, expect, it } from "vitest";
import { exitCodeOf, runSystem, trapText, type TrapReport } from "../../host-linux/index.ts";
import type { Edge, LinkPlan } from "../../toolchain/link/plan.ts";
import {
  ENTRY_ADAPTER,
  TRANSFER,
  consolePlan,
  entry,
  ofProcess,
  planOf,
  template,
} from "./hand-made-plan.ts";
import { sourceMapOf } from "./hand-made-source-map.ts";

async function trapOf(plan: LinkPlan): Promise<TrapReport> {
  const stdout = new Writable({ write: (_chunk, _encoding, done) => done() });
  const outcome = await runSystem(plan, { base: ".", stdout });
  if (outcome.kind !== "trapped") throw new Error(`expected a trap, found ${JSON.stringify(outcome)}`);
  expect(exitCodeOf(outcome)).toBe(1);
  return outcome.report;
}

describe("the kind of a trap", () => {
  const bodies = {
    unreachable: "unreachable",
    "out-of-bounds": "(i32.load (i32.const -1))",
    "divide-by-zero": "(i32.div_s (i32.const 1) (i32.const 0))",
    "integer-overflow": "(i32.trunc_f64_s (f64.const nan))",
    "indirect-call": "(call_indirect (result i32) (i32.const 1))",
    "stack-overflow": "(call $main)",
    "uncaught-exception": "(throw 0)",
  };
  it.each(Object.entries(bodies))("%s", async (kind, body) => {
    const report = await trapOf(await consolePlan(`(tag) (func $main (export "run") (result i32) ${body})`));
    expect(report.kind).toBe(kind);
    expect(trapText(report)).not.toMatch(/\.ts:\d|node:|Error/);
  });

  it("integer overflow of a division, a remainder by zero, a table entry out of bounds", async () => {
    const kinds = [
      ["(i32.div_s (i32.const 0x80000000) (i32.const -1))", "integer-overflow"],
      ["(i32.rem_u (i32.const 1) (i32.const 0))", "divide-by-zero"],
      ["(call_indirect (result i32) (i32.const 99))", "indirect-call"],
    ] as const;
    for (const [body, kind] of kinds) {
      expect((await trapOf(await consolePlan(`(func (export "run") (result i32) ${body})`))).kind).toBe(kind);
    }
  });

  it("a device that refuses", async () => {
    const transfer = { kind: "transfer", export: "memory" } as const;
    const bytes = { kind: "device", process: 0, grant: 0, function: "bytes" } as const;
    const plan = await planOf(
      {
        app: {
          wat: `(table (export "atoll:slots") 1 funcref) (type $t (func (param i32) (result i32)))
            (func $main (export "run") (result i32) (call_indirect (type $t) (i32.const -1) (i32.const 0)))`,
        },
        transfer: TRANSFER,
        "app to entropy": {
          role: "adapter",
          wat: `(import "d" "f" (func $f (param i32) (result i32))) (import "t" "m" (memory 1))
            (func $bytes (export "bytes") (param i32) (result i32) (call $f (local.get 0)))`,
        },
        entry: ENTRY_ADAPTER,
      },
      [template("app", 0, { "atoll:device/entropy@0.1.0": ["bytes"] })],
      {
        processes: [{ name: "app", template: 0, grants: [{ device: "atoll:device/entropy" }] }],
        edges: [
          {
            consumer: 0,
            hole: 0,
            provider: { kind: "device", grant: 0 },
            binding: "plain",
            adapters: [
              {
                module: 2,
                imports: [
                  { module: "d", name: "f", from: bytes },
                  { module: "t", name: "m", from: transfer },
                ],
              },
            ],
            functions: [
              { name: "bytes", target: { kind: "adapter", adapter: 0, export: "bytes" }, reason: "" },
            ],
          },
        ],
        entry: entry(0, 3),
        transfer: 1,
      },
    );
    const report = await trapOf(plan);
    expect(report.kind).toBe("device");
    expect(trapText(report)).toMatch(
      /^process app trapped at app, byte 0x[0-9a-f]+: it was refused by a device: entropy: 4294967295 bytes/,
    );
  });
});

const DIVISION = [0x41, 0x29, 0x41, 0x00, 0x6d]; // i32.const 41, i32.const 0, i32.div_s
const CALL = Buffer.from([0x10, 0x00]); // call 0
const DIVIDE = "(i32.div_s (i32.const 41) (i32.const 0))";

/** A map that says the division stands at line 12, column 7 of `file`, what surrounds it at line 3. */
async function mapOfDivision(wat: string, file: string, from?: string): Promise<string> {
  const plan = await planOf({ [from ?? "app"]: { wat } }, [], { processes: [] });
  const bytes = Buffer.from(plan.modules[0]!.bytes);
  const division = bytes.indexOf(Buffer.from(DIVISION)) + 4;
  return sourceMapOf(
    [file],
    [
      [0, 0, 2, 0],
      [division, 0, 11, 6],
      [bytes.indexOf(CALL, division), 0, 2, 0],
    ],
  );
}

const RANK = `(func $"ranking/rank" (result i32) ${DIVIDE})
  (func $"index/search" (export "search") (result i32) call $"ranking/rank")`;
const QUERY = `(table (export "atoll:slots") 1 funcref) (type $t (func (result i32)))
  (func $"query/run" (export "run") (result i32) (call_indirect (type $t) (i32.const 0)))`;
const HOLE = "search:index/api@0.1.0";

function direct(consumer: number, provider: number): Edge {
  return {
    consumer,
    hole: 0,
    provider: { kind: "process", process: provider, name: HOLE },
    binding: "plain",
    adapters: [],
    functions: [{ name: "search", target: ofProcess(provider, "search"), reason: "" }],
  };
}

describe("the place of a trap", () => {
  it("is the TypeScript line, and so are those of the callers", async () => {
    const plan = await planOf(
      {
        index: { wat: RANK, sourceMap: await mapOfDivision(RANK, "ranking.ts", "index") },
        query: { wat: QUERY },
        transfer: TRANSFER,
        entry: ENTRY_ADAPTER,
      },
      [template("index", 0), template("query", 1, { [HOLE]: ["search"] })],
      {
        processes: [
          { name: "index", template: 0, grants: [] },
          { name: "asker", template: 1, grants: [] },
        ],
        edges: [direct(1, 0)],
        entry: entry(1, 3),
        transfer: 2,
      },
    );
    const lines = trapText(await trapOf(plan)).split("\n");
    expect(lines[0]).toBe("process index trapped at ranking.ts:12:7: it divided by zero");
    expect(lines[1]).toBe("    ranking.ts:12:7  rank");
    expect(lines[2]).toBe("    ranking.ts:3:1   search");
    expect(lines[3]).toBe(`  called by asker through ${HOLE}`);
    expect(lines[4]).toMatch(/^ {4}query, byte 0x[0-9a-f]+ {2}run$/);
    expect(lines).toHaveLength(5);
  });

  it("names both processes where the stack cannot tell them apart, one where it can", async () => {
    const modules = {
      index: { wat: RANK },
      query: { wat: QUERY },
      transfer: TRANSFER,
      entry: ENTRY_ADAPTER,
    };
    const processes = [
      { name: "index-a", template: 0, grants: [] },
      { name: "index-b", template: 0, grants: [] },
      { name: "query", template: 1, grants: [] },
    ];
    const templates = [template("index", 0), template("query", 1, { [HOLE]: ["search"] })];
    const plan = await planOf(modules, templates, {
      processes,
      edges: [direct(2, 1)],
      entry: entry(2, 3),
      transfer: 2,
    });
    expect(trapText(await trapOf(plan))).toMatch(/^process index-b \(component index\) trapped/);
    const initialising = await planOf(
      { index: { wat: `(func (export "_initialize") unreachable)` } },
      [{ ...template("index", 0), initialisers: [{ instance: 0, export: "_initialize" }] }],
      { processes: processes.slice(0, 2) },
    );
    expect(trapText(await trapOf(initialising))).toMatch(
      /^process index-a or index-b \(component index\) trapped/,
    );
  });

  it("survives a source map that is broken", async () => {
    const report = await trapOf(await consolePlan(`(func $main (export "run") (result i32) ${DIVIDE})`, "{"));
    expect(trapText(report)).toMatch(/^process app trapped at app, byte 0x[0-9a-f]+: it divided by zero/);
  });

  it("shows the ends of a deep recursion, not all of it", async () => {
    const report = await trapOf(await consolePlan(`(func $deep (export "run") (result i32) (call $deep))`));
    const text = trapText(report);
    expect(text.split("\n").length).toBeLessThan(12);
    expect(text).toMatch(/… and \d+ more/);
  });
});

const adapter = (body: string) => ({
  role: "adapter" as const,
  wat: `(import "callee" "search" (func $search (result i32))) (memory 1)
    (func $"trap: string is out of bounds" unreachable)
    (func $search-adapter (export "search") (result i32) ${body})`,
});

const planWith = (body: string) =>
  planOf(
    {
      index: { wat: RANK },
      query: { wat: QUERY },
      transfer: TRANSFER,
      entry: ENTRY_ADAPTER,
      "query to index": adapter(body),
    },
    [template("index", 0), template("query", 1, { [HOLE]: ["search"] })],
    {
      processes: [
        { name: "index", template: 0, grants: [] },
        { name: "query", template: 1, grants: [] },
      ],
      edges: [
        {
          ...direct(1, 0),
          adapters: [
            { module: 4, imports: [{ module: "callee", name: "search", from: ofProcess(0, "search") }] },
          ],
          functions: [
            { name: "search", target: { kind: "adapter", adapter: 0, export: "search" }, reason: "" },
          ],
        },
      ],
      entry: entry(1, 3),
      transfer: 2,
    },
  );

/** A guest whose `abort` leaves the address of a message, UTF-16 with its length before it. */
function saying(address: number, length: string, text: string): Promise<LinkPlan> {
  const data = Buffer.from(text, "utf16le").toString("hex").replace(/../g, "\\$&");
  return consolePlan(`(global (export "lastAbort") i32 (i32.const ${address}))
    (data (i32.const 100) "${length}${data}")
    (func $"~lib/atoll/abi/abort" (i32.store (i32.const 16) (i32.const 104)) unreachable)
    (func $main (export "run") (result i32) call $"~lib/atoll/abi/abort" unreachable)`);
}

describe("what a guest said before it gave up", () => {
  it("is told, without control characters", async () => {
    const report = await trapOf(await saying(16, "\\08\\00\\00\\00", "no\u001bx"));
    expect(report).toMatchObject({ kind: "abort", reason: "gave up: no\u241bx" });
  });

  it("is not believed", async () => {
    expect((await trapOf(await saying(-4, "\\08\\00\\00\\00", "none"))).kind).toBe("unreachable");
    expect((await trapOf(await saying(65_534, "\\08\\00\\00\\00", "none"))).kind).toBe("unreachable");
    const long = await trapOf(await saying(16, "\\ff\\ff\\ff\\ff", "none"));
    expect(long.reason.length).toBeLessThan(1100);
  });
});

describe("a value that an adapter refuses", () => {
  it("is told with both ends and the rule", async () => {
    const text = trapText(await trapOf(await planWith(`call $"trap: string is out of bounds" unreachable`)));
    expect(text.split("\n")[0]).toBe(
      `a value between query and index (${HOLE}) was refused: string is out of bounds`,
    );
    expect(text).toMatch(/ run$/m);
  });

  it("is told the same when the engine finds it", async () => {
    const text = trapText(await trapOf(await planWith(`(i32.load (i32.const -1))`)));
    expect(text).toMatch(/^a value between query and index .* was refused: it lies out of bounds/);
  });

  it("does not take the blame for what happens behind it", async () => {
    const text = trapText(await trapOf(await planWith("call $search")));
    expect(text).toMatch(/^process index trapped at .*: it divided by zero/);
    expect(text).toContain(`called by query through ${HOLE}`);
  });
});
