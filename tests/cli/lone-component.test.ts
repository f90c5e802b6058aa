/** A component without a system, and what it lacks: each command says its own option for it. */
import { expect, it } from "vitest";
import { parseGrant } from "../../cli/grant-option.ts";
import { systemAlone } from "../../cli/lone-component.ts";
import { component, text } from "../toolchain/link/guests.ts";

const NOTHING = { grants: [], directories: [], environment: {}, called: false };

it("lacks directories", async () => {
  const bytes = await component(
    "package t:a; world w { import atoll:device/files@0.1.0; }",
    `(module (import "atoll:device/files@0.1.0" "preopens" (func (param i32))) (memory (export "memory") 1)
      (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) unreachable))`,
    "utf8",
  );
  const alone = (options: object): unknown =>
    systemAlone("a", "a.wasm", bytes, { ...NOTHING, ...options }).processes["a"]?.grants;
  expect(() => alone({})).toThrow("and was not granted it.\nGrant it: --dir PATH");
  expect(() => alone({ called: true })).toThrow("Grant it: --grant files=PATH");
  const directories = [{ path: "./data", as: "./data", write: true }];
  const files = [{ device: "atoll:device/files", directories }];
  expect([
    alone({ directories, called: true }),
    alone({ grants: parseGrant("files=./data", []), called: true }),
  ]).toEqual([files, files]);
});

it.each([
  [
    '(component (import "wasi:cli/stdout@0.2.0" (instance)) (import "my:db/api" (instance (export "q" (func)))))',
    "a.wasm imports my:db/api, which only a system can give it.\nWrite a system.ts",
  ],
  [
    '(component (core module $m (func (export "f"))) (core instance $i (instantiate $m)) (func $f (canon lift (core func $i "f"))) (export "f" (func $f)))',
    "a.wasm: expected a function named run among its exports, found none. It exports: f.\nExport one to run it. Or call a function: atoll call a.wasm",
  ],
  ["(component)", "found no function.\nNothing can be started or called in it."],
])("%s is told what there is", async (source, message) => {
  const bytes = await text(source);
  expect(() => systemAlone("a", "a.wasm", bytes, NOTHING)).toThrow(message);
});
