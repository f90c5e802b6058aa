/** Validation by example: what is valid, and for each kind of mistake the rule, the place and the section. */
import { describe, expect, test } from "vitest";
import { encodeComponent, type FuncIndex, index } from "../../../../toolchain/wasm/index.ts";
import { BUILTINS, LINKED } from "../texts.ts";
import { accept, refusal, refusalOf } from "./refusal.ts";

const TYPES = `(component
  (type (record (field "a" bool) (field "b" s8))) (type (variant (case "none") (case "s" s32)))
  (type (list u64)) (type (list s64 4)) (type (map string f32)) (type (tuple f64 char))
  (type (flags "x" "y")) (type (enum "p" "q")) (type $o (option string)) (type (option $o))
  (type (result u8 (error string))) (type error-context)
  (type $r (resource (rep i32))) (type (own $r)) (type (borrow $r))
  (type (stream u8)) (type (future $o)) (type (func async (param "a" u8) (result $o)))
  (type (component
    (type $t (list u8)) (import "i" (func (param "a" $t))) (export "e" (type (eq $t)))
    (import "r" (type (sub resource))) (alias outer 1 $o (type))
    (type (instance (export "x" (type (sub resource))) (alias outer 2 $r (type)) (core type (module))))))
  (core type (sub (struct (field i32)))) (core rec (type (func)) (type (struct)))
  (core type $f (func)) (core type (module (alias outer 1 $f (type)) (import "a" "b" (func (type 0))))))`;

describe("valid components", () => {
  test.each([
    ["every type", TYPES],
    ["nothing", "(component)"],
    ["every asynchronous built-in", BUILTINS],
    [
      "instances, aliases, canonical definitions, nesting",
      // The text's function takes a string with two results in a signature that fits.
      LINKED.replace(
        '(instance $bundle (export "run" (func $run)) (export "again" (func $i "g")))',
        "(instance $bundle)",
      ),
    ],
  ])("%s", async (_, text) => {
    await expect(accept(text)).resolves.toBeDefined();
  });

  test("a resource reached by two paths is one type", async () => {
    const text = `(component
      (type $r (resource (rep i32)))
      (component $pass (import "x" (type $x (sub resource))) (export "y" (type $x)))
      (instance $a (instantiate $pass (with "x" (type $r))))
      (instance $b (instantiate $pass (with "x" (type $a "y"))))
      (component $same (import "one" (type $one (sub resource))) (import "two" (type (eq $one))))
      (instance (instantiate $same (with "one" (type $r)) (with "two" (type $b "y")))))`;
    await expect(accept(text)).resolves.toBeDefined();
  });

  test("asynchronous features are named with their place", async () => {
    const { asyncUses } = await accept(`(component
      (component (type (stream u8)) (core func (canon waitable-set.new)))
      (type (func async)))`);
    expect(asyncUses.map(({ feature, path }) => `${path}: ${feature}`)).toEqual([
      "component / component 0 / type 0: stream type",
      "component / component 0 / canon 0: canon waitable-set.new",
      "component / type 0: async function type",
    ]);
  });
});

const MODULE =
  '(core module $m (memory (export "m") 1) (func (export "f") (param i32)))(core instance $i (instantiate $m))';

