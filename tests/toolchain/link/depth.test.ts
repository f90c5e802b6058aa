/**
 * Call depth: what counts, that it is set back on every way out, and what a host sees of it.
 */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { describeTrap } from "../../../host-linux/trap/trap.ts";
import { trapText } from "../../../host-linux/index.ts";
import type { Running } from "../../../host-linux/instantiate.ts";
import { parsePlan, serialisePlan } from "../../../toolchain/link/plan-file.ts";
import { DEPTH_EXHAUSTED, RESERVED } from "../../../toolchain/link/plan.ts";
import { rewriteModule } from "../../../toolchain/link/rewrite/rewrite.ts";
import {
  CodeWriter,
  decodeModule,
  encodeModule,
  index,
  readInstructions,
  type CoreModule,
} from "../../../toolchain/wasm/index.ts";
import { bringUp, call } from "./bring-up.ts";
import { linked, refused, text } from "./guests.ts";
import { metered, type Metered } from "./metered-instance.ts";
import { generate, program, TURNS } from "./random-programs.ts";

const RUNS = { numRuns: 300, seed: 20261121 };
const OPTIONS = { name: "m", outward: new Map<number, string>(), mayLeave: false, exportStart: false };

type Limited = Pick<Metered, "instance"> & Partial<Pick<Metered, "fill">>;

function limited(module: CoreModule, fuel = false): Limited {
  if (fuel) return metered(module, { depth: "own" });
  return { instance: instantiated(rewriteModule(module, { ...OPTIONS, depth: "own" }).bytes) };
}

function instantiated(bytes: Uint8Array): WebAssembly.Instance {
  return new WebAssembly.Instance(new WebAssembly.Module(bytes as Uint8Array<ArrayBuffer>));
}

/** The reference: every function is called through another one that counts, if it can come to call itself. */
function naivelyLimited(module: CoreModule): Limited {
  const callees = module.code.map(({ code }) => {
    const found: number[] = [];
    for (const cursor of readInstructions(code))
      if (cursor.mnemonic === "call") found.push(cursor.operand(0).value);
    return found;
  });
  const leadsTo = (from: number, to: number, seen = new Set<number>()): boolean =>
    (callees[from] ?? []).some(
      (next) => next === to || (!seen.has(next) && leadsTo(next, to, seen.add(next))),
    );
  const count = module.functions.length;
  const depth = index<never>(module.globals.length);
  const outer = module.code.map((_, i) => {
    const code = new CodeWriter();
    const counts = leadsTo(i, i);
    const add = (by: number): CodeWriter => code.globalGet(depth).i32Const(by).op("i32.add").globalSet(depth);
    if (counts) {
      code
        .globalGet(depth)
        .op("i32.eqz")
        .if()
        .call(index<never>(2 * count))
        .end();
      add(-1);
    }
    code.localGet(0).call(index<never>(count + i));
    if (counts) add(1);
    return { locals: [], code: code.end().bytes(), offset: 0 };
  });
  const stop = { locals: [], code: new CodeWriter().op("unreachable").end().bytes(), offset: 0 };
  const none = { final: true, supertypes: [], composite: { kind: "func" as const, params: [], results: [] } };
  const { bytes } = encodeModule({
    ...module,
    types: [...module.types, [none]],
    functions: [...module.functions, ...module.functions, index(module.types.length)],
    code: [...outer, ...module.code, stop],
    globals: [
      ...module.globals,
      { type: { type: "i32", mutable: true }, init: new CodeWriter().i32Const(0).end().bytes() },
    ],
    exports: [...module.exports, { name: RESERVED.depth, kind: "global", index: depth }],
    customs: [named(2 * count)],
  });
  return { instance: instantiated(bytes) };
}

/** A name section that calls one function what the linker calls its own. */
function named(func: number): CoreModule["customs"][number] {
  const name = new TextEncoder().encode(DEPTH_EXHAUSTED);
  const map = [1, func, name.length, ...name];
  return { name: "name", bytes: Uint8Array.from([1, map.length, ...map]), after: 11 };
}

/** Result of one call with so much depth left, and what is left behind it. */
function tried(
  { instance, fill }: Limited,
  name: string,
  arg: number,
  depth: number,
): { readonly result: unknown; readonly left: unknown } {
  const counter = instance.exports[RESERVED.depth] as WebAssembly.Global;
  const turns = instance.exports["turns"] as WebAssembly.Global | undefined;
  if (turns) turns.value = TURNS;
  fill?.(1n << 60n);
  counter.value = depth;
  try {
    const result = (instance.exports[name] as (x: number) => unknown)(arg);
    return { result, left: counter.value };
  } catch (error) {
    const stack = error instanceof Error ? (error.stack ?? "") : "";
    return { result: stack.includes(DEPTH_EXHAUSTED) ? "too deep" : "trap", left: undefined };
  }
}

