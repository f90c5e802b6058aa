/** The guarded view of an interface: what is derived, and that it is WIT. */
import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  compareFunctions,
  FAULT,
  FAULT_CASES,
  FAULT_INTERFACE,
  guardedFunction,
  guardedInterface,
  guardedName,
  plainName,
  printWorld,
  typesEqual,
  unguardedFunction,
  type FaultCase,
  type FunctionType,
  type Interface,
  type ResourceType,
  type World,
} from "../../../toolchain/abi/index.ts";
import { worldOfWit } from "./embed.ts";
import { arbitraryFunction } from "./generate.ts";
import { runs } from "./runs.ts";
import * as t from "./short-types.ts";

const FAULT_WIT = readFileSync(new URL("../../../wit/fault.wit", import.meta.url), "utf8");

describe("names", () => {
  test.each([
    ["search:index/api@1.0.0", "search:index/api-guarded@1.0.0"],
    ["search:index/api", "search:index/api-guarded"],
    ["a:b/c-guarded", "a:b/c-guarded-guarded"],
    ["a:b/c@1.0.0-guarded", "a:b/c-guarded@1.0.0-guarded"],
    ["inline", "inline-guarded"],
  ])("of the guarded view of %s, and back", (plain, guarded) => {
    expect(guardedName(plain)).toBe(guarded);
    expect(plainName(guarded)).toBe(plain);
  });

  test.each([
    "a:b/c",
    "a:b/guarded",
    "a:b/-guarded",
    "a:b-guarded/c",
    "a:b/c@1.0.0-guarded",
    "a:b/c-guardedly",
  ])("%s is of no guarded view", (name) => {
    expect(plainName(name)).toBeUndefined();
  });
});

describe("functions", () => {
  test("a result becomes the value of a result with a fault", () => {
    expect(guardedFunction(t.func([t.u8], t.string))).toEqual(t.func([t.u8], t.result(t.string, FAULT)));
    expect(guardedFunction(t.func([]))).toEqual(t.func([], t.result(undefined, FAULT)));
    const fallible = t.result(t.u8, t.string);
    expect(guardedFunction(t.func([], fallible)).result).toEqual(t.result(fallible, FAULT));
  });

  test("any function comes back from its guarded form, and its parameters are the same objects", () => {
    fc.assert(
      fc.property(arbitraryFunction({ depth: 3 }), (type) => {
        const guarded = guardedFunction(type);
        const plain = unguardedFunction(guarded);
        expect(plain && compareFunctions(plain, type)).toBeUndefined();
        expect(plain?.result).toBe(type.result);
        expect(guarded.params).toBe(type.params);
      }),
      runs(200),
    );
  });

  test("a function of another error is of no guarded view", () => {
    for (const result of [
      t.u8,
      t.result(t.u8),
      t.result(t.u8, t.string),
      t.result(t.u8, t.labels("enum", 6)),
    ]) {
      expect(unguardedFunction(t.func([], result))).toBeUndefined();
    }
    expect(unguardedFunction(t.func([]))).toBeUndefined();
  });
});

test("each fault has its number, which hosts and adapters write", () => {
  const numbers: Readonly<Record<FaultCase, number>> = {
    crashed: 0,
    revoked: 1,
    timeout: 2,
    overloaded: 3,
    exhausted: 4,
    unavailable: 5,
  };
  expect(Object.fromEntries(FAULT_CASES.map((name, i) => [name, i]))).toEqual(numbers);
});

test("the fault of wit/fault.wit is the one that results get", async () => {
  const world = await worldOfWit(`package a:b; world w { import ${FAULT_INTERFACE}; }\n${nested(FAULT_WIT)}`);
  const [entry] = importOf(world, FAULT_INTERFACE).types;
  expect(entry?.name).toBe("fault");
  expect(entry?.type.kind === "value" && entry.type.type).toEqual(FAULT);
});

const PLAIN = `package s:i@0.1.0;
interface types { resource volume { free: func() -> u64; } record place { x: u32 } record slot { place: place, volume: volume } }
interface api {
  use types.{volume as disk, slot, place};
  type bytes = list<u8>;
  record hit { path: string, place: place }
  record opened { blob: blob, hit: hit }
  enum fault { mine }
  resource blob { constructor(n: u32); read: func(count: u32) -> bytes; close: func(); open: static func(on: borrow<disk>) -> result<blob, fault>; }
  resource picky { constructor() -> result<picky, fault>; }
  search: func(text: string) -> list<hit>;
  both: func(slot: slot) -> tuple<opened, disk>;
  nothing: func(p: option<borrow<picky>>);
}
world w { import types; import api; }`;

