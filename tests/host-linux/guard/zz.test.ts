import { expect, it } from "vitest";
import { consumer, provider } from "./guests.ts";
import { linked } from "../../toolchain/link/guests.ts";
import { bringUp, call } from "../../toolchain/link/bring-up.ts";

const F = { div: { params: "a: u32, b: u32", result: "u32" } };
it("contains a division by zero", async () => {
  const p = await provider(F, `(func (export "t:p/api#div") (param i32 i32) (result i32) (i32.div_u (local.get 0) (local.get 1)))`);
  const c = await consumer(F, true, "export go: func(a: u32, b: u32) -> u64;", `
    (import "t:p/api-guarded" "div" (func $div (param i32 i32 i32)))
    (func (export "go") (param i32 i32) (result i64) (call $div (local.get 0) (local.get 1) (i32.const 64)) (i64.load (i32.const 64)))`);
  const { plan } = linked({ a: { bytes: c, imports: { "t:p/api": "b" } }, b: { bytes: p } }, undefined, { reset: true });
  const running = bringUp(plan);
  expect(call(running, "a", "go", 6, 3)).toBe(2n << 32n);
  expect(call(running, "a", "go", 6, 0)).toBe(1n);
  expect(running.deaths.map(({ process, reason, originator, report }) => ({ process, reason, originator, kind: report?.kind, r: report?.reason, segs: report?.segments.map(s => s.processes) }))).toEqual([]);
});
