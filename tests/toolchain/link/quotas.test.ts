/**
 * Processes with quotas, and processes that are reset, as a host runs them.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { describeTrap } from "../../../host-linux/trap/trap.ts";
import { trapText } from "../../../host-linux/index.ts";
import type { Running } from "../../../host-linux/instantiate.ts";
import { compileLean } from "../../../toolchain/compile/index.ts";
import { link, type SystemConfig } from "../../../toolchain/link/index.ts";
import { parsePlan, serialisePlan } from "../../../toolchain/link/plan-file.ts";
import { RESERVED } from "../../../toolchain/link/plan.ts";
import { bringUp } from "./bring-up.ts";
import { linked, refused, text } from "./guests.ts";

/** Keeps objects under garbage collection; `spin` never ends. */
const LEAN = `
class Node {
  constructor(public name: string, public next: Node | null) {}
}
let head: Node | null = null;
let count: u32 = 0;
const seen = new Map<string, u32>();
const table = new Array<i32>();

export function add(n: u32): u32 {
  for (let i: u32 = 0; i < n; i++) {
    head = new Node("node " + i.toString(), head);
    if (i % 3 === 0) head = null;
    seen.set("key " + (i % 50).toString(), i);
    table.push(i);
    count++;
  }
  return count;
}

export function sum(): u32 {
  let total: u32 = seen.size;
  let node: Node | null = head;
  while (node !== null) {
    total += node.name.length;
    node = node.next;
  }
  for (let i = 0; i < table.length; i++) total += table[i];
  return total;
}

export function grow(bytes: u32): u32 {
  const big = new Uint8Array(bytes);
  big[bytes - 1] = 7;
  return memory.size();
}

export function spin(): u32 {
  let x: u32 = 1;
  for (;;) x = x * 3 + 1;
  return x;
}

export function fail(): u32 {
  count = 1000;
  throw new Error("on purpose");
}
`;

let lean: Uint8Array;

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), "atoll-quotas-"));
  try {
    writeFileSync(join(folder, "app.ts"), LEAN);
    await compileLean({ app: join(folder, "app.ts") });
    lean = readFileSync(join(folder, "build/app.wasm"));
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 60_000);

function started(
  quotas: NonNullable<SystemConfig["processes"][string]["quotas"]> = {},
  reset = true,
): Running {
  const config: SystemConfig = { name: "s", processes: { app: { component: "./app.wasm", quotas } } };
  const { plan } = link({ config, components: new Map([["./app.wasm", lean]]), reset });
  return bringUp(parsePlan(serialisePlan(plan)));
}

function call(running: Running, name: string, ...args: number[]): number {
  const e = running.plan.templates[0]?.exports.find((candidate) => candidate.name.endsWith(`#${name}`));
  if (e === undefined) throw new Error(`no function ${name}`);
  return (running.item(0, e.func) as (...args: number[]) => number)(...args);
}

function memoryOf(running: Running): Buffer {
  const memory = running.item(0, { instance: 0, export: `${RESERVED.memory}0` }) as WebAssembly.Memory;
  return Buffer.from(memory.buffer);
}

function fuelOf(running: Running): bigint {
  if (running.fuel === undefined) throw new Error("not metered");
  return running.fuel.of(0).left;
}

function session(of: Running): number[] {
  return [
    ...[10, 2000, 1].map((n) => call(of, "add", n)),
    call(of, "sum"),
    call(of, "grow", 300_000),
    call(of, "add", 5000),
    call(of, "sum"),
  ];
}

function used(running: Running): bigint {
  const before = fuelOf(running);
  call(running, "add", 500);
  call(running, "sum");
  return before - fuelOf(running);
}

/** A component whose table has that size, and which traps when it can grow by 5. */
function tableOf(size: number): string {
  return `(component (core module $m (table ${size} funcref) (func $f
       (if (i32.ne (table.grow (ref.null func) (i32.const 5)) (i32.const -1)) (then unreachable))) (start $f))
     (core instance (instantiate $m)))`;
}