describe("call depth", () => {
  it("is what a naive count says, metered or not", () => {
    const results: unknown[] = [];
    fc.assert(
      fc.property(program, fc.array(fc.nat(300), { minLength: 1, maxLength: 3 }), (functions, args) => {
        const module = generate(functions, true);
        const [naive, found, both] = [naivelyLimited(module), limited(module), limited(module, true)];
        for (const i of functions.keys()) {
          for (const arg of args) {
            for (const depth of [0, 1, 2, 5, 100]) {
              const expected = tried(naive, `f${i}`, arg, depth);
              expect(tried(found, `f${i}`, arg, depth)).toEqual(expected);
              expect(tried(both, `f${i}`, arg, depth)).toEqual(expected);
              if (expected.left !== undefined) expect(expected.left).toBe(depth);
              results.push(expected.result);
            }
          }
        }
      }),
      RUNS,
    );
    expect(results.filter((result) => result === "too deep").length).toBeGreaterThan(500);
    expect(results.filter((result) => typeof result === "number").length).toBeGreaterThan(1000);
  });

  // Each recurses `arg` deep, n + 1 calls, and returns how deep it was.
  const WAYS: readonly (readonly [string, string])[] = [
    [
      "direct calls",
      `(func $f (export "f") (param i32) (result i32)
         (if (result i32) (local.get 0) (then (i32.add (i32.const 1) (call $f (i32.sub (local.get 0) (i32.const 1))))) (else (i32.const 0))))`,
    ],
    [
      "calls through a table",
      `(type $t (func (param i32) (result i32))) (table 1 funcref) (elem (i32.const 0) func $f)
       (func $f (export "f") (type $t)
         (br_if 0 (i32.const 0) (i32.eqz (local.get 0))) drop
         (i32.add (i32.const 1) (call_indirect (type $t) (i32.sub (local.get 0) (i32.const 1)) (i32.const 0))))`,
    ],
    [
      "references",
      `(type $t (func (param i32) (result i32))) (elem declare func $f)
       (func $f (export "f") (type $t)
         (if (i32.eqz (local.get 0)) (then (return (i32.const 0))))
         (i32.add (i32.const 1) (call_ref $t (i32.sub (local.get 0) (i32.const 1)) (ref.func $f))))`,
    ],
    [
      "several results",
      `(func $g (param i32) (result i32 i64)
         (br_if 0 (i32.const 0) (i64.const 7) (i32.eqz (local.get 0))) drop drop
         (call $g (i32.sub (local.get 0) (i32.const 1))) drop (i32.add (i32.const 1)) (i64.const 7))
       (func (export "f") (param i32) (result i32) (call $g (local.get 0)) drop)`,
    ],
  ];
  it.each(WAYS)("counts %s", async (_, wat) => {
    const instance = limited(decodeModule(await text(`(module ${wat})`)), true);
    expect(tried(instance, "f", 5, 6)).toEqual({ result: 5, left: 6 });
    expect(tried(instance, "f", 6, 6).result).toBe("too deep");
    expect(tried(instance, "f", 0, 1)).toEqual({ result: 0, left: 1 });
  });

  it("does not count what cannot come to call itself", async () => {
    const chain = Array.from({ length: 50 }, (_, i) => `(func $f${i + 1} (call $f${i}))`).join("\n");
    const instance = limited(
      decodeModule(
        await text(
          `(module (func $f0) ${chain} (func (export "f") (param i32) (result i32) (call $f50) (i32.const 1)))`,
        ),
      ),
    );
    expect(tried(instance, "f", 0, 0)).toEqual({ result: 1, left: 0 });
  });

  it("lets tail calls go on for ever", async () => {
    const instance = limited(
      decodeModule(
        await text(`(module
          (func $odd (param i32) (result i32)
            (if (result i32) (local.get 0) (then (return_call $even (i32.sub (local.get 0) (i32.const 1)))) (else (i32.const 1))))
          (func $even (param i32) (result i32)
            (if (result i32) (local.get 0) (then (return_call $odd (i32.sub (local.get 0) (i32.const 1)))) (else (i32.const 0))))
          (func (export "f") (param i32) (result i32) (call $even (local.get 0))))`),
      ),
    );
    expect(tried(instance, "f", 100_001, 1)).toEqual({ result: 1, left: 1 });
  });

  // $down throws from `arg` calls deep; whoever catches goes on at its own level, as the recursions after it show.
  const DOWN = `(tag $t) (func $down (param i32)
    (if (i32.eqz (local.get 0)) (then (throw $t))) (call $down (i32.sub (local.get 0) (i32.const 1))))`;
  const CAUGHT: readonly (readonly [string, string])[] = [
    [
      "behind a block",
      `(func (export "f") (param i32) (result i32) (local $n i32)
         (loop $l (block $h (try_table (catch $t $h) (call $down (local.get 0))))
           (br_if $l (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 1))) (i32.const 9))))
         (local.get $n))`,
    ],
    [
      "at a loop",
      `(func (export "f") (param i32) (result i32) (local $n i32)
         (loop $l
           (if (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 1))) (i32.const 9))
             (then (try_table (catch_all $l) (call $down (local.get 0))))))
         (local.get $n))`,
    ],
    [
      "by the end of a function",
      `(func $quiet (param i32) (try_table (catch $t 0) (call $down (local.get 0))))
       (func (export "f") (param i32) (result i32) (local $n i32)
         (loop $l (call $quiet (local.get 0))
           (br_if $l (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 1))) (i32.const 9))))
         (local.get $n))`,
    ],
  ];
  it.each(CAUGHT)("is set back where an exception is caught, %s", async (_, wat) => {
    const instance = limited(decodeModule(await text(`(module ${DOWN} ${wat})`)), true);
    expect(tried(instance, "f", 5, 6)).toEqual({ result: 9, left: 6 });
    expect(tried(instance, "f", 6, 6).result).toBe("too deep");
  });

  it("is the level of the function that catches, when that is counted itself", async () => {
    const wat = `(func $f (export "f") (param i32) (result i32)
      (block $h (try_table (catch $t $h) (call $down (i32.const 2))))
      (if (result i32) (local.get 0)
        (then (i32.add (i32.const 1) (call $f (i32.sub (local.get 0) (i32.const 1))))) (else (i32.const 0))))`;
    const instance = limited(decodeModule(await text(`(module ${DOWN} ${wat})`)));
    // The innermost of 4 calls catches what is thrown 3 calls below.
    expect(tried(instance, "f", 3, 7)).toEqual({ result: 3, left: 7 });
    expect(tried(instance, "f", 3, 6).result).toBe("too deep");
  });
});

