/** Components made to be expensive: refused, or accepted, in little time. */
import { describe, expect, test } from "vitest";
import {
  type component,
  decodeComponent,
  encodeComponent,
  index,
  validateComponent,
} from "../../../../toolchain/wasm/index.ts";
import { computing } from "../../../thread-time.ts";
import { accept, refusal, refusalOf } from "./refusal.ts";

/** Far beyond what is needed: machines differ. */
const MAX_MILLISECONDS = 5000;

function timed<T>(act: () => T): T {
  const results: T[] = [];
  expect(computing(() => void results.push(act()))).toBeLessThan(MAX_MILLISECONDS);
  return results[0] as T;
}

/** A component with the definitions, in binary. */
type Made = { kind: "type"; type: component.Type } | { kind: "import"; import: component.Import };

function made(definitions: readonly Made[]): Uint8Array {
  return encodeComponent({
    definitions: definitions.map((definition) => Object.assign({ offset: 0 }, definition)),
  });
}
const at = (n: number): never => index<never>(n);
const name = (text: string): component.ExternName => ({ name: text, form: 0, attributes: [] });

describe("sizes that grow exponentially", () => {
  const lists = Array.from(
    { length: 45 },
    (_, i) => `(type $t${i + 1} (tuple (list $t${i}) (list $t${i})))`,
  ).join("");

  test("of value types are equal at once", async () => {
    const child = `(component $c (type $t0 u8) ${lists} (import "x" (type (eq $t45))))`;
    const same = `(component (type $t0 u8) ${lists} ${child} (instance (instantiate $c (with "x" (type $t45)))))`;
    await expect(accept(same)).resolves.toBeDefined();
    const other = `(component (type $t0 u16) ${lists} ${child} (instance (instantiate $c (with "x" (type $t45)))))`;
    await expect(refusal(other)).resolves.toMatchObject({ kind: "invalid" });
  });

  test("of instance types end with a limit", () => {
    const levels: component.Type[] = [{ kind: "instance", declarations: [] }];
    for (let i = 1; i < 60; i++) {
      const outer: component.InstanceDeclaration = {
        kind: "alias",
        alias: { kind: "outer", sort: "type", count: 1, index: i - 1 },
      };
      const exported = (n: string): component.InstanceDeclaration => ({
        kind: "export",
        name: name(n),
        type: { kind: "instance", type: at(0) },
      });
      levels.push({ kind: "instance", declarations: [outer, exported("a"), exported("b")] });
    }
    const binary = made(levels.map((type) => ({ kind: "type", type })));
    const error = timed(() => refusalOf(binary));
    expect(error).toMatchObject({ kind: "limit", rule: "the types of a component are too large" });
  });

  test("of flat values stay small", () => {
    const types: component.Type[] = [{ kind: "primitive", type: "u8" }];
    for (let i = 1; i < 20; i++) types.push({ kind: "tuple", types: [at(i - 1), at(i - 1)] });
    types.push({ kind: "list", element: at(1), length: 100_000_000 });
    timed(() => validateComponent(decodeComponent(made(types.map((type) => ({ kind: "type", type }))))));
  });
});

describe("depth", () => {
  test("of value types has a limit", () => {
    const types: component.Type[] = [{ kind: "primitive", type: "u8" }];
    for (let i = 1; i < 100_000; i++) types.push({ kind: "option", type: at(i - 1) });
    const error = timed(() => refusalOf(made(types.map((type) => ({ kind: "type", type })))));
    expect(error).toMatchObject({ kind: "limit", rule: "types nest too deep", path: "component / type 100" });
  });
});

describe("numbers", () => {
  test("of definitions cost what they are", () => {
    const types: component.Type[] = Array.from({ length: 100_000 }, (_, i) => ({
      kind: "list",
      element: i === 0 ? "u8" : at(0),
    }));
    const imports = Array.from({ length: 20_000 }, (_, i) => ({
      kind: "import" as const,
      import: {
        name: name(`n${i}`),
        type: { kind: "type" as const, bound: { kind: "sub resource" as const } },
      },
    }));
    const binary = made([...types.map((type) => ({ kind: "type" as const, type })), ...imports]);
    timed(() => validateComponent(decodeComponent(binary)));
  });

  test("of instances of a large component end with a limit or in time", async () => {
    const exports = Array.from({ length: 2000 }, (_, i) => `(export "e${i}" (func $f))`).join("");
    const instances = Array.from({ length: 2000 }, () => "(instance (instantiate $c))").join("");
    const text = `(component (component $c (import "f" (func $f)) ${exports}) (import "f" (func $f)) ${instances.replaceAll("$c)", '$c (with "f" (func $f)))')})`;
    await expect(refusal(text)).resolves.toMatchObject({ kind: "limit" });
  });
});

test.each([
  `a${"-1".repeat(100_000)}-`,
  `a:b/c@1.0.0-${"1.".repeat(50_000)}`,
  `[method]${"a.".repeat(50_000)}`,
])("a long name is refused in time", (long) => {
  const binary = made([
    { kind: "type", type: { kind: "func", async: false, params: [] } },
    { kind: "import", import: { name: name(long), type: { kind: "func", type: at(0) } } },
  ]);
  const { kind, message } = timed(() => refusalOf(binary));
  expect(kind).toBe("invalid");
  expect(message.length).toBeLessThan(5000);
});