describe("a lean process that is reset", () => {
  it("does what a new one does, garbage collection included", () => {
    const running = started();
    const first = session(running);
    expect(() => call(running, "fail")).toThrow(WebAssembly.RuntimeError);
    for (let i = 0; i < 3; i++) {
      running.reset(0);
      expect(session(running)).toEqual(first);
    }
    running.reset(0);
    const fresh = started();
    const size = memoryOf(fresh).length;
    expect(Buffer.compare(memoryOf(running).subarray(0, size), memoryOf(fresh))).toBe(0);
    expect(
      memoryOf(running)
        .subarray(size)
        .every((byte) => byte === 0),
    ).toBe(true);
    expect(session(fresh)).toEqual(first);
  });

  it("is refused when the plan was linked without", () => {
    const running = started({}, false);
    expect(() => running.reset(0)).toThrow("process app cannot be reset: the plan was linked without it.");
  });
});

describe("fuel", () => {
  it("is the same for the same work, on every instance and after a reset", () => {
    const running = started({ fuel: 1e9 });
    const first = used(running);
    running.reset(0);
    expect([used(running), used(started({ fuel: 1e9 }))]).toEqual([first, first]);
  });

  it("is counted alike with and without a reset", () => {
    const [one, other] = [started({ fuel: 1e9 }, true), started({ fuel: 1e9 }, false)];
    call(one, "add", 500);
    call(other, "add", 500);
    expect(fuelOf(one)).toBe(fuelOf(other));
  });

  it("ends a process that uses it up, and is there again after a reset", () => {
    const running = started({ fuel: 3_000_000 });
    const report = trapOf(running, "spin");
    expect(report).toMatch(
      /^process app trapped at app\.ts:40:3: it used up its fuel\n +app\.ts:40:3  spin$/,
    );
    expect(fuelOf(running) < 0n).toBe(true);
    expect(() => call(running, "add", 1)).toThrow(WebAssembly.RuntimeError);
    running.reset(0);
    expect(call(running, "add", 1)).toBe(1);
  });

  it("does not hide another trap's reason", () => {
    expect(trapOf(started({ fuel: 1e9 }), "fail")).toContain("gave up: on purpose");
  });

  it("is shared by the core modules of a component", async () => {
    const bytes = await text(`(component
      (core module $a (memory (export "m") 1) (global $g (mut i32) (i32.const 4)) (global (export "g") i32 (i32.const 30))
        (func (export "f") (result i32) (global.set $g (i32.add (global.get $g) (i32.const 1))) (global.get $g)))
      (core instance $a (instantiate $a))
      (core module $b (import "a" "m" (memory 1)) (import "a" "f" (func $f (result i32))) (import "a" "g" (global $i i32))
        (global $h (mut i32) (global.get $i)) (global $k i32 (global.get $i))
        (data (offset (global.get $i)) "x")
        (func (export "run") (result i32)
          (global.set $h (i32.add (global.get $h) (call $f))) (i32.add (global.get $h) (global.get $k))))
      (core instance $b (instantiate $b (with "a" (instance $a))))
      (func (export "run") (result u32) (canon lift (core func $b "run"))))`);
    const config = { name: "s", processes: { a: { component: "./a.wasm", quotas: { fuel: 26 } } } };
    const { plan } = link({ config, components: new Map([["./a.wasm", bytes]]), reset: true });
    const running = bringUp(parsePlan(serialisePlan(plan)));
    const run = (): unknown => (running.item(0, { instance: 1, export: "run" }) as () => unknown)();
    // 7 instructions of one module and 5 of the other.
    expect([run(), fuelOf(running), run(), fuelOf(running)]).toEqual([65, 14n, 71, 2n]);
    expect(run).toThrow(WebAssembly.RuntimeError);
    running.reset(0);
    expect([run(), fuelOf(running)]).toEqual([65, 14n]);
  });
});

describe("a table quota", () => {
  it("stops a table from growing", async () => {
    const bytes = await text(tableOf(3));
    expect(() => bringUp(linked({ a: { bytes, quotas: { table: 7 } } }).plan)).not.toThrow();
    expect(() => bringUp(linked({ a: { bytes, quotas: { table: 8 } } }).plan)).toThrow("unreachable");
  });

  it("is refused when a table starts larger", async () => {
    const bytes = await text(tableOf(9));
    expect(refused(() => linked({ a: { bytes, quotas: { table: 8 } } }))).toBe(
      'limit: process "a": ./a.wasm starts with a table of 9 elements, and quotas.table is 8\nAllow at least 9.',
    );
  });
});

function trapOf(running: Running, name: string): string {
  try {
    call(running, name);
  } catch (error) {
    const report = describeTrap(error, running.plan, running);
    if (report !== undefined) return trapText(report);
  }
  throw new Error("expected a trap");
}
