/** While a process takes over what another one returned, nobody else runs: it lies where the next answer would. */
import { afterEach, beforeAll, expect, it } from "vitest";
import type { Running } from "../../../host-linux/instantiate.ts";
import { builtKernel, type KernelModules } from "../../../kernel/built.ts";
import { bringUp } from "../../toolchain/link/bring-up.ts";
import { component, supervised, type Guests } from "../../toolchain/link/guests.ts";

const API = "package t:p { interface api { get: func(id: u32) -> string; } }";
/** Answers by four times a letter, always at the same place. */
const GIVER = `(module (memory (export "memory") 1)
  (func (export "t:p/api#get") (param $id i32) (result i32)
    (memory.fill (i32.const 64) (local.get $id) (i32.const 4))
    (i32.store (i32.const 16) (i32.const 64)) (i32.store (i32.const 20) (i32.const 4)) (i32.const 16)))`;

/** Asks a hundred times, and is so many steps long in its allocator. */
const reader = (name: string, letter: number, steps: string): string => `(module
  (import "t:p/api" "get" (func $get (param i32 i32)))
  (memory (export "memory") 1) (global $top (mut i32) (i32.const 64)) (global $finished (mut i32) (i32.const 0))
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (local $left i32)
    (local.set $left (i32.const ${steps}))
    (loop $on (br_if $on (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
    (global.set $top (i32.add (global.get $top) (i32.const 64)))
    (global.get $top))
  (func (export "t:${name}/api#done") (result i32) (global.get $finished))
  (func (export "t:${name}/api#go") (local $left i32)
    (local.set $left (i32.const 100))
    (loop $again
      (global.set $top (i32.const 64))
      (call $get (i32.const ${letter}) (i32.const 0))
      (if (i32.ne (i32.load8_u (i32.load (i32.const 0))) (i32.const ${letter})) (then unreachable))
      (br_if $again (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
    (global.set $finished (i32.const 1))))`;
const wit = (name: string): string =>
  `package t:${name} { interface api { go: func(); done: func() -> u32; } }`;

/** Casts to both, and then asks both; it ends well if those have finished that `run` says. */
const main = (run: string): string => `(module
  (import "t:a/api" "go" (func $a)) (import "t:b/api" "go" (func $b))
  (import "t:a/api" "done" (func $a-done (result i32))) (import "t:b/api" "done" (func $b-done (result i32)))
  (func (export "run") (result i32) (call $a) (call $b) (i32.eqz ${run})))`;

let kernel: KernelModules;
beforeAll(async () => {
  kernel = await builtKernel();
});
let running: Running | undefined;
afterEach(() => running?.kernel?.close());

type Wire = NonNullable<Guests[string]["imports"]>[string];

async function ended(
  steps: Readonly<Record<"a" | "b", string>>,
  run: string,
  wire: Wire = "giver",
): Promise<number | undefined> {
  const reading = async (name: "a" | "b", letter: number): Promise<Guests[string]> => ({
    bytes: await component(
      `package t:w; world w { import t:p/api; export t:${name}/api; } ${wit(name)} ${API}`,
      reader(name, letter, steps[name]),
      "utf8",
    ),
    quotas: { fuel: Number.MAX_SAFE_INTEGER, slice: 200 },
    imports: { "t:p/api": wire },
    restart: "temporary",
  });
  const imports = {
    "t:a/api": { process: "a", cast: ["go"] },
    "t:b/api": { process: "b", cast: ["go"] },
  };
  const bytes = await component(
    `package t:w; world w { import t:a/api; import t:b/api; export run: func() -> u8; } ${wit("a")} ${wit("b")}`,
    main(run),
  );
  const guests = {
    giver: { bytes: await component(`package t:w; world w { export t:p/api; } ${API}`, GIVER, "utf8") },
    a: await reading("a", 97),
    b: await reading("b", 98),
    main: { bytes, imports },
  };
  const system = bringUp(supervised(guests, { entry: "main", kernel }).plan);
  running = system;
  let exitCode: number | undefined;
  await system.kernel?.run((offset) => {
    exitCode = system.transfer?.bytes(offset as number, 1)[0];
  });
  return exitCode;
}

it.each<[string, Wire]>([
  ["direct calls", "giver"],
  ["messages", { process: "giver", deadline: 60_000 }],
])("each has its own answer by %s, although slices end in allocators", async (_, wire) => {
  expect(await ended({ a: "500", b: "170" }, "(i32.and (call $a-done) (call $b-done))", wire)).toBe(0);
  expect(running?.deaths).toEqual([]);
});

it("an allocator that does not end is ended, and others go on", async () => {
  expect(await ended({ a: "0", b: "170" }, "(call $b-done)")).toBe(0);
  expect(running?.deaths.map(({ process, reason }) => [process, reason])).toEqual([["a", "exhausted"]]);
});