describe("a mistake is told with its rule, its place and the section", () => {
  test.each([
    [
      "an index",
      "(component (type (list 3)))",
      "component / type 0",
      "unknown type 3: type index out of bounds",
      "Type Definitions",
    ],
    [
      "an alias of nothing",
      '(component (instance $i) (alias export $i "f" (func)))',
      "component / alias 0",
      "instance 0 has no export named `f`",
      "Alias Definitions",
    ],
    [
      "an argument that is missing",
      '(component (component $c (import "a" (func))) (instance (instantiate $c)))',
      "component / instance 0",
      "missing import named `a`",
      "Instance Definitions",
    ],
    [
      "an argument of another type, deep inside",
      `(component
        (import "i" (instance $i (export "f" (func (param "x" (list (option u8)))))))
        (component $c (import "i" (instance (export "f" (func (param "x" (list (option u16))))))))
        (instance (instantiate $c (with "i" (instance $i)))))`,
      "component / instance 0",
      "type mismatch for import `i`: type mismatch in instance export `f`: type mismatch in function parameter `x`: type mismatch in list element: type mismatch in option: expected primitive `u16` found primitive `u8`",
      "Type Checking",
    ],
    [
      "a resource type of another instance",
      `(component
        (component $c (type $r (resource (rep i32))) (export "r" (type $r)))
        (instance $a (instantiate $c)) (instance $b (instantiate $c))
        (component $same (import "one" (type $one (sub resource))) (import "two" (type (eq $one))))
        (instance (instantiate $same (with "one" (type $a "r")) (with "two" (type $b "r")))))`,
      "component / instance 2",
      "type mismatch for import `two`: resource types are not the same",
      "Type Checking",
    ],
    [
      "a type without a name outside",
      '(component (type $e (enum "a")) (import "f" (func (param "x" $e))))',
      'component / import "f"',
      "func not valid to be used as import: it uses a type that has no name outside",
      "External Visibility of Types",
    ],
    [
      "a name",
      '(component (component (import "wasi:http" (func))))',
      'component / component 0 / import "wasi:http"',
      "`wasi:http` is not a valid extern name: expected `/` after package name",
      "Import and Export Definitions",
    ],
    [
      "a name twice but for its case",
      '(component (import "a-b" (func)) (import "A-B" (func)))',
      'component / import "A-B"',
      "import name `A-B` conflicts with previous name `a-b`",
      "Name Uniqueness",
    ],
    [
      "a declaration inside a type",
      '(component (type (component (type (instance (export "x" (func (type 7))))))))',
      'component / type 0 / type declaration 0 / export "x"',
      "unknown type 7: type index out of bounds",
      "Type Definitions",
    ],
    [
      "a signature",
      `(component ${MODULE} (func (param "x" u64) (canon lift (core func $i "f"))))`,
      "component / canon 0",
      "lowered parameter types `[i64]` do not match parameter types of the core function",
      "Canonical Definitions",
    ],
    [
      "an option that is missing",
      `(component ${MODULE} (import "f" (func $f (result string))) (core func (canon lower (func $f) (memory (core memory $i "m")))))`,
      "component / canon 0",
      "canonical option `realloc` is required",
      "canonopt Validation",
    ],
    [
      "an import of a core module that is not there",
      '(component (core module $m (import "a" "b" (func))) (core instance (instantiate $m)))',
      "component / core instance 0",
      "missing module instantiation argument named `a`",
      "Instance Definitions",
    ],
    [
      "a resource of another component",
      '(component (import "r" (type $r (sub resource))) (core func (canon resource.rep $r)))',
      "component / canon 0",
      "type index 0 is not a local resource",
      "Canonical Definitions",
    ],
    [
      "a key that no map may have",
      "(component (type (map f32 u8)))",
      "component / type 0",
      "invalid key type of a map",
      "Type Definitions",
    ],
    [
      "a size",
      "(component (type $t (list u64 33554431)) (type (tuple $t u64)))",
      "component / type 1",
      "type exceeds maximum byte size",
      "Element Size",
    ],
    [
      "code of a core module",
      "(component (core module) (component (core module (func i32.add drop))))",
      "component / component 0 / core module 0",
      "invalid core module: Compiling function #0 failed: not enough arguments on the stack for i32.add (need 2, got 0) @+23",
      "Component Definitions",
    ],
  ])("%s", async (_, text, path, rule, section) => {
    const error = await refusal(text);
    expect(error).toMatchObject({ kind: "invalid", path, rule });
    expect(error.section).toContain(section);
    expect(error.message).toContain(`${path}, byte 0x${error.offset.toString(16)}: ${rule}`);
  });

  test("expected and found are told apart", async () => {
    const error = await refusal("(component (type (list 3)))");
    expect(error).toMatchObject({ expected: "a type defined before", found: "3" });
    expect(error.message).toBe(
      'component / type 0, byte 0xb: unknown type 3: type index out of bounds: expected a type defined before, found 3 (Binary.md, "Type Definitions")',
    );
  });

  test("the byte offset is that of the definition in the outermost file", async () => {
    const error = await refusal('(component (type u8) (component (type u8) (export "1" (type 0))))');
    expect(error.path).toBe('component / component 0 / export "1"');
    expect(error.offset).toBe(29);
  });
});

