/** What modules may be like: nested deeply, and with memories whose accesses are compared. */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { Cache } from "../../../host-metal/image/cache.ts";
import { linuxImage } from "../../../host-metal/image/linux.ts";
import { moduleFacts } from "../../../host-metal/image/module-facts.ts";
import { moduleCode } from "../../../host-metal/image/wasm2c.ts";
import type { LinkPlan } from "../../../toolchain/link/plan.ts";
import { ALLOCATOR, CLOCK, component, CONSOLE, linked, text } from "../../toolchain/link/guests.ts";
import { MISSING } from "./tools.ts";

const CACHE = join(import.meta.dirname, "../../fixtures/image/build");
const folder = mkdtempSync(join(tmpdir(), "atoll-modules-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A system of one app, whose `run` is given; it may call $write with an address and a length. */
async function systemOf(run: string): Promise<LinkPlan> {
  const bytes = await component(
    "package t:a; world w { import atoll:device/console@0.1.0; export run: func() -> result<_, string>; }",
    `(module
      (import "atoll:device/console@0.1.0" "write-line" (func $write (param i32 i32)))
      (func (export "run") (result i32) ${run} (i32.const 8))
      ${ALLOCATOR})`,
    "utf8",
  );
  return linked({ app: { bytes, grants: [CONSOLE] } }, "app").plan;
}

async function run(
  plan: LinkPlan,
  name: string,
): Promise<{ said: string; status: number | null; hash: string }> {
  const output = join(folder, name);
  await linuxImage(plan, { output, cache: CACHE, optimisation: "fast" });
  const { stdout, stderr, status } = spawnSync(output, { encoding: "utf8" });
  return {
    said: stdout + stderr,
    status,
    hash: createHash("sha256").update(readFileSync(output)).digest("hex"),
  };
}

describe.skipIf(MISSING !== undefined)("a module", () => {
  it("may have two thousand blocks inside each other", async () => {
    const depth = 2000;
    // Leaves 1,500 of them at once, and counts those that it leaves one by one: as many spaces are written.
    const nested = `${"(block ".repeat(depth)} (br 1499) ${") (local.set $left (i32.add (local.get $left) (i32.const 1)))".repeat(depth)}`;
    const plan = await systemOf(`(local $left i32) ${nested}
      (memory.fill (i32.const 1024) (i32.const 120) (local.get $left))
      (call $write (i32.const 1024) (local.get $left))`);
    const { said, status } = await run(plan, "nested");
    expect([said, status]).toEqual([`app │ ${"x".repeat(depth - 1499)}\n`, 0]);
  });

  it("may have functions that it imports in its tables, and calls them by these", async () => {
    const bytes = await text(`(component
      (import "atoll:device/clock@0.1.0" (instance $clock (export "now" (func (result u64)))))
      (core module $b (memory 1) (global $g (mut i32) (i32.const 40))
        (func (export "first") (result i32) (global.set $g (i32.add (global.get $g) (i32.const 1))) (global.get $g))
        (func (export "second") (result i32) (i32.store (i32.const 0) (i32.const 7)) (i32.load (i32.const 0))))
      (core module $a
        (import "b" "first" (func $first (result i32))) (import "b" "second" (func $second (result i32)))
        (type $t (func (result i32))) (table 3 funcref)
        (func $own (result i32) (i32.const 100))
        (elem (i32.const 0) $own $first $second)
        (func (export "run") (result i32)
          (i32.add (call_indirect (type $t) (i32.const 0))
            (i32.add (call_indirect (type $t) (i32.const 1)) (call_indirect (type $t) (i32.const 2))))))
      (core instance $bi (instantiate $b))
      (core instance $ai (instantiate $a (with "b" (instance $bi))))
      (func (export "run") (result u32) (canon lift (core func $ai "run"))))`);
    const { plan } = linked({ app: { bytes, grants: [CLOCK] } }, "app");
    expect(await run(plan, "tables")).toMatchObject({ said: "", status: 148 });
  });

  it.each([
    [16_300, "its blocks are nested too deeply, more than ten thousand levels"],
    [20_000, "error: label stack exceeds max nesting depth"],
  ])("is refused with the reason where no stack is deep enough: %i", async (depth, why) => {
    const code = [
      ...Array<number>(depth)
        .fill(0x02)
        .flatMap((block) => [block, 0x40]),
      ...Array<number>(depth + 1).fill(0x0b),
    ];
    const facts = moduleFacts({ name: "abyss", role: "guest", hash: "", bytes: oneFunction(code) });
    const making = moduleCode(facts, new Cache(join(folder, "abyss")));
    await expect(making).rejects.toThrow(`Module abyss cannot be made into C by wasm2c: ${why}.`);
  });

  it("traps at the same accesses when they are compared as when pages guard them", async () => {
    const access = "(call $write (i32.const 16) (i32.const 0)) (drop (i32.load offset=65536 (i32.const -4)))";
    const plan = await systemOf(access);
    const templates = plan.templates.map((template) => ({ ...template, memories: "checked" as const }));
    const guarded = await run(plan, "guarded");
    const checked = await run({ ...plan, templates }, "checked");
    expect(guarded.said).toContain("out of bounds");
    expect([checked.said, checked.status]).toEqual([guarded.said, guarded.status]);
    expect(checked.hash).not.toBe(guarded.hash);
    // The last byte that there is.
    const inside = await systemOf("(drop (i32.load8_u offset=65535 (i32.const 0)))");
    const free = inside.templates.map((template) => ({ ...template, memories: "checked" as const }));
    expect((await run({ ...inside, templates: free }, "inside")).status).toBe(0);
  });
});

/** A module with one function, which takes and gives nothing; `code` with its end. */
function oneFunction(code: readonly number[]): Uint8Array {
  const section = (kind: number, content: readonly number[]): number[] =>
    [kind, ...unsigned(content.length)].concat(content);
  const body = [0].concat(code);
  return Uint8Array.from(
    [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0].concat(
      section(1, [1, 0x60, 0, 0]),
      section(3, [1, 0]),
      section(10, [1].concat(unsigned(body.length), body)),
    ),
  );
}

function unsigned(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128].concat(unsigned(value >>> 7));
}
