/** Worlds read from binaries that other tools made: types, their names, their owners. */
import { describe, expect, test } from "vitest";
import type { Interface, ValueType, World } from "../../../toolchain/abi/index.ts";
import { worldOfFinished, worldOfWat, worldOfWit } from "./embed.ts";

const SEARCH = `
  package search:app@0.1.0;
  interface types {
    record point { x: s32 }
    resource blob { constructor(bytes: list<u8>); size: func() -> u32; empty: static func() -> blob; }
    type id = u32;
  }
  interface api {
    use types.{point, blob, id};
    variant answer { at(point), nowhere }
    find: func(p: point, b: borrow<blob>, i: id) -> answer;
    make: func() -> blob;
  }
  world app {
    use types.{point as place};
    record request { at: place }
    import log: interface { write: func(line: string); }
    import note: func(places: list<place>);
    export api;
    export run: func(r: request) -> result<_, string>;
  }`;
const TYPES = "search:app/types@0.1.0";
const API = "search:app/api@0.1.0";

function interfaceOf(world: World, direction: "imports" | "exports", name: string): Interface {
  const item = world[direction].find((entry) => entry.name === name);
  if (item?.kind !== "interface") throw new Error(`${direction} have no interface ${name}`);
  return item.interface;
}

function valueType(face: Interface, name: string): ValueType {
  const entry = face.types.find((type) => type.name === name);
  if (entry?.type.kind !== "value") throw new Error(`${name} is not a value type`);
  return entry.type.type;
}

describe.each([
  ["embedded in a core module", worldOfWit],
  ["of a finished component", worldOfFinished],
])("a world %s", (how, read) => {
  test("has what WIT says, in its order", async () => {
    const world = await read(SEARCH);
    expect(world.name).toBe(how.startsWith("embedded") ? "search:app/app@0.1.0" : undefined);
    expect(world.imports.map((item) => [item.kind, item.name])).toEqual(
      expect.arrayContaining([
        ["interface", TYPES],
        ["interface", "log"],
        ["type", "place"],
        ["type", "request"],
        ["function", "note"],
      ]),
    );
    expect(world.exports.map((item) => [item.kind, item.name])).toEqual(
      expect.arrayContaining([
        ["function", "run"],
        ["interface", API],
      ]),
    );
    expect(interfaceOf(world, "imports", "log").functions).toEqual([
      { name: "write", type: { async: false, params: [{ label: "line", type: { kind: "string" } }] } },
    ]);
  });

  test("names a type after the interface that defines it, wherever it is used", async () => {
    const world = await read(SEARCH);
    const point = { name: "point", owner: TYPES };
    expect(valueType(interfaceOf(world, "imports", TYPES), "point")).toMatchObject({
      kind: "record",
      name: point,
    });
    const api = interfaceOf(world, "exports", API);
    expect(valueType(api, "point").name).toEqual(point);
    expect(valueType(api, "id")).toEqual({ kind: "u32", name: { name: "id", owner: TYPES } });
    expect(valueType(api, "answer")).toMatchObject({ kind: "variant", name: { name: "answer", owner: API } });
    const find = api.functions.find(({ name }) => name === "find")?.type;
    expect(find?.params[0]?.type.name).toEqual(point);
    expect(find?.result).toEqual(valueType(api, "answer"));
    const place = world.imports.find(({ name }) => name === "place");
    expect(place).toMatchObject({ type: { type: { name: point } } });
    expect(world.imports.find(({ name }) => name === "request")).toMatchObject({
      type: { type: { name: { name: "request" }, fields: [{ label: "at", type: { name: point } }] } },
    });
  });

  test("keeps a resource one and the same", async () => {
    const world = await read(SEARCH);
    const defined = interfaceOf(world, "imports", TYPES).types.find(({ name }) => name === "blob")?.type;
    const make = interfaceOf(world, "exports", API).functions.find(({ name }) => name === "make")?.type;
    if (defined?.kind !== "resource" || make?.result?.kind !== "own") throw new Error("blob is no resource");
    expect(make.result.resource).toBe(defined.resource);
    expect(defined.resource.name).toEqual({ name: "blob", owner: TYPES });
  });
});

