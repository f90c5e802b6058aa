/** Every way to die, in functions of several shapes: the caller and a third process go on, with their memory intact. */
import { beforeAll, describe, expect, it } from "vitest";
import type { Running } from "../../../host-linux/instantiate.ts";
import type { LinkPlan } from "../../../toolchain/link/plan.ts";
import { bringUp, call } from "../../toolchain/link/bring-up.ts";
import { component, linked } from "../../toolchain/link/guests.ts";
import { consumer, type Functions } from "./guests.ts";

/** How the provider dies, by the number that tells it; `-1` lets it live. */
const WAYS = [
  ["unreachable", "unreachable"],
  ["an access out of bounds", "out-of-bounds"],
  ["a division by zero", "divide-by-zero"],
  ["a number that does not fit", "integer-overflow"],
  ["a recursion without end", "stack-overflow"],
  ["an indirect call of another type", "indirect-call"],
  ["an indirect call of nothing", "indirect-call"],
  ["a bad cast", "bad-cast"],
  ["an exception", "uncaught-exception"],
  ["fuel that is used up", "out-of-fuel"],
  ["a result that is not valid", "invalid-value"],
] as const;
const ALIVE = -1;
const WRONG_RESULT = 10;
const OUT_OF_FUEL = 9;

const MANY = Array.from({ length: 17 }, (_, i) => `p${i}: u32`).join(", ");
/** What the caller finds where the payload begins, if that is always the same. */
const SHAPES: Readonly<
  Record<string, { wit: { params: string; result?: string }; call: string; found: bigint | undefined }>
> = {
  number: { wit: { params: "way: s32", result: "char" }, call: "(i32.const 64)", found: 65n },
  nothing: { wit: { params: "way: s32" }, call: "(i32.const 64)", found: 0n },
  text: {
    wit: { params: "way: s32, text: string", result: "string" },
    call: "(i32.const 512) (i32.const 20) (i32.const 64)",
    found: undefined,
  },
  items: {
    wit: { params: "way: s32, of: list<tuple<u8, string>>", result: "option<list<u64>>" },
    call: "(i32.const 600) (i32.const 1) (i32.const 64)",
    found: 1n,
  },
  many: { wit: { params: `${MANY}, way: s32`, result: "tuple<bool, char>" }, call: "", found: 1n },
};

const FUNCTIONS: Functions = Object.fromEntries(Object.entries(SHAPES).map(([name, { wit }]) => [name, wit]));

