/** Which guard a function gets, and that the cheaper ones keep the same promise. */
import { describe, expect, it } from "vitest";
import type { QuotasConfig } from "../../../toolchain/link/config/system.ts";
import type { EdgeFunction } from "../../../toolchain/link/plan.ts";
import { bringUp, call } from "../../toolchain/link/bring-up.ts";
import { linked } from "../../toolchain/link/guests.ts";
import type { Running } from "../../../host-linux/instantiate.ts";
import { consumer, provider } from "./guests.ts";

async function system(type: string, body: string, more = "", quotas?: QuotasConfig): Promise<Running> {
  const functions = { go: { params: "a: u32, c: char", result: type } };
  const server = await provider(
    functions,
    `(func (export "t:p/api#go") (param i32 i32) (result i32) ${body}) ${more}`,
  );
  const app = await consumer(
    functions,
    true,
    "export go: func(a: u32, c: u32) -> u64;",
    `(import "t:p/api-guarded" "go" (func $go (param i32 i32 i32)))
     (func (export "go") (param i32 i32) (result i64) (i64.store (i32.const 64) (i64.const 0))
       (call $go (local.get 0) (local.get 1) (i32.const 64)) (i64.load (i32.const 64)))`,
  );
  const { plan } = linked(
    {
      app: { bytes: app, imports: { "t:p/api": "server" } },
      server: { bytes: server, ...(quotas !== undefined && { quotas }) },
    },
    undefined,
    { reset: true },
  );
  return bringUp(plan);
}

function bound({ plan }: Running): EdgeFunction | undefined {
  return plan.root.edges.find(({ binding }) => binding === "guarded")?.functions[0];
}

const ADD = "(i32.add (local.get 0) (i32.const 1))";
const CHAR = 65;

describe("a guard is", () => {
  it.each([
    ["left out where nothing can fail", "u32", ADD, "", "none", "nothing in it can fail"],
    ["left out where every bit pattern is a value", "bool", ADD, "", "none", "nothing in it can fail"],
    ["a try_table where the result alone can be wrong", "char", ADD, "", "try-table", "only what it returns"],
    [
      "a frame of the host where code divides",
      "u32",
      `(i32.div_u ${ADD} (local.get 0))`,
      "",
      "javascript",
      "its code uses i32.div_u",
    ],
    [
      "one where it reads memory",
      "u32",
      "(i32.load (local.get 0))",
      "",
      "javascript",
      "its code uses i32.load",
    ],
    [
      "one where it writes a global",
      "u32",
      "(global.set $n (local.get 0)) (i32.const 1)",
      "(global $n (mut i32) (i32.const 0))",
      "javascript",
      "its code uses global.set",
    ],
    [
      "one where it truncates",
      "u32",
      "(i32.trunc_f32_u (f32.convert_i32_u (local.get 0)))",
      "",
      "javascript",
      "its code uses i32.trunc_f32_u",
    ],
    [
      "left out where it calls what is harmless",
      "u32",
      "(call $twice (call $twice (local.get 0)))",
      "(func $twice (param i32) (result i32) (i32.shl (local.get 0) (i32.const 1)))",
      "none",
      "nothing in it can fail",
    ],
    [
      "one where it calls itself",
      "u32",
      "(call $self (local.get 0))",
      "(func $self (param i32) (result i32) (call $self (local.get 0)))",
      "javascript",
      "its code calls itself",
    ],
    [
      "one where values lie in memory",
      "string",
      "(i32.const 128)",
      "",
      "javascript",
      "its values lie in memory",
    ],
  ] as const)("%s", async (_, type, body, more, frame, why) => {
    const found = bound(await system(type, body, more));
    expect(found?.guard).toBe(frame);
    expect(found?.reason).toContain(why);
  });

  it.each([
    [{ fuel: 10 }, "its fuel can run out"],
    [{ depth: 10 }, "its calls may nest too deeply"],
  ])("a frame of the host where a quota can end it: %j", async (quotas, why) => {
    const found = bound(await system("u32", ADD, "", quotas));
    expect(found).toMatchObject({ guard: "javascript" });
    expect(found?.reason).toContain(why);
  });
});

describe("a guard that is left out", () => {
  it("gives results as ok, and faults once the provider is gone", async () => {
    const running = await system("u32", ADD);
    expect(call(running, "app", "go", 6, CHAR)).toBe(7n << 32n);
    running.revoke(1, "t:p/api-guarded");
    expect(call(running, "app", "go", 6, CHAR)).toBe(1n | (1n << 32n));
  });

  it("lets the caller die of its own mistake", async () => {
    const running = await system("u32", ADD);
    expect(() => call(running, "app", "go", 6, 0xd800)).toThrow(WebAssembly.RuntimeError);
    expect(running.deaths).toEqual([]);
  });
});

describe("a try_table", () => {
  it("catches a result that is not valid, and the callee dies of it", async () => {
    const running = await system("char", ADD);
    expect(call(running, "app", "go", 64, CHAR)).toBe(65n << 32n);
    expect(call(running, "app", "go", 0xd7ff, CHAR)).toBe(1n);
    expect(
      running.deaths.map(({ process, reason, report }) => [process, reason, report?.kind, report?.reason]),
    ).toEqual([["server", "crashed", "invalid-value", "char is not a Unicode scalar value"]]);
    expect(call(running, "app", "go", 64, CHAR)).toBe(1n | (5n << 32n));
    running.reset(0);
    expect(call(running, "app", "go", 64, CHAR)).toBe(65n << 32n);
  });

  it("lets the caller die of its own mistake", async () => {
    const running = await system("char", ADD);
    expect(() => call(running, "app", "go", 6, 0xd800)).toThrow(WebAssembly.RuntimeError);
    expect(running.deaths).toEqual([]);
  });
});
