/**
 * Metered code counts what a naive count of every instruction counts, and no more changes.
 */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeModule, type CoreModule } from "../../../toolchain/wasm/index.ts";
import { RESERVED } from "../../../toolchain/link/plan.ts";
import { metered, type Metered } from "./metered-instance.ts";
import { naivelyMetered } from "./naive-metering.ts";
import { generate, isExported, program, TURNS } from "./random-programs.ts";
import { text } from "./guests.ts";

const RUNS = { numRuns: 400, seed: 20261121 };
const PLENTY = 1n << 60n;

/** The reference, as a metered instance is used. */
function naive(module: CoreModule): Pick<Metered, "instance" | "fill" | "left"> {
  const bytes = naivelyMetered(module) as Uint8Array<ArrayBuffer>;
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes));
  const counter = instance.exports[RESERVED.fuel] as WebAssembly.Global;
  return { instance, fill: (fuel) => void (counter.value = fuel), left: () => counter.value as bigint };
}

/** Result and fuel used of one call. */
function tried(
  { instance, fill, left }: Pick<Metered, "instance" | "fill" | "left">,
  name: string,
  arg: number,
  fuel: bigint,
  slice?: bigint,
): { result: unknown; used: bigint } {
  const turns = instance.exports["turns"] as WebAssembly.Global | undefined;
  if (turns) turns.value = TURNS;
  fill(fuel, slice);
  try {
    const result = (instance.exports[name] as (x: number) => unknown)(arg);
    return { result, used: fuel - left() };
  } catch (error) {
    const stack = error instanceof Error ? (error.stack ?? "") : "";
    const result = stack.includes("trap: fuel exhausted") ? "exhausted" : "trap";
    return { result, used: fuel - left() };
  }
}

