/** Worlds printed as WIT: what is printed is WIT, and it is the same world. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  compareFunctions,
  compareTypes,
  printFunction,
  printType,
  printTypeExpanded,
  printWorld,
  typesEqual,
  type FunctionType,
  type ValueType,
  type World,
} from "../../../toolchain/abi/index.ts";
import { worldOfFinished, worldOfWit } from "./embed.ts";
import { arbitraryFunction } from "./generate.ts";
import { runs } from "./runs.ts";
import * as t from "./short-types.ts";

const WORLDS: Readonly<Record<string, string>> = {
  "every kind of type": `package a:b@1.2.3; interface i {
    record r { b: bool, a1: s8, a2: u8, a3: s16, a4: u16, a5: s32, a6: u32, a7: s64, a8: u64, a9: f32, a10: f64, c: char, s: string }
    variant v { none-of-it, a(r), b(list<u8>), c(tuple<u8, string>) }
    enum e { ok, err }
    flags f { read, write }
    type m = map<string, list<u32, 4>>;
    f1: func(a: option<r>, b: result, c: result<u8>, d: result<_, string>, e: result<v, e>) -> m;
    f2: func(f: f);
  } world w { import i; }`,
  resources: `package a:b; interface i {
    resource r { constructor(n: u32); get: func() -> u32; set: func(n: u32); open: static func(name: string) -> result<r, string>; }
    resource bare;
    take: func(r: r, b: borrow<r>, l: list<bare>);
  } world w { import i; export i; }`,
  "types used from other packages": `package a:b; interface i { use c:d/types@0.1.0.{point, id as point-id}; use mine.{local}; f: func(p: point) -> tuple<point-id, local>; }
    interface mine { type local = u8; }
    world w { use i.{point}; use mine.{local as here}; import f: func(p: point) -> here; export i; export run: func(h: here); }
    package c:d@0.1.0 { interface types { record point { x: f64 } type id = u32; } }`,
  "inline interfaces and names that are keywords": `package a:b; world %world {
    import %interface: interface { record %record { %type: u8, %func: string } %use: func(%from: %record) -> %record; }
    export %export: func();
    export p2p: interface { is-XML: func(the-URL: string) -> bool; }
    enum %result { %result, %list } import %import: func(r: %result); }`,
  "a definition that is long": `package a:b; interface i { enum long { ${Array.from({ length: 40 }, (_, i) => `label-${i}`).join(", ")} } f: func(l: long); } world w { export i; }`,
  "packages whose names are keywords": `package a:b; world w { import %use:%package/%interface@0.1.0-rc.1; export other:x/%list; }
    package %use:%package@0.1.0-rc.1 { interface %interface { type %type = u8; f: func(t: %type); } }
    package other:x { interface %list { use %use:%package/%interface@0.1.0-rc.1.{%type}; g: func() -> %type; } }`,
  nothing: "package a:b; world w {}",
};

const PRINTED = `package a:b;

interface mine {
  type local = u8;
}

interface i {
  use c:d/types@0.1.0.{point, id as point-id};
  use mine.{local};
  f: func(p: point) -> tuple<point-id, local>;
}

world w {
  import c:d/types@0.1.0;
  import mine;
  import i;
  use c:d/types@0.1.0.{point};
  use mine.{local as here};
  import f: func(p: point) -> here;
  export run: func(h: here);
  export i;
}

package c:d@0.1.0 {
  interface types {
    record point { x: f64 }
    type id = u32;
  }
}
`;

describe.each(Object.entries(WORLDS))("%s", (_, wit) => {
  test("as embedded", async () => {
    const world = await worldOfWit(wit);
    expect(await worldOfWit(printWorld(world))).toEqual(world);
  });

  test("as finished", async () => {
    const { imports, exports } = await worldOfFinished(wit);
    const again = await worldOfFinished(printWorld({ imports, exports }));
    expect(printWorld(again)).toBe(printWorld({ imports, exports }));
  });
});

test("functions of generated types", async () => {
  const functions = fc.sample(arbitraryFunction({ depth: 5 }), runs(200));
  const world = worldOf(functions);
  const again = await worldOfWit(printWorld(world));
  const item = again.exports[0];
  if (item?.kind !== "interface") throw new Error("the interface is gone");
  const differences = item.interface.functions.map(({ type }, i) =>
    compareFunctions(type, functions[i] as FunctionType),
  );
  expect(differences).toEqual(functions.map(() => undefined));
});

describe("text", () => {
  const hit: ValueType = {
    ...t.record({ score: t.u32, tags: t.list(t.string) }),
    name: { name: "hit", owner: "a:b/c" },
  };

  test("of types goes by names, or spells them out", () => {
    expect(printType(t.option(hit))).toBe("option<hit>");
    expect(printTypeExpanded(t.option(hit))).toBe("option<record { score: u32, tags: list<string> }>");
    expect(printFunction(t.func([t.u8, hit], t.result(undefined, hit)))).toBe(
      "func(p0: u8, p1: hit) -> result<_, hit>",
    );
    expect(printType({ kind: "borrow", resource: { name: { name: "stream" } } })).toBe("borrow<%stream>");
  });

  test("of a world", async () => {
    const world = await worldOfWit(WORLDS["types used from other packages"] ?? "");
    expect(printWorld(world)).toBe(PRINTED);
  });

  test("of a type with two names uses the first", async () => {
    const world = await worldOfWit(
      "package a:b; interface i { type one = u8; type two = one; f: func(o: two); } world w { import i; }",
    );
    expect(await worldOfWit(printWorld(world))).toEqual(world);
    expect(printWorld(world)).toContain("type one = u8;\n  type two = one;\n  f: func(o: one);");
  });
});

describe("two types", () => {
  test.each<[ValueType, ValueType, string, string, string]>([
    [t.u8, t.u16, "", "u8", "u16"],
    [t.list(t.option(t.u8)), t.list(t.option(t.s8)), "element / some", "u8", "s8"],
    [t.list(t.u8), t.list(t.u8, 2), "", "list", "list of 2"],
    [t.record({ a: t.u8, b: t.u8 }), t.record({ a: t.u8 }), "", "field b", "no further field"],
    [t.record({ a: t.u8, b: t.u8 }), t.record({ b: t.u8, a: t.u8 }), "", "field a", "field b"],
    [t.tuple(t.u8, t.u8), t.tuple(t.u8, t.f32), "item 1", "u8", "f32"],
    [t.variant({ a: undefined }), t.variant({ a: t.u8 }), "case a", "nothing", "u8"],
    [t.result(t.u8), t.result(undefined, t.u8), "ok", "u8", "nothing"],
    [t.map(t.u8, t.u8), t.map(t.u8, t.bool), "value", "u8", "bool"],
    [t.labels("enum", 2), t.labels("flags", 2), "", "enum", "flags"],
    [t.labels("enum", 2), t.labels("enum", 3), "", "no further label", "label l2"],
    [
      { kind: "own", resource: { name: { name: "r" } } },
      { kind: "own", resource: {} },
      "",
      "resource r of the world",
      "a resource",
    ],
  ])("%o and %o", (left, right, path, l, r) => {
    expect(compareTypes(left, right)).toEqual({ path, left: l, right: r });
    expect(compareTypes(left, left)).toBeUndefined();
  });

  test("are equal whatever they are called", () => {
    const named: ValueType = { ...t.record({ a: t.u8 }), name: { name: "x" } };
    expect(typesEqual(named, t.record({ a: t.u8 }))).toBe(true);
    expect(typesEqual(named, t.record({ b: t.u8 }))).toBe(false);
    expect(compareFunctions(t.func([named]), t.func([t.record({ a: t.u8 })]))).toBeUndefined();
    expect(compareFunctions(t.func([named]), t.func([]))).toMatchObject({
      left: "param p0",
      right: "no further param",
    });
  });
});

/** A world that exports one interface with the functions, each type that WIT wants named given a name. */
function worldOf(functions: readonly FunctionType[]): World {
  const owner = "a:b/c";
  const types: { name: string; type: { kind: "value"; type: ValueType } }[] = [];
  const named = (type: ValueType): ValueType => {
    const inner = mapParts(type, named);
    if (!["record", "variant", "enum", "flags"].includes(type.kind)) return inner;
    const name = `t${types.length}`;
    const result: ValueType = { ...inner, name: { name, owner } };
    types.push({ name, type: { kind: "value", type: result } });
    return result;
  };
  const entries = functions.map((type, i) => ({
    name: `f${i}`,
    type: {
      async: false,
      params: type.params.map((param) => ({ label: param.label, type: named(param.type) })),
      ...(type.result === undefined ? {} : { result: named(type.result) }),
    },
  }));
  return {
    name: "a:b/w",
    imports: [],
    exports: [{ kind: "interface", name: owner, interface: { types, functions: entries } }],
  };
}

function mapParts(type: ValueType, change: (part: ValueType) => ValueType): ValueType {
  switch (type.kind) {
    case "list":
      return { ...type, element: change(type.element) };
    case "map":
      return { ...type, value: change(type.value) };
    case "option":
      return { ...type, type: change(type.type) };
    case "tuple":
      return { ...type, types: type.types.map(change) };
    case "record":
      return { ...type, fields: type.fields.map(({ label, type: part }) => ({ label, type: change(part) })) };
    case "variant":
      return t.variant(Object.fromEntries(type.cases.map((c) => [c.label, c.type && change(c.type)])));
    case "result":
      return t.result(type.ok && change(type.ok), type.err && change(type.err));
    default:
      return type;
  }
}
