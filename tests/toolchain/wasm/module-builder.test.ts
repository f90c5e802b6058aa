/** Modules that are made: indices, interned types, and running the result. */
import { expect, test } from "vitest";
import {
  CodeWriter,
  type core,
  encodeModule,
  EXTERNREF,
  FUNCREF,
  index,
  ModuleBuilder,
} from "../../../toolchain/wasm/index.ts";

const BINARY: core.FuncType = { params: ["i32", "i32"], results: ["i32"] };

function instantiate(builder: ModuleBuilder, imports: WebAssembly.Imports = {}): WebAssembly.Exports {
  const { bytes } = encodeModule(builder.build());
  return new WebAssembly.Instance(new WebAssembly.Module(bytes), imports).exports;
}

test("equal function types are one type", () => {
  const builder = new ModuleBuilder();
  expect(builder.addType(BINARY)).toBe(0);
  expect(builder.addType({ params: [], results: [FUNCREF] })).toBe(1);
  expect(builder.addType({ params: ["i32", "i32"], results: ["i32"] })).toBe(0);
  expect(builder.addType({ params: [], results: [{ nullable: false, heap: "func" }] })).toBe(2);
  expect(builder.build().types).toHaveLength(3);
});

test("two memories, a table, globals and imports work together", () => {
  const builder = new ModuleBuilder();
  const twice = builder.importFunc("env", "twice", { params: ["i32"], results: ["i32"] });
  const from = builder.importMemory("env", "from", { min: 1n });
  const base = builder.importGlobal("env", "base", { type: "i32", mutable: false });
  const to = builder.addMemory({ min: 1n });
  const calls = builder.addGlobal({ type: "i32", mutable: true }, new CodeWriter().i32Const(0).end());
  const add = builder.addFunc({
    type: BINARY,
    code: new CodeWriter().localGet(0).localGet(1).op("i32.add").call(twice).end(),
  });
  const table = builder.addTable({ type: { element: FUNCREF, limits: { min: 1n } } });
  builder.addElements({
    mode: { kind: "active", into: table, offset: new CodeWriter().i32Const(0).end().bytes() },
    type: { nullable: false, heap: "func" },
    items: { kind: "funcs", funcs: [add] },
  });
  const run = builder.addFunc({
    type: { params: [], results: ["i32", "i32"] },
    locals: [{ count: 1, type: "i32" }],
    code: new CodeWriter()
      .i32Const(16)
      .globalGet(base)
      .i32Const(4)
      .memoryCopy(to, from)
      .globalGet(calls)
      .i32Const(1)
      .op("i32.add")
      .globalSet(calls)
      .i32Const(0)
      .load("i32.load", { offset: 16, memory: to })
      .localTee(0)
      .if("i32")
      .localGet(0)
      .i32Const(2)
      .i32Const(0)
      .callIndirect(builder.addType(BINARY), table)
      .else()
      .i32Const(-1)
      .end()
      .globalGet(calls)
      .end(),
  });
  builder.exportFunc("run", run);
  expect([twice, add, run, from, to, base, calls]).toEqual([0, 1, 2, 0, 1, 0, 1]);

  const memory = new WebAssembly.Memory({ initial: 1 });
  new DataView(memory.buffer).setInt32(8, 40, true);
  const env = {
    twice: (n: number) => n * 2,
    from: memory,
    base: new WebAssembly.Global({ value: "i32" }, 8),
  };
  const exports = instantiate(builder, { env });
  expect((exports["run"] as () => number[])()).toEqual([84, 1]);
});

test("vector instructions with lanes", () => {
  const builder = new ModuleBuilder();
  const func = builder.addFunc({
    type: { params: [], results: ["i32"] },
    code: new CodeWriter()
      .v128Const(Array.from({ length: 16 }, (_, i) => i))
      .v128Const(Array.from({ length: 16 }, (_, i) => 100 + i))
      .op("i8x16.shuffle", [17, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14])
      .op("i8x16.extract_lane_u", 0)
      .end(),
  });
  builder.exportFunc("lane", func);
  expect((instantiate(builder)["lane"] as () => number)()).toBe(101);
});

test("an import after a definition of its kind is refused, since it would move the indices", () => {
  const builder = new ModuleBuilder();
  builder.addFunc({ type: BINARY, code: new CodeWriter().i32Const(1).end() });
  expect(() => builder.importFunc("a", "b", BINARY)).toThrow(
    new RangeError("import a b: add imports of a func before defining one"),
  );
  expect(builder.importMemory("a", "m", { min: 1n })).toBe(0);
  expect(builder.importTable("a", "x", { element: EXTERNREF, limits: { min: 0n } })).toBe(0);
  expect(builder.importTag("a", "t", index<never>(0))).toBe(0);
});
