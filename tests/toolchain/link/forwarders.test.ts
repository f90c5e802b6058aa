/**
 * Lowered functions and built-ins in places where guests have functions of their own.
 */
import { describe, expect, it } from "vitest";
import { bringUp, call } from "./bring-up.ts";
import { linked, text } from "./guests.ts";
import { trapOf } from "./resource-guests.ts";

/** Remembers the last number. */
const LOG = `(component
  (core module $m (global $last (mut i32) (i32.const 0))
    (func (export "log") (param i32) (global.set $last (local.get 0)))
    (func (export "last") (result i32) (global.get $last))
    (func (export "grow") (param i32 i32 i32 i32) (result i32) (i32.const 0)))
  (core instance $i (instantiate $m))
  (func (export "log") (param "n" u32) (canon lift (core func $i "log")))
  (func (export "last") (result u32) (canon lift (core func $i "last")))
  (func (export "grow") (param "a" u32) (param "b" u32) (param "c" u32) (param "d" u32) (result u32)
    (canon lift (core func $i "grow"))))`;

const LOG_IMPORT = `(import "log" (func $log (param "n" u32))) (core func $log (canon lower (func $log)))`;

async function system(source: string, reset = false): Promise<ReturnType<typeof bringUp>> {
  const imports = { log: "log", grow: "log" };
  const used = Object.fromEntries(
    Object.entries(imports).filter(([name]) => source.includes(`"${name}" (func`)),
  );
  const bytes = await text(source);
  const log = await text(LOG);
  return bringUp(linked({ p: { bytes, imports: used }, log: { bytes: log } }, undefined, { reset }).plan);
}

describe("a destructor", () => {
  it("that the component imports", async () => {
    const running = await system(`(component ${LOG_IMPORT}
      (type $r (resource (rep i32) (dtor (core func $log))))
      (core func $new (canon resource.new $r)) (core func $drop (canon resource.drop $r))
      (core module $m (import "" "new" (func $new (param i32) (result i32))) (import "" "drop" (func $drop (param i32)))
        (func (export "go") (call $drop (call $new (i32.const 41)))))
      (core instance $i (instantiate $m (with "" (instance (export "new" (func $new)) (export "drop" (func $drop))))))
      (func (export "go") (canon lift (core func $i "go"))))`);
    call(running, "p", "go");
    expect(call(running, "log", "last")).toBe(41);
  });

  it("that drops what the rep is a handle of", async () => {
    const running = await system(`(component ${LOG_IMPORT}
      (type $inner (resource (rep i32) (dtor (core func $log))))
      (core func $drop-inner (canon resource.drop $inner))
      (type $outer (resource (rep i32) (dtor (core func $drop-inner))))
      (core func $new-inner (canon resource.new $inner)) (core func $new (canon resource.new $outer))
      (core func $drop (canon resource.drop $outer))
      (core module $m (import "" "new-inner" (func $inner (param i32) (result i32)))
        (import "" "new" (func $new (param i32) (result i32))) (import "" "drop" (func $drop (param i32)))
        (func (export "go") (call $drop (call $new (call $inner (i32.const 43))))))
      (core instance $i (instantiate $m (with "" (instance (export "new-inner" (func $new-inner))
        (export "new" (func $new)) (export "drop" (func $drop))))))
      (func (export "go") (canon lift (core func $i "go"))))`);
    call(running, "p", "go");
    expect(call(running, "log", "last")).toBe(43);
  });
});

describe("a function that is lifted", () => {
  const AGAIN = `(component ${LOG_IMPORT} (func (export "again") (param "n" u32) (canon lift (core func $log))))`;

  it("may be a lowered one", async () => {
    const running = await system(AGAIN);
    call(running, "p", "again", 45);
    expect(call(running, "log", "last")).toBe(45);
  });

  it("and its process can be reset", async () => {
    const running = await system(AGAIN, true);
    running.reset(running.plan.root.processes.findIndex(({ name }) => name === "p"));
    call(running, "p", "again", 46);
    expect(call(running, "log", "last")).toBe(46);
  });

  it("may be a built-in", async () => {
    const running = await system(`(component
      (type $r (resource (rep i32)))
      (core func $new (canon resource.new $r)) (core func $rep (canon resource.rep $r))
      (func (export "new") (param "n" s32) (result s32) (canon lift (core func $new)))
      (func (export "rep") (param "n" s32) (result s32) (canon lift (core func $rep))))`);
    expect([call(running, "p", "new", 9), call(running, "p", "new", 8)]).toEqual([1, 2]);
    expect(call(running, "p", "rep", 2)).toBe(8);
  });
});

/** While these run, a component may not call out: CanonicalABI.md, `may_leave`. */
describe("a canonical option that calls out traps", () => {
  const CALLER = `(component (import "f" (func $f (param "s" string) (result u32)))
    (core module $memory (memory (export "memory") 1))
    (core instance $memory (instantiate $memory))
    (core func $f (canon lower (func $f) (memory (core memory $memory "memory"))))
    (core module $m (import "" "f" (func $f (param i32 i32) (result i32)))
      (func (export "go") (result i32) (call $f (i32.const 0) (i32.const 5))))
    (core instance $i (instantiate $m (with "" (instance (export "f" (func $f))))))
    (func (export "go") (result u32) (canon lift (core func $i "go"))))`;

  it.each([
    ["post-return", '(realloc (core func $i "realloc")) (post-return (core func $log))'],
    ["realloc", "(realloc (core func $grow))"],
    ["both", "(realloc (core func $grow)) (post-return (core func $log))"],
  ])("%s", async (_, options) => {
    const lifts = await text(`(component ${LOG_IMPORT}
      (import "grow" (func $grow (param "a" u32) (param "b" u32) (param "c" u32) (param "d" u32) (result u32)))
      (core func $grow (canon lower (func $grow)))
      (core module $m (memory (export "memory") 1) (func (export "f") (param i32 i32) (result i32) (i32.const 3))
        (func (export "realloc") (param i32 i32 i32 i32) (result i32) (i32.const 64)))
      (core instance $i (instantiate $m))
      (func (export "f") (param "s" string) (result u32)
        (canon lift (core func $i "f") (memory (core memory $i "memory")) ${options})))`);
    const { plan } = linked({
      caller: { bytes: await text(CALLER), imports: { f: "p" } },
      p: { bytes: lifts, imports: { log: "log", grow: "log" } },
      log: { bytes: await text(LOG) },
    });
    expect(trapOf(() => call(bringUp(plan), "caller", "go"))).toBe(
      "trap: the caller may not leave its instance",
    );
  });
});
