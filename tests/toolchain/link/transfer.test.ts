/** The memory through which devices are called. */
import { expect, it } from "vitest";
import { component, CONSOLE, linked } from "./guests.ts";

it("holds a gibibyte of what one call passes, since what it has grown to stays", async () => {
  const wit = "package t:a; world a { import atoll:device/console@0.1.0; export run: func(); }";
  const bytes = await component(
    wit,
    `(module
    (import "atoll:device/console@0.1.0" "write-line" (func $write (param i32 i32)))
    (memory (export "memory") 1)
    (func (export "run") (call $write (i32.const 0) (i32.const 0)))
    (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) unreachable))`,
  );
  const { plan } = linked({ app: { bytes, grants: [CONSOLE] } });
  const module = plan.modules[plan.root.transfer ?? -1]?.bytes as Uint8Array<ArrayBuffer>;
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(module));
  const { realloc, reset } = exports as Record<string, (...values: number[]) => number>;
  // An amplifier: one text of 16 MiB, named by 64 elements of a list.
  const pass = (texts: number): void => {
    for (let i = 0; i < texts; i++) realloc?.(0, 0, 1, 2 ** 24);
    reset?.();
  };
  pass(63);
  expect(() => pass(64)).toThrow(WebAssembly.RuntimeError);
});