describe("an interface", () => {
  test("has resources and results of its own, and takes other types from where they are", async () => {
    const world = await worldOfWit(PLAIN);
    const id = "s:i/api-guarded@0.1.0";
    const printed = printWorld({ name: "s:i/w@0.1.0", imports: guardedImports(world), exports: [] });
    expect(printed.slice(printed.indexOf("interface api-guarded"), printed.indexOf("interface types {")))
      .toMatchInlineSnapshot(`
      "interface api-guarded {
        use atoll:fault/types@0.1.0.{fault as atoll-fault};
        use types-guarded.{volume as disk, slot};
        use types.{place};
        use api.{bytes, hit, fault};
        resource blob {
          constructor(n: u32) -> result<blob, atoll-fault>;
          read: func(count: u32) -> result<bytes, atoll-fault>;
          close: func() -> result<_, atoll-fault>;
          open: static func(on: borrow<disk>) -> result<result<blob, fault>, atoll-fault>;
        }
        record opened { blob: blob, hit: hit }
        resource picky;
        search: func(text: string) -> result<list<hit>, atoll-fault>;
        both: func(slot: slot) -> result<tuple<opened, disk>, atoll-fault>;
        nothing: func(p: option<borrow<picky>>) -> result<_, atoll-fault>;
      }

      "
    `);
    const again = importOf(await worldOfWit(printed), id);
    expectSame(again, guardedInterface(importOf(world, "s:i/api@0.1.0")));
  });

  test("that uses fault under another name uses it still", async () => {
    const wit = `package a:b; interface i { use ${FAULT_INTERFACE}.{fault as oops}; last: func() -> oops; } world w { import i; }`;
    const world = await worldOfWit(`${wit}\n${nested(FAULT_WIT)}`);
    const view = guardedInterface(importOf(world, "a:b/i"));
    expect(view.types.map(({ name }) => name)).toEqual(["oops"]);
    expect(view.functions[0]?.type).toEqual(t.func([], t.result(FAULT, FAULT)));
  });

  test("shares a resource with the guarded view of another interface", async () => {
    const world = await worldOfWit(PLAIN);
    const [api, types] = ["s:i/api@0.1.0", "s:i/types@0.1.0"].map((id) =>
      guardedInterface(importOf(world, id)),
    );
    expect(resourceOf(api, "disk")).toBe(resourceOf(types, "volume"));
    expect(resourceOf(types, "volume")?.name).toEqual({ name: "volume", owner: "s:i/types-guarded@0.1.0" });
  });
});

/** The imports with the guarded view of each interface that has functions beside it. */
function guardedImports({ imports }: World): World["imports"] {
  const views = imports.flatMap((item) =>
    item.kind === "interface"
      ? [{ ...item, name: guardedName(item.name), interface: guardedInterface(item.interface) }]
      : [],
  );
  const types = [{ name: "fault", type: { kind: "value", type: FAULT } as const }];
  return [
    ...views,
    ...imports,
    { kind: "interface", name: FAULT_INTERFACE, interface: { types, functions: [] } },
  ];
}

function importOf(world: World, id: string): Interface {
  const found = world.imports.find(({ name }) => name === id);
  if (found?.kind !== "interface") throw new Error(`no import ${id}`);
  return found.interface;
}

function resourceOf(view: Interface | undefined, wanted: string): ResourceType | undefined {
  const found = view?.types.find(({ name }) => name === wanted);
  return found?.type.kind === "resource" ? found.type.resource : undefined;
}

function expectSame(a: Interface, b: Interface): void {
  expect(a.functions.map(({ name }) => name)).toEqual(b.functions.map(({ name }) => name));
  expect(names(a)).toEqual(names(b));
  const other = (name: string): FunctionType | undefined => b.functions.find((f) => f.name === name)?.type;
  for (const { name, type } of a.functions) {
    const wanted = other(name);
    expect(wanted && compareFunctions(type, wanted, sameName), name).toBeUndefined();
    expect(wanted && typesEqual(type.result ?? t.u8, wanted.result ?? t.u8, sameName)).toBe(true);
  }
}

/** Each type with the name and the interface that it has where it is defined. */
function names({ types }: Interface): unknown[] {
  return types
    .map(({ name, type }) => ({ name, of: type.kind === "value" ? type.type.name : type.resource.name }))
    .toSorted((x, y) => x.name.localeCompare(y.name));
}

function sameName(a: ResourceType, b: ResourceType): boolean {
  return a.name?.name === b.name?.name && a.name?.owner === b.name?.owner;
}

/** The text of a package as one that stands inside another. */
function nested(text: string): string {
  return `${text.replace(/package ([^;]*);/, "package $1 {")}\n}`;
}