const PROVIDER = `(module
  (memory (export "memory") 1)
  (type $none (func)) (type $other (func (param i64)))
  (type $struct (struct (field i32))) (type $array (array i32))
  (table 2 funcref) (elem (i32.const 0) $other)
  (tag $thrown)
  (global $bad (mut i32) (i32.const 0))
  (global $top (mut i32) (i32.const 8192))
  (func $other (type $other))
  (func $deep (param i32) (result i32) (i32.add (call $deep (local.get 0)) (i32.const 1)))
  (func $die (param $way i32)
    (block $10 (block $9 (block $8 (block $7 (block $6 (block $5 (block $4 (block $3 (block $2 (block $1 (block $0
    (br_table $0 $1 $2 $3 $4 $5 $6 $7 $8 $9 $10 (local.get $way))
    ) (unreachable)
    ) (drop (i32.load (i32.const -8))) (return)
    ) (drop (i32.div_u (i32.const 1) (i32.const 0))) (return)
    ) (drop (i32.trunc_f64_s (f64.const 1e20))) (return)
    ) (drop (call $deep (i32.const 0))) (return)
    ) (call_indirect (type $none) (i32.const 0)) (return)
    ) (call_indirect (type $none) (i32.const 1)) (return)
    ) (drop (ref.cast (ref $array) (struct.new $struct (i32.const 1)))) (return)
    ) (throw $thrown)
    ) (loop $l (br $l))
    ))
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
    (if (global.get $bad) (then (return (i32.const -16))))
    (global.set $top (i32.and (i32.add (global.get $top) (i32.const 7)) (i32.const -8)))
    (global.get $top) (global.set $top (i32.add (global.get $top) (local.get 3))))
  (func (export "t:p/api#number") (param i32) (result i32)
    (call $die (local.get 0))
    (select (i32.const 0xd800) (i32.const 65) (i32.eq (local.get 0) (i32.const ${WRONG_RESULT}))))
  (func (export "t:p/api#nothing") (param i32)
    (call $die (local.get 0))
    (if (i32.eq (local.get 0) (i32.const ${WRONG_RESULT})) (then unreachable)))
  (func (export "t:p/api#text") (param i32 i32 i32) (result i32)
    (call $die (local.get 0))
    (i32.store (i32.const 16) (i32.const 8192))
    (i32.store (i32.const 20) (select (i32.const 0x40000) (i32.const 4) (i32.eq (local.get 0) (i32.const ${WRONG_RESULT}))))
    (i32.const 16))
  (func (export "t:p/api#items") (param i32 i32 i32) (result i32)
    (call $die (local.get 0))
    (i32.store8 (i32.const 16) (select (i32.const 2) (i32.const 1) (i32.eq (local.get 0) (i32.const ${WRONG_RESULT}))))
    (i32.store (i32.const 20) (i32.const 8192)) (i32.store (i32.const 24) (i32.const 1))
    (i32.const 16))
  (func (export "t:p/api#many") (param i32) (result i32)
    (call $die (i32.load offset=68 (local.get 0)))
    (i32.store8 (i32.const 16) (i32.const 1))
    (i32.store (i32.const 20)
      (select (i32.const 0x110000) (i32.const 66) (i32.eq (i32.load offset=68 (local.get 0)) (i32.const ${WRONG_RESULT}))))
    (i32.const 16))
  (func (export "spoil") (global.set $bad (i32.const 1))))`;

const APP = `
  ${Object.keys(SHAPES)
    .map((name) => {
      const params =
        name === "many" ? "i32 i32" : FUNCTIONS[name]?.params.includes(",") ? "i32 i32 i32 i32" : "i32 i32";
      return `(import "t:p/api-guarded" "${name}" (func $${name} (param ${params})))`;
    })
    .join("\n")}
  (import "t:w/api" "count" (func $count (result i32)))
  (data (i32.const 512) "a text of twenty units and more, all of them letters of ASCII")
  (data (i32.const 600) "\\07\\00\\00\\00\\00\\02\\00\\00\\02\\00\\00\\00")
  (func $clear (memory.fill (i32.const 64) (i32.const 0) (i32.const 32)))
  (func $left (result i64) (i64.load (i32.const 64)))
  ${Object.entries(SHAPES)
    .map(([name, shape]) =>
      name === "many"
        ? `(func (export "${name}") (param i32) (result i64) (call $clear)
            (i32.store (i32.const 868) (local.get 0)) (call $many (i32.const 800) (i32.const 64)) (call $left))`
        : `(func (export "${name}") (param i32) (result i64) (call $clear)
            (call $${name} (local.get 0) ${shape.call}) (call $left))`,
    )
    .join("\n")}
  (func (export "count") (result i32) (call $count))`;

const WITNESS = `(module (memory (export "memory") 1) (global $n (mut i32) (i32.const 0))
  (func (export "t:w/api#count") (result i32)
    (global.set $n (i32.add (global.get $n) (i32.const 1))) (i32.store (i32.const 128) (global.get $n)) (global.get $n)))`;