describe("gated features are not yet, not invalid", () => {
  test.each([
    [
      "a resource of i64",
      "(component (type (resource (rep i64))))",
      "memory64: a resource represented by i64",
    ],
    [
      "a 64-bit memory",
      `(component (core module $m (memory (export "m") i64 1)) (core instance $i (instantiate $m))
        (import "f" (func $f (param "s" string))) (core func (canon lower (func $f) (memory (core memory $i "m")))))`,
      "memory64: a canonical definition over a 64-bit memory",
    ],
  ])("%s", async (_, text, rule) => {
    await expect(refusal(text)).resolves.toMatchObject({
      kind: "not yet",
      rule,
      section: 'Explainer.md, "Gated Features"',
    });
  });
});

/** A module that imports what another exports. */
function link(imported: string, exported: string): string {
  return `(component (core module $a (import "" "x" ${imported})) (core module $b ${exported})
    (core instance $b (instantiate $b)) (core instance (instantiate $a (with "" (instance $b)))))`;
}

test.each([
  ["value", { kind: "value", offset: 8, type: "u8", bytes: Uint8Array.of(1) }],
  ["start", { kind: "start", offset: 8, start: { func: index<FuncIndex>(0), args: [], results: 0 } }],
] as const)("%s definitions are not yet", (kind, definition) => {
  const binary = encodeComponent({ definitions: [definition] });
  expect(refusalOf(binary)).toMatchObject({ kind: "not yet", rule: `${kind} definitions` });
});

describe("core modules are matched by type", () => {
  test.each([
    ["a subtype of a global", "(global funcref)", '(func $f) (global (export "x") (ref func) (ref.func $f))'],
    ["a memory that is larger", "(memory 1 4)", '(memory (export "x") 2 3)'],
    [
      "a function of an equal recursion group",
      "(func (type 1))",
      '(rec (type $s (struct (field (ref null $f)))) (type $f (func (param (ref null $s))))) (func (export "x") (type $f))',
    ],
  ])("%s", async (name, imported, exported) => {
    const types = "(rec (type $s (struct (field (ref null $f)))) (type $f (func (param (ref null $s)))))";
    const text = link(imported, exported);
    await expect(
      accept(name.includes("group") ? text.replace("$a (", `$a ${types} (`) : text),
    ).resolves.toBeDefined();
  });

  test.each([
    [
      "a function",
      "(func)",
      '(func (export "x") (param i32))',
      "expected: (func), found: (func (param i32))",
    ],
    [
      "mutability",
      "(global i32)",
      '(global (export "x") (mut i32) (i32.const 0))',
      "global types differ in mutability",
    ],
    [
      "a tag",
      "(tag)",
      '(tag (export "x") (param i32))',
      "expected: tag (func), found: tag (func (param i32))",
    ],
    ["a smaller table", "(table 2 funcref)", '(table (export "x") 1 funcref)', "mismatch in table limits"],
    ["a 64-bit memory", "(memory 1)", '(memory (export "x") i64 1)', "mismatch in index type of memory"],
  ])("%s", async (_, imported, exported, difference) => {
    const { rule } = await refusal(link(imported, exported));
    expect(rule).toContain(difference);
  });
});
