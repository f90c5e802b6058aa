/** Components that are wrong, too large, or ahead of us: each is refused, and says where. */
import { describe, expect, test } from "vitest";
import { AbiError } from "../../../toolchain/abi/index.ts";
import { worldOfWat } from "./embed.ts";

async function refusal(body: string): Promise<AbiError> {
  const error: unknown = await worldOfWat(`(component ${body})`).catch((cause: unknown) => cause);
  if (!(error instanceof AbiError)) throw new Error("it was not refused", { cause: error });
  return error;
}

describe("an index", () => {
  test.each([
    ["of a type", "(type (list 7))", "type index 7 is out of range: there are 0 so far"],
    ["of a later type", "(type (list 1)) (type (list u8))", "type index 1 is out of range"],
    ["of a function", '(export "f" (func 3))', "function index 3 is out of range"],
    ["of an instance", '(alias export 2 "x" (func))', "instance index 2 is out of range"],
    ["of a component", "(instance (instantiate 0))", "component index 0 is out of range"],
    ["of a scope", "(alias outer 1 0 (type))", "an alias reaches 1 levels out"],
    [
      "of a function used as a value",
      "(type (func)) (type (list 0))",
      "type 0 is used as a value type, but it is a func type",
    ],
    [
      "of a value used as a function",
      '(type u8) (import "f" (func (type 0)))',
      "type 0 is used as a function type, but it is a value type",
    ],
    [
      "of a value used as a resource",
      "(type u8) (type (own 0))",
      "a handle is to type 0, which is a value type",
    ],
    [
      "of a value used as an instance",
      '(type u8) (import "i" (instance (type 0)))',
      "type 0 must be an instance type, but it is a value",
    ],
  ])("%s", async (_, body, message) => {
    const error = await refusal(body);
    expect(error.message).toContain(message);
    expect(error.path).toMatch(/^component \/ .* definition \d+ at byte 0x[0-9a-f]+/);
    expect(error.unsupported).toBe(false);
  });
});

describe("a type", () => {
  test.each([
    [
      "with a name that is not a label",
      '(type (record (field "a b" u8)))',
      '"a b" is not a kebab-case label',
    ],
    ["with a name that is code", '(type (enum "a\\"; evil()"))', "is not a kebab-case label"],
    [
      "with one name twice",
      '(type (record (field "a" u8) (field "A" u8)))',
      "the label A of a record is there twice",
    ],
    ["without fields", "(type (record))", "a record must have at least one label"],
    ["without items", "(type (tuple))", "a tuple must have at least one type"],
    ["of no elements", "(type (list u8 0))", "a fixed-length list must have at least one element"],
    [
      "of 33 flags",
      `(type (flags ${Array.from({ length: 33 }, (_, i) => `"f${i}"`).join(" ")}))`,
      "flags have 33 labels",
    ],
    ["with floating keys", "(type (map f32 u8))", "a f32 cannot be the key of a map"],
    [
      "of parameters with one name",
      '(type (func (param "a" u8) (param "a" u8)))',
      "the label a of a function is there twice",
    ],
  ])("%s", async (_, body, message) => {
    expect((await refusal(body)).message).toContain(message);
  });
});

describe("a name", () => {
  test.each([
    ["that is no name", '(import "a b" (func))'],
    ["of a method without a resource", '(import "[method]x" (func))'],
    ["of an interface that is no interface", '(import "a:b" (instance))'],
    ["in an interface", '(import "a:b/c" (instance (export "x y" (func))))'],
  ])("%s", async (_, body) => {
    expect((await refusal(body)).message).toContain("does not follow the grammar");
  });

  test("that is there twice", async () => {
    expect((await refusal('(import "f" (func)) (import "f" (func))')).message).toContain(
      "this import is there twice",
    );
  });
});

describe("a small file that describes something large", () => {
  test("by a type of two of the type before", async () => {
    const types = Array.from({ length: 60 }, (_, i) => `(type (tuple ${i} ${i}))`);
    expect((await refusal(`(type u8) ${types.join(" ")}`)).message).toContain(
      "expands to more than 100000 types and labels",
    );
  });

  test("by a type around the type before", async () => {
    const types = Array.from({ length: 200 }, (_, i) => `(type (option ${i}))`);
    expect((await refusal(`(type u8) ${types.join(" ")}`)).message).toContain(
      "types are nested deeper than 100",
    );
  });

  test("by an interface of two of the interface before", async () => {
    const types = Array.from({ length: 40 }, (_, i) => {
      const before = `(alias outer 1 ${i} (type $t))`;
      return `(type (instance ${before} (export "a" (instance (type $t))) (export "b" (instance (type $t)))))`;
    });
    const message = (await refusal(`(type (instance)) ${types.join(" ")} (import "i" (instance (type 40)))`))
      .message;
    expect(message).toContain("the component expands to more than 1000000 definitions");
  });

  test("by a component of two of the component before", async () => {
    const components = Array.from({ length: 40 }, (_, i) => {
      const before = `(alias outer 1 ${i} (component $c))`;
      return `(component ${before} (instance (instantiate $c)) (instance (instantiate $c)))`;
    });
    const message = (await refusal(`(component) ${components.join(" ")} (instance (instantiate 40))`))
      .message;
    expect(message).toContain("the component expands to more than 1000000 definitions");
  });

  test("by a component that uses the component before", async () => {
    const components = Array.from({ length: 3000 }, (_, i) => {
      return `(component (alias outer 1 ${i} (component $c)) (instance (instantiate $c)))`;
    });
    const message = (await refusal(`(component) ${components.join(" ")} (instance (instantiate 3000))`))
      .message;
    expect(message).toContain("nested deeper than 64");
  });
});

describe("what Atoll has not got yet", () => {
  test.each([
    ["a stream", "(type (stream u8))", "not supported yet: stream. Asynchronous components"],
    ["a future", "(type (future))", "not supported yet: future"],
    ["an error context", "(type error-context)", "not supported yet: error-context"],
    ["an async function", "(type (func async))", "not supported yet: async functions"],
    [
      "an imported component",
      '(import "c" (component))',
      "not supported yet: a component as import or export",
    ],
    [
      "an imported core module",
      '(import "m" (core module))',
      "not supported yet: a core module as import or export",
    ],
  ])("%s", async (_, body, message) => {
    const error = await refusal(body);
    expect(error.message).toContain(message);
    expect(error.unsupported).toBe(true);
  });
});

test("code that is exported for others to instantiate is no part of the world", async () => {
  const exports = '(core module $m) (component $c) (export "m" (core module $m)) (export "c" (component $c))';
  expect(await worldOfWat(`(component ${exports})`)).toEqual({ imports: [], exports: [] });
});
