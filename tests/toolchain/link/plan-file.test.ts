/**
 * Plan files: what goes in comes out, and nothing else comes in.
 */
import { createHash } from "node:crypto";
import * as fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { describePlan, printDescription } from "../../../toolchain/link/index.ts";
import { PLAN_VERSION, type LinkPlan } from "../../../toolchain/link/plan.ts";
import { parsePlan, PlanError, serialisePlan } from "../../../toolchain/link/plan-file.ts";
import { component, CONSOLE, ALLOCATOR, linked } from "./guests.ts";

const HEADER = 48;
let plan: LinkPlan;
let file: Uint8Array;

beforeAll(async () => {
  const talker = await component(
    "package t:p; interface api { name: func(s: string) -> string; } world w { import api; import atoll:device/console@0.1.0; export run: func(); }",
    `(module (import "atoll:device/console@0.1.0" "write-line" (func $w (param i32 i32)))
       (import "t:p/api" "name" (func $name (param i32 i32 i32))) ${ALLOCATOR}
       (func (export "run") (call $name (i32.const 0) (i32.const 0) (i32.const 8)) (call $w (i32.const 0) (i32.const 0))))`,
  );
  const api = await component(
    "package t:p; interface api { name: func(s: string) -> string; } world w { export api; }",
    `(module ${ALLOCATOR} (func (export "t:p/api#name") (param i32 i32) (result i32) (i32.const 8)))`,
  );
  ({ plan } = linked(
    {
      talker: {
        bytes: talker,
        imports: { "t:p/api": "api" },
        grants: [CONSOLE],
        configuration: { a: "b" },
        arguments: ["x"],
      },
      api: { bytes: api, quotas: { memory: 1 << 20 } },
    },
    "talker",
  ));
  file = serialisePlan(plan);
});

/** A file with another header, whose hash is right: what somebody with bad intent would write. */
function withHeader(change: (header: Record<string, unknown>) => void): Uint8Array {
  const size = new DataView(file.buffer).getUint32(12, true);
  const header = JSON.parse(new TextDecoder().decode(file.subarray(HEADER, HEADER + size))) as Record<
    string,
    unknown
  >;
  change(header);
  return forged(new TextEncoder().encode(JSON.stringify(header)), file.subarray(HEADER + size));
}

function forged(header: Uint8Array, rest: Uint8Array): Uint8Array {
  const made = new Uint8Array(HEADER + header.length + rest.length);
  made.set(file.subarray(0, 12));
  new DataView(made.buffer).setUint32(12, header.length, true);
  made.set(createHash("sha256").update(header).digest(), 16);
  made.set(header, HEADER);
  made.set(rest, HEADER + header.length);
  return made;
}

/** What is wrong with a file; one that parses can be described, whatever it says. */
function problem(bytes: Uint8Array): string {
  try {
    printDescription(describePlan(parsePlan(bytes)));
  } catch (error) {
    if (error instanceof PlanError) return error.message;
    throw error;
  }
  return "parsed";
}