const RECURSIVE = `(component (core module $m
    (func $f (export "f") (param i32) (result i32)
      (if (result i32) (local.get 0) (then (i32.add (i32.const 1) (call $f (i32.sub (local.get 0) (i32.const 1))))) (else (i32.const 0)))))
  (core instance $i (instantiate $m))
  (func (export "f") (param "n" u32) (result u32) (canon lift (core func $i "f"))))`;

async function started(depth: number): Promise<Running> {
  const bytes = await text(RECURSIVE);
  const { plan } = linked({ a: { bytes, quotas: { depth } } }, undefined, { reset: true });
  return bringUp(parsePlan(serialisePlan(plan)));
}

describe("a process with a quota of call depth", () => {
  it("ends by a trap that says so, and is as new after a reset", async () => {
    const running = await started(10);
    expect(call(running, "a", "f", 9)).toBe(9);
    let report = "";
    try {
      call(running, "a", "f", 10);
    } catch (error) {
      const described = describeTrap(error, running.plan, running);
      expect(described?.kind).toBe("too-deep");
      report = described ? trapText(described) : "";
    }
    expect(report).toContain("process a trapped");
    expect(report).toContain("it nested its calls too deeply");
    running.reset(0);
    expect(call(running, "a", "f", 9)).toBe(9);
  });

  it("shares the counter among its core modules", async () => {
    const bytes = await text(`(component
      (core module $t (table (export "t") 1 funcref))
      (core instance $t (instantiate $t))
      (core module $a (type $f (func (param i32) (result i32))) (import "t" "t" (table 1 funcref))
        (func (export "f") (type $f)
          (if (result i32) (local.get 0) (then (i32.add (i32.const 1)
            (call_indirect (type $f) (i32.sub (local.get 0) (i32.const 1)) (i32.const 0)))) (else (i32.const 0)))))
      (core instance $a (instantiate $a (with "t" (instance $t))))
      (core module $b (import "a" "f" (func $f (param i32) (result i32))) (import "t" "t" (table 1 funcref))
        (func $g (param i32) (result i32) (call $f (local.get 0)))
        (elem (i32.const 0) func $g))
      (core instance $b (instantiate $b (with "t" (instance $t)) (with "a" (instance $a))))
      (func (export "f") (param "n" u32) (result u32) (canon lift (core func $a "f"))))`);
    const running = bringUp(linked({ a: { bytes, quotas: { depth: 7 } } }).plan);
    // $f of one module and $g of the other in turns: 4 and 3.
    expect(call(running, "a", "f", 3)).toBe(3);
    expect(() => call(running, "a", "f", 4)).toThrow(WebAssembly.RuntimeError);
  });

  it("is refused when it is no depth", async () => {
    const bytes = await text(RECURSIVE);
    expect(refused(() => linked({ a: { bytes, quotas: { depth: 0 } } }))).toContain(
      'process "a", quotas.depth: expected at least 1, found 0',
    );
  });
});