let plan: LinkPlan;
beforeAll(async () => {
  const app = await consumer(
    FUNCTIONS,
    true,
    `import t:w/api; ${Object.keys(SHAPES)
      .map((name) => `export ${name}: func(way: s32) -> u64;`)
      .join(" ")} export count: func() -> u32;`,
    APP,
    "package t:w { interface api { count: func() -> u32; } }",
  );
  const server = await component(
    `package t:p;\ninterface api {\n${Object.entries(FUNCTIONS)
      .map(
        ([name, { params, result }]) =>
          `${name}: func(${params})${result === undefined ? "" : ` -> ${result}`};`,
      )
      .join("\n")}\n}\nworld w { export api; export spoil: func(); }`,
    PROVIDER,
  );
  const witness = await component(
    "package t:w; interface api { count: func() -> u32; } world w { export api; }",
    WITNESS,
  );
  plan = linked(
    {
      app: { bytes: app, imports: { "t:p/api": "server", "t:w/api": "witness" } },
      server: { bytes: server, quotas: { fuel: 100_000 } },
      witness: { bytes: witness },
    },
    undefined,
    { reset: true },
  ).plan;
});

function position(name: string): number {
  return plan.root.processes.findIndex((process) => process.name === name);
}

/** All that a process has in memory, but for where its calls' results go. */
function memoryOf(running: Running, name: string): Uint8Array {
  const template = plan.templates[plan.root.processes[position(name)]?.template ?? -1];
  const instance = template?.instances.length === undefined ? 0 : template.instances.length - 1;
  const found = [...Array(instance + 1).keys()].map((i) => {
    try {
      return running.item(position(name), { instance: i, export: "memory" });
    } catch {
      return undefined;
    }
  });
  const memory = found.find((item) => item instanceof WebAssembly.Memory) as WebAssembly.Memory;
  return new Uint8Array(memory.buffer.slice(0)).fill(0, 64, 96).fill(0, 868, 872);
}

const CASES = WAYS.flatMap(([name, kind], way) =>
  Object.keys(SHAPES).map((shape) => [name, shape, way, kind] as const),
);

describe("a callee that dies of", () => {
  it.each(CASES)("%s, in a function of %s", (_, shape, way, kind) => {
    const running = bringUp(plan);
    call(running, "app", "count");
    const before = [memoryOf(running, "app"), memoryOf(running, "witness")];
    const fault = BigInt(way === OUT_OF_FUEL ? 4 : 0);
    const left = call(running, "app", shape, way) as bigint;
    expect(left & 0xffn).toBe(1n);
    expect(payloadOf(shape, left)).toBe(fault);
    expect([memoryOf(running, "app"), memoryOf(running, "witness")]).toEqual(before);
    expect(call(running, "app", "count")).toBe(2);

    const [death, ...others] = running.deaths;
    expect(others).toEqual([]);
    expect(death).toMatchObject({ process: "server", originator: "server" });
    // What has no result cannot return a wrong one: it traps.
    const expected = way === WRONG_RESULT && shape === "nothing" ? "unreachable" : kind;
    expect(death?.report?.kind).toBe(expected);

    expect(payloadOf(shape, call(running, "app", shape, ALIVE) as bigint)).toBe(5n);
    running.reset(position("server"));
    expect(works(running, shape)).toBe(true);
    expect(call(running, "app", "count")).toBe(3);
  });

  it.each(["text", "items", "many"])("its own realloc, in a function of %s", (shape) => {
    const running = bringUp(plan);
    expect(works(running, shape)).toBe(true);
    const before = memoryOf(running, "witness");
    call(running, "server", "spoil");
    expect((call(running, "app", shape, ALIVE) as bigint) & 0xffn).toBe(1n);
    expect(memoryOf(running, "witness")).toEqual(before);
    expect(running.deaths.map(({ process, report }) => [process, report?.kind])).toEqual([
      ["server", "invalid-value"],
    ]);
    running.reset(position("server"));
    expect(works(running, shape)).toBe(true);
  });
});

/** The fault lies where the payload of the `result` begins. */
function payloadOf(shape: string, left: bigint): bigint {
  const offset = { nothing: 8n }[shape] ?? 32n;
  return (left >> offset) & 0xffn;
}

function works(running: Running, shape: string): boolean {
  const left = call(running, "app", shape, ALIVE) as bigint;
  const found = SHAPES[shape]?.found;
  return (left & 0xffn) === 0n && (found === undefined || payloadOf(shape, left) === found);
}