describe("a plan file", () => {
  it("gives back the plan", () => {
    expect(parsePlan(file)).toEqual(plan);
    expect(serialisePlan(parsePlan(file))).toEqual(file);
  });

  it("reads from the middle of a larger buffer", () => {
    const larger = new Uint8Array(file.length + 20);
    larger.set(file, 7);
    expect(parsePlan(larger.subarray(7, 7 + file.length))).toEqual(plan);
  });

  it("of a newer version is refused by name", () => {
    const newer = file.slice();
    newer[8] = PLAN_VERSION + 1;
    expect(problem(newer)).toBe(
      `link plan, byte 8: made by a newer Atoll: expected format version ${PLAN_VERSION}, found ${PLAN_VERSION + 1}; link the system again or update atoll-os`,
    );
  });

  it("that is none, cut off, or damaged says so", () => {
    expect(problem(new TextEncoder().encode("#!/usr/bin/env node\n".repeat(9)))).toContain(
      "this is not a link plan",
    );
    expect(problem(file.subarray(0, 20))).toContain("found the end of the file");
    expect(problem(file.subarray(0, 200))).toContain("cut off");
    expect(problem(file.subarray(0, file.length - 1))).toContain("cut off");
    expect(problem(Uint8Array.from([...file, 0]))).toContain(
      "expected the end of the file, found 1 more bytes",
    );
    const flipped = file.slice();
    flipped[file.length - 1] = (flipped[file.length - 1] ?? 0) ^ 1;
    expect(problem(flipped)).toContain("its bytes do not have the hash in the header: damaged");
    flipped[60] = (flipped[60] ?? 0) ^ 1;
    expect(problem(flipped)).toContain("the header does not have the hash");
  });

  it("with an unknown field, or one of another type, names it", () => {
    expect(problem(withHeader((h) => (h["extra"] = 1)))).toContain("Unrecognized key");
    expect(problem(withHeader((h) => (h["system"] = 1)))).toContain("link plan, system: ");
    expect(problem(withHeader((h) => delete h["root"]))).toContain("link plan, root: ");
  });

  const positions: [string, (header: never) => void, string][] = [
    [
      "a module",
      (h: Deep) => (h.templates[0].instances[0].module = 99),
      "templates.0.instances.0.module: expected a position below",
    ],
    [
      "a module of another role",
      (h: Deep) => (h.templates[0].instances[0].module = h.root.transfer),
      "expected a module of role guest, found transfer",
    ],
    [
      "an instance",
      (h: Deep) => (h.templates[1].holes[0].functions[0].slots[0].instance = 7),
      "slots.0.instance: expected a position below 1, found 7",
    ],
    [
      "a slot twice",
      (h: Deep) =>
        h.templates[1].holes[0].functions[0].slots.push(h.templates[1].holes[0].functions[0].slots[0]),
      "is there twice",
    ],
    [
      "a template",
      (h: Deep) => (h.root.processes[0].template = 5),
      "root.processes.0.template: expected a position below 2",
    ],
    ["a consumer", (h: Deep) => (h.root.edges[0].consumer = 5), "root.edges.0.consumer: "],
    ["a hole", (h: Deep) => (h.root.edges[0].hole = 5), "root.edges.0.hole: "],
    ["a grant", (h: Deep) => (h.root.edges[1].provider.grant = 5), "root.edges.1.provider.grant: "],
    [
      "an adapter",
      (h: Deep) => (h.root.entry.target.adapter = 5),
      "root.entry.target.adapter: expected an earlier adapter below 1, found 5",
    ],
    [
      "a hole without an edge",
      (h: Deep) => h.root.edges.pop(),
      'hole "atoll:device/console@0.1.0" is not bound',
    ],
    [
      "a name twice",
      (h: Deep) => (h.root.processes[0].name = h.root.processes[1].name),
      '"talker" is there twice',
    ],
    ["the transfer module", (h: Deep) => delete h.root.transfer, "root."],
  ];
  it.each(positions)("with a wrong position of %s is refused", (_, change, message) => {
    expect(problem(withHeader(change as (header: Record<string, unknown>) => void))).toContain(message);
  });

  it("never throws anything but a PlanError, whatever happened to it", () => {
    const edits = fc.array(fc.tuple(fc.nat(file.length - 1), fc.integer({ min: 0, max: 255 })), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(edits, fc.nat(file.length), (changes, end) => {
        const bytes = file.slice(0, end % 3 === 0 ? end : file.length);
        for (const [at, byte] of changes) if (at < bytes.length) bytes[at] = byte;
        problem(bytes);
      }),
      { numRuns: 300, seed: 20261121 },
    );
  });

  it("never throws anything but a PlanError for a header with a right hash and wrong content", () => {
    const paths = leaves(
      JSON.parse(new TextDecoder().decode(file.subarray(HEADER, HEADER + headerSize()))),
      [],
    );
    const junk = fc.oneof(
      fc.jsonValue(),
      fc.nat(),
      fc.constantFrom("", "__proto__", -1, 1e300, [], {}, null),
    );
    fc.assert(
      fc.property(fc.constantFrom(...paths), junk, (path, value) => {
        problem(withHeader((header) => setAt(header, path, value)));
      }),
      { numRuns: 400, seed: 20261121 },
    );
  });

  it("with JSON nested very deep is refused", () => {
    const deep = new TextEncoder().encode("[".repeat(200_000));
    expect(problem(forged(deep, new Uint8Array()))).toContain("link plan, header");
  });
});

// oxlint-disable-next-line typescript/no-explicit-any
type Deep = any;

function headerSize(): number {
  return new DataView(file.buffer).getUint32(12, true);
}

/** Paths to everything in a JSON value. */
function leaves(value: unknown, path: string[]): string[][] {
  if (typeof value !== "object" || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => leaves(inner, [...path, key]))].filter(
    (p) => p.length > 0,
  );
}

function setAt(value: Record<string, unknown>, path: readonly string[], to: unknown): void {
  let at: Deep = value;
  for (const key of path.slice(0, -1)) at = at[key];
  at[path.at(-1) ?? ""] = to;
}
