/** What bindings refuse, and what a program cannot get wrong silently. */
import { expect, test } from "vitest";
import type { FunctionType, Interface, ValueType, World } from "../../../toolchain/abi/index.ts";
import { bindingsFor, compileGuest, startGuest, type Guest } from "./guest.ts";

const API = "test:program/api@1.0.0";

function exporting(types: Interface["types"], functions: Record<string, FunctionType>): World {
  const list = Object.entries(functions).map(([name, type]) => ({ name, type }));
  return { imports: [], exports: [{ kind: "interface", name: API, interface: { types, functions: list } }] };
}

function returning(result: ValueType): FunctionType {
  return { async: false, params: [], result };
}

test("a resource that is imported and exported under one name", () => {
  const types = [
    { name: "blob", type: { kind: "resource", resource: { name: { name: "blob", owner: API } } } },
  ] as const;
  const { exports } = exporting(types, {});
  const imports = exporting(
    [{ name: "blob", type: { kind: "resource", resource: { name: { name: "blob", owner: API } } } }],
    {},
  ).exports;
  expect(() => bindingsFor({ imports, exports })).toThrow(
    /test:program\/api@1\.0\.0.*the resource blob would be two classes of one name/,
  );
});

test("a tuple of more than 16: says what to write", () => {
  const types = Array.from({ length: 17 }, () => ({ kind: "u8" }) as const);
  expect(() => bindingsFor(exporting([], { all: returning({ kind: "tuple", types }) }))).toThrow(
    /tuple of 17 members.*use a record/,
  );
});

test("a record without a name", () => {
  const record: ValueType = { kind: "record", fields: [{ label: "x", type: { kind: "u8" } }] };
  expect(() => bindingsFor(exporting([], { get: returning(record) }))).toThrow(
    /function get: a record without a name/,
  );
});

/** What the program's abort said. */
function lastAbort(guest: Guest): string {
  const view = new DataView(guest.memory.buffer);
  const message = view.getUint32((guest.exports["lastAbort"] as WebAssembly.Global).value as number, true);
  const length = view.getUint32(message - 4, true);
  return new TextDecoder("utf-16le").decode(new Uint8Array(guest.memory.buffer, message, length));
}

test("a program that breaks its types traps with a message", async () => {
  const shape: ValueType = {
    kind: "variant",
    cases: [{ label: "circle", type: { kind: "f64" } }, { label: "none" }],
    name: { name: "shape", owner: API },
  };
  const world = exporting([{ name: "shape", type: { kind: "value", type: shape } }], {
    fixed: returning({ kind: "list", element: { kind: "u8" }, length: 4 }),
    shape: returning(shape),
    holes: returning({ kind: "list", element: { kind: "string" } }),
  });
  const app = `
    import { Shape } from "${API}";
    class Other extends Shape {}
    export function fixed(): StaticArray<u8> { return new StaticArray<u8>(3); }
    export function shape(): Shape { return new Other(); }
    export function holes(): string[] { return new Array<string>(2); }`;
  const guest = startGuest(await compileGuest(bindingsFor(world), app), world);
  expect(() => guest.call(`${API}#fixed`)).toThrow(WebAssembly.RuntimeError);
  expect(lastAbort(guest)).toBe("this list must have exactly 4 elements");
  expect(() => guest.call(`${API}#shape`)).toThrow(WebAssembly.RuntimeError);
  expect(lastAbort(guest)).toBe("a Shape must be one of ShapeCircle, ShapeNone");
  expect(() => guest.call(`${API}#holes`)).toThrow(WebAssembly.RuntimeError);
  expect(lastAbort(guest)).toContain("Element type must be nullable if array is holey");
});

test("names of WIT that AssemblyScript or the bindings use themselves", async () => {
  const host = "test:host/builtins@1.0.0";
  const named = (name: string, type: ValueType): ValueType => ({ ...type, name: { name, owner: host } });
  const u32: ValueType = { kind: "u32" };
  const string: ValueType = { kind: "string" };
  const map = named("map", {
    kind: "record",
    fields: ["constructor", "default", "length", "load", "this"].map((label) => ({ label, type: string })),
  });
  const point = named("point-a1", {
    kind: "record",
    fields: [
      { label: "a-1", type: u32 },
      { label: "a1", type: u32 },
    ],
  });
  const kind = named("string", { kind: "enum", labels: ["array", "a-1", "a1"] });
  const names = [
    "load",
    "store",
    "delete",
    "lift-string",
    "area",
    "memory",
    "changetype",
    "cabi-realloc",
    "usize",
    "a-1",
    "a1",
  ];
  const params = [
    { label: "load", type: string },
    { label: "changetype", type: map },
    { label: "area", type: { kind: "list", element: string } as const },
    { label: "function", type: point },
    { label: "app", type: kind },
  ];
  const functions = names.map((name) => ({ name, type: { async: false, params, result: map } }));
  const types = [map, point, kind].map((type) => ({
    name: type.name?.name ?? "",
    type: { kind: "value" as const, type },
  }));
  const world: World = {
    imports: [{ kind: "interface", name: host, interface: { types, functions } }],
    exports: [{ kind: "interface", name: API, interface: { types: [], functions } }],
  };
  const identifiers = [
    "load",
    "store",
    "delete_",
    "liftString",
    "area",
    "memory",
    "changetype",
    "cabiRealloc",
    "usize",
    "a1",
    "a1_",
  ];
  const app = [
    `import * as host from "${host}";`,
    ...identifiers.map(
      (name, i) =>
        `function relay${i}(a: string, b: host.Map_, c: string[], d: host.PointA1, e: host.String_): host.Map_ { return host.${name}(a, b, c, d, e); }`,
    ),
    `export { ${identifiers.map((name, i) => `relay${i} as ${name}`).join(", ")} };`,
  ].join("\n");
  const args: unknown[] = [
    "x",
    { constructor: "c", default: "d", length: "l", load: "o", this: "t" },
    ["y", "z"],
    { "a-1": 1, a1: 2 },
    "a1",
  ];
  const served = names.map((name) => [
    `${host}#${name}`,
    (...found: unknown[]) => {
      expect(found).toEqual(args);
      return found[1];
    },
  ]);
  const guest = startGuest(await compileGuest(bindingsFor(world), app), world, Object.fromEntries(served));
  for (const name of names) expect(guest.call(`${API}#${name}`, ...args)).toEqual(args[1]);
});
