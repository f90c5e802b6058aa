/**
 * What a component may not do while its realloc or post-return runs, and what it
 * costs those that never try: nothing.
 */
import { describe, expect, it } from "vitest";
import { RESERVED } from "../../../toolchain/link/plan.ts";
import { bringUp, call } from "./bring-up.ts";
import { component, linked } from "./guests.ts";

const API = "interface api { ping: func(); name: func() -> string; }";
const PROVIDER = `(module (memory (export "memory") 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 64))
  (data (i32.const 8) "\\10\\00\\00\\00\\02\\00\\00\\00")
  (func (export "t:m/api#ping")) (func (export "t:m/api#name") (result i32) (i32.const 8)))`;

/** A consumer with this realloc; `go` asks for a name, `ping` pings. */
async function consumer(realloc: string, more = ""): Promise<ReturnType<typeof linked>> {
  const world = "world w { import api; export go: func(); export ping: func(); }";
  const bytes = await component(
    `package t:m; ${API} ${world}`,
    `(module
       (import "t:m/api" "ping" (func $ping)) (import "t:m/api" "name" (func $name (param i32)))
       (memory (export "memory") 1) ${more}
       (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) ${realloc} (i32.const 64))
       (func (export "ping") (call $ping))
       (func (export "go") (call $name (i32.const 16))))`,
  );
  const provider = await component(`package t:m; ${API} world w { export api; }`, PROVIDER);
  return linked({ a: { bytes, imports: { "t:m/api": "b" } }, b: { bytes: provider } });
}

function reasons(plan: Awaited<ReturnType<typeof consumer>>["plan"]): Record<string, string> {
  return Object.fromEntries(plan.root.edges.flatMap((e) => e.functions.map((f) => [f.name, f.reason])));
}

describe("may_leave", () => {
  it("costs nothing where no realloc reaches an import", async () => {
    const { plan } = await consumer("");
    expect(reasons(plan)["ping"]).toContain("the callee itself: only numbers of 32 and 64 bits cross");
    expect(plan.modules.some(({ bytes }) => exportsFlag(bytes))).toBe(false);
    expect(() => call(bringUp(plan), "a", "go")).not.toThrow();
  });

  it("is kept where a realloc calls an import, and the call traps", async () => {
    const { plan } = await consumer("(call $ping)");
    expect(reasons(plan)["ping"]).toContain("by adapter: the caller might call while it may not leave");
    const running = bringUp(plan);
    expect(() => call(running, "a", "ping")).not.toThrow();
    expect(() => call(running, "a", "go")).toThrow(WebAssembly.RuntimeError);
  });

  it("is kept where a realloc reaches an import through a table", async () => {
    const table = "(table 2 funcref) (type $t (func)) (func $noop) (elem (i32.const 0) func $noop $ping)";
    const { plan } = await consumer("(call_indirect (type $t) (i32.const 0))", table);
    expect(reasons(plan)["ping"]).toContain("might call while it may not leave");
    expect(() => call(bringUp(plan), "a", "go")).not.toThrow();
    const through = await consumer("(call_indirect (type $t) (i32.const 1))", table);
    expect(() => call(bringUp(through.plan), "a", "go")).toThrow(WebAssembly.RuntimeError);
  });

  it("is kept where a post-return reaches an import, several calls deep", async () => {
    const provider = await component(
      "package t:m; interface out { tell: func(); } interface api { name: func() -> string; } world w { import out; export api; }",
      `(module (import "t:m/out" "tell" (func $tell)) (memory (export "memory") 1)
         (data (i32.const 8) "\\10\\00\\00\\00\\02\\00\\00\\00")
         (func $a (call $b)) (func $b (call $c)) (func $c (call $tell))
         (func (export "t:m/api#name") (result i32) (i32.const 8))
         (func (export "cabi_post_t:m/api#name") (param i32) (call $a)))`,
    );
    const out = await component(
      "package t:m; interface out { tell: func(); } world w { export out; }",
      `(module (func (export "t:m/out#tell")))`,
    );
    const caller = await component(
      "package t:m; interface api { name: func() -> string; } world w { import api; export go: func(); }",
      `(module (import "t:m/api" "name" (func $name (param i32))) (memory (export "memory") 1)
         (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 64))
         (func (export "go") (call $name (i32.const 16))))`,
    );
    const { plan } = linked({
      caller: { bytes: caller, imports: { "t:m/api": "provider" } },
      provider: { bytes: provider, imports: { "t:m/out": "out" } },
      out: { bytes: out },
    });
    expect(reasons(plan)["tell"]).toContain("might call while it may not leave");
    expect(() => call(bringUp(plan), "caller", "go")).toThrow(WebAssembly.RuntimeError);
  });
});

function exportsFlag(bytes: Uint8Array | undefined): boolean {
  const module = new WebAssembly.Module((bytes ?? new Uint8Array()) as Uint8Array<ArrayBuffer>);
  return WebAssembly.Module.exports(module).some((e) => e.name === RESERVED.mayLeave);
}