describe("metering", () => {
  it("counts on every path to a return what counting each instruction counts", () => {
    let returned = 0;
    fc.assert(
      fc.property(program, fc.array(fc.nat(300), { minLength: 1, maxLength: 4 }), (functions, args) => {
        const module = generate(functions);
        const [reference, clever] = [naive(module), metered(module)];
        for (const i of functions.keys()) {
          if (!isExported(i, functions.length)) continue;
          for (const arg of args) {
            const expected = tried(reference, `f${i}`, arg, PLENTY);
            const found = tried(clever, `f${i}`, arg, PLENTY);
            expect(found.result).toBe(expected.result);
            if (expected.result === "trap") continue;
            returned++;
            expect(found.used).toBe(expected.used);
            // Exactly this much is enough.
            expect(tried(clever, `f${i}`, arg, expected.used)).toEqual(expected);
            expect(tried(clever, `f${i}`, arg, expected.used - 1n).result).toBe("exhausted");
          }
        }
      }),
      RUNS,
    );
    expect(returned).toBeGreaterThan(1000);
  });

  it("counts the same in slices of any size, and ends where one slice would", () => {
    let slices = 0;
    fc.assert(
      fc.property(program, fc.nat(300), fc.integer({ min: 1, max: 300 }), (functions, arg, size) => {
        const clever = metered(generate(functions));
        const name = `f${functions.length - 1}`;
        const slice = BigInt(size);
        const expected = tried(clever, name, arg, PLENTY);
        const found = tried(clever, name, arg, PLENTY, slice);
        expect(found.result).toBe(expected.result);
        slices += clever.slices();
        if (expected.result === "trap") return;
        expect(found.used).toBe(expected.used);
        // A slice has ended when more was used than it has.
        expect(BigInt(clever.slices())).toBeLessThanOrEqual(expected.used / slice);
        expect(tried(clever, name, arg, expected.used, slice)).toEqual(expected);
        expect(tried(clever, name, arg, expected.used - 1n, slice).result).toBe("exhausted");
      }),
      RUNS,
    );
    expect(slices).toBeGreaterThan(1000);
  });

  const HANDLERS = `(module (tag $t) (memory (export "memory") 1)
    (func $thrower (param i32) (if (i32.and (local.get 0) (i32.const 1)) (then (throw $t))))
    (func (export "f") (param i32) (result i32)
      (local $n i32)
      (loop $l
        (block $h (try_table (catch $t $h) (call $thrower (local.get $n)) (local.set 0 (i32.add (local.get 0) (i32.const 3)))))
        (br_if $l (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 1))) (i32.const 9))))
      (local.get 0)))`;
  const LENGTHS = `(module (memory (export "memory") 1) (table $t 20 funcref) (data $d "0123456789abcdefghij")
    (func (export "f") (param i32) (result i32)
      (memory.fill (i32.const 0) (i32.const 1) (local.get 0))
      (memory.copy (i32.const 100) (i32.const 0) (local.get 0))
      (memory.init $d (i32.const 5) (i32.const 0) (i32.const 17))
      (memory.size)))`;
  const RESULTS = `(module (memory (export "memory") 1)
    (func $pair (param i32) (result i32 i64)
      (local $n i32)
      (loop $l
        (br_if 1 (local.get $n) (i64.const 5) (i32.gt_u (local.get $n) (local.get 0)))
        drop drop
        (local.set $n (i32.add (local.get $n) (i32.const 1)))
        (br $l))
      unreachable)
    (func $odd (param i32) (result i32)
      (if (result i32) (local.get 0) (then (return_call $even (i32.sub (local.get 0) (i32.const 1)))) (else (i32.const 1))))
    (func $even (param i32) (result i32)
      (if (result i32) (local.get 0) (then (return_call $odd (i32.sub (local.get 0) (i32.const 1)))) (else (i32.const 0))))
    (func (export "f") (param i32) (result i32) (drop (call $pair (local.get 0))) (i32.add (call $even (local.get 0)))))`;

  it.each([
    ["lengths", LENGTHS, [0, 7, 8, 800]],
    ["several results, branches out, tail calls", RESULTS, [0, 1, 5, 30]],
  ])("counts %s exactly", async (_, wat, args) => {
    const module = decodeModule(await text(wat));
    const [reference, clever] = [naive(module), metered(module)];
    for (const arg of args)
      expect(tried(clever, "f", arg, PLENTY)).toEqual(tried(reference, "f", arg, PLENTY));
  });

  it("counts code with handlers exactly, but for what a throw jumps over", async () => {
    const module = decodeModule(await text(HANDLERS));
    const [expected, found] = [tried(naive(module), "f", 4, PLENTY), tried(metered(module), "f", 4, PLENTY)];
    expect(found.result).toBe(19);
    expect(found).toEqual(expected);
  });

  it.each([
    ["a loop", `(func (export "f") (param i32) (result i32) (loop $l (br $l)) unreachable)`],
    [
      "a loop that only ends by a trap",
      `(func (export "f") (param i32) (result i32) (loop $l (if (local.get 0) (then (br $l)))) unreachable)`,
    ],
    ["a recursion", `(func $f (export "f") (param i32) (result i32) (return_call $f (local.get 0)))`],
    [
      "a recursion before a trap",
      `(func $g (param i32) (if (local.get 0) (then (drop (call $f (local.get 0))) (unreachable))))
       (func $f (export "f") (param i32) (result i32) (call $g (local.get 0)) (i32.const 0))`,
    ],
    [
      "a recursion through a table",
      `(type $t (func (param i32) (result i32))) (table 1 funcref) (elem (i32.const 0) func $f)
       (func $f (export "f") (type $t) (return_call_indirect (type $t) (local.get 0) (i32.const 0)))`,
    ],
    [
      "a length",
      `(memory 16) (func (export "f") (param i32) (result i32)
         (loop $l (memory.fill (i32.const 0) (i32.const 0) (i32.const 1000000)) (br $l)) unreachable)`,
    ],
  ])("ends %s without end", async (_, wat) => {
    const instance = metered(decodeModule(await text(`(module ${wat})`)));
    const { result, used } = tried(instance, "f", 1, 5000n);
    // A recursion that is not a tail call may run out of stack first.
    expect(["exhausted", "trap"]).toContain(result);
    if (result === "exhausted") expect(used).toBeGreaterThan(5000n);
  });

  it("prepays no more than it can count, however calls multiply", async () => {
    const chain = Array.from({ length: 100 }, (_, i) => `(func $f${i + 1} (call $f${i}) (call $f${i}))`).join(
      "\n",
    );
    const module = decodeModule(
      await text(
        `(module (func $f0 (nop)) ${chain} (func (export "f") (param i32) (result i32) (call $f100) (i32.const 1)))`,
      ),
    );
    expect(tried(metered(module), "f", 0, 1n << 33n).result).toBe("exhausted");
  });

  it("starts without fuel", async () => {
    const module = decodeModule(
      await text(`(module (func (export "f") (param i32) (result i32) (local.get 0)))`),
    );
    const { instance } = metered(module);
    expect(() => (instance.exports["f"] as (x: number) => number)(1)).toThrow(WebAssembly.RuntimeError);
  });
});