test("an exported resource is another than the imported one of that name", async () => {
  const wit = `package a:b; interface i { resource r { constructor(); } get: func() -> r; } world w { import i; export i; }`;
  const read = async (direction: "imports" | "exports"): Promise<unknown> => {
    const type = interfaceOf(await worldOfFinished(wit), direction, "a:b/i").types[0]?.type;
    return type?.kind === "resource" ? type.resource.name : undefined;
  };
  expect(await read("imports")).toEqual({ name: "r", owner: "a:b/i" });
  expect(await read("exports")).toEqual({ name: "r", owner: "a:b/i" });
  const world = await worldOfFinished(wit);
  const [imported, exported] = [
    interfaceOf(world, "imports", "a:b/i"),
    interfaceOf(world, "exports", "a:b/i"),
  ];
  expect(imported.types[0]?.type).not.toBe(exported.types[0]?.type);
});

describe("a component that holds components", () => {
  const INNER = `
    (component $inner
      (import "dep" (instance $dep
        (type $p' (record (field "x" u32)))
        (export "p" (type $p (eq $p')))
        (export "f" (func (param "a" $p)))))
      (alias export $dep "p" (type $p))
      (alias export $dep "f" (func $f))
      (export $q "q" (type $p))
      (export "g" (func $f) (func (param "a" $q))))`;
  const IMPORT = `
    (type $p' (record (field "x" u32)))
    (import "a:b/dep" (instance $dep
      (alias outer 1 $p' (type $p''))
      (export "p" (type $p (eq $p'')))
      (export "f" (func (param "a" $p)))
      (export "more" (func))))`;

  test("exports what the inner one makes of its arguments", async () => {
    const world = await worldOfWat(`(component ${IMPORT} ${INNER}
      (instance $i (instantiate $inner (with "dep" (instance $dep))))
      (export "a:b/api" (instance $i)))`);
    const api = interfaceOf(world, "exports", "a:b/api");
    expect(valueType(api, "q").name).toEqual({ name: "p", owner: "a:b/dep" });
    expect(api.functions.map(({ name }) => name)).toEqual(["g"]);
    expect(api.functions[0]?.type.params[0]?.type).toEqual(valueType(api, "q"));
  });

  test("can export a bundle of things at hand", async () => {
    const world = await worldOfWat(`(component ${IMPORT}
      (alias export $dep "f" (func $f)) (alias export $dep "p" (type $p))
      (instance $i (export "pp" (type $p)) (export "h" (func $f)))
      (export "a:b/api" (instance $i)))`);
    const api = interfaceOf(world, "exports", "a:b/api");
    expect(valueType(api, "pp").name).toEqual({ name: "p", owner: "a:b/dep" });
  });

  test.each([
    ["nothing", "", 'import "dep": nothing is given for it'],
    ["a function", '(with "dep" (func $f))', 'import "dep": this must be an instance, but it is a func'],
    ["too small an instance", '(with "dep" (instance $small))', 'export "f": nothing is given for it'],
    [
      "an instance of another type",
      '(with "dep" (instance $other))',
      'export "p": its type is declared with u32 at field x, but it has u8',
    ],
    [
      "an instance with another function",
      '(with "dep" (instance $renamed))',
      'export "f": its type is declared with param a, but it has param b',
    ],
  ])("is refused when it passes %s", async (_, args, message) => {
    const wat = `(component ${IMPORT} ${INNER}
      (alias export $dep "f" (func $f)) (alias export $dep "p" (type $p))
      (instance $small (export "p" (type $p)))
      (type $q (record (field "x" u8)))
      (instance $other (export "p" (type $q)) (export "f" (func $f)))
      (import "r" (func $r (param "b" $p)))
      (instance $renamed (export "p" (type $p)) (export "f" (func $r)))
      (instance (instantiate $inner ${args})))`;
    await expect(worldOfWat(wat)).rejects.toThrow(message);
  });

  test("is refused when it ascribes another type than there is", async () => {
    const wat = `(component ${IMPORT} (alias export $dep "more" (func $f)) (export "g" (func $f) (func (result u32))))`;
    await expect(worldOfWat(wat)).rejects.toThrow(
      "its type is declared with u32 at result, but it has nothing",
    );
  });
});
