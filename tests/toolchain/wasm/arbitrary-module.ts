/** Arbitrary valid core modules for fast-check, made with the builder. */
import * as fc from "fast-check";
import {
  CodeWriter,
  type core,
  type CoreFuncIndex,
  type CoreMemoryIndex,
  type CoreModule,
  FUNCREF,
  index,
  ModuleBuilder,
} from "../../../toolchain/wasm/index.ts";

type Num = "i32" | "i64" | "f32" | "f64";
const num = fc.constantFrom<Num>("i32", "i64", "f32", "f64");

/** Pushes a value of the type. */
type Push = { readonly type: Num; readonly write: (out: CodeWriter) => void };
const constants: fc.Arbitrary<Push> = fc.oneof(
  fc.integer().map((n): Push => ({ type: "i32", write: (out) => out.i32Const(n) })),
  fc
    .bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
    .map((n): Push => ({ type: "i64", write: (out) => out.i64Const(n) })),
  fc.float().map((n): Push => ({ type: "f32", write: (out) => out.f32Const(n) })),
  fc.double().map((n): Push => ({ type: "f64", write: (out) => out.f64Const(n) })),
);

/** A statement that leaves the stack as it was. `func` is a function without parameters and results. */
const statement: fc.Arbitrary<(out: CodeWriter, func: CoreFuncIndex) => void> = fc.letrec<{
  statement: (out: CodeWriter, func: CoreFuncIndex) => void;
}>((tie) => ({
  statement: fc.oneof(
    { maxDepth: 3 },
    constants.map((push) => (out: CodeWriter) => {
      push.write(out);
      out.op("drop");
    }),
    fc.constant((out: CodeWriter, func: CoreFuncIndex) => void out.call(func)),
    fc.tuple(fc.nat(100), fc.nat(2), fc.nat(1)).map(([offset, align, memory]) => (out: CodeWriter) => {
      const at = { offset, align, memory: index<CoreMemoryIndex>(memory) };
      out.i32Const(0).load("i32.load", at).op("i32.popcnt").op("drop");
      out.i32Const(8).f64Const(1).store("f64.store", at);
    }),
    fc.tuple(num, tie("statement")).map(([type, inner]) => (out: CodeWriter, func: CoreFuncIndex) => {
      out.block();
      inner(out, func);
      out.i32Const(0).brIf(0).loop(type);
      inner(out, func);
      out.op("unreachable").end().op("drop").end();
    }),
    fc.constant((out: CodeWriter) => {
      out.i32Const(0).i32Const(0).i32Const(4);
      out.memoryCopy(index<CoreMemoryIndex>(1), index<CoreMemoryIndex>(0));
    }),
  ),
})).statement;

interface Sketch {
  readonly types: readonly (readonly [Num[], Num[]])[];
  readonly bodies: readonly ((out: CodeWriter, func: CoreFuncIndex) => void)[][];
  readonly locals: readonly core.Locals[];
  readonly constants: readonly Push[];
  readonly data: readonly Uint8Array[];
  readonly names: readonly string[];
  readonly customs: readonly (readonly [string, Uint8Array, number])[];
}

function build(sketch: Sketch): CoreModule {
  const builder = new ModuleBuilder();
  const nothing = builder.addType({ params: [], results: [] });
  for (const [i, [params, results]] of sketch.types.entries()) {
    builder.importFunc("env", `f${i}`, { params, results });
  }
  const empty = builder.addFunc({ type: nothing, code: new CodeWriter().end() });
  for (const min of [1n, 2n]) builder.addMemory({ min, max: 9n });
  const table = builder.addTable({ type: { element: FUNCREF, limits: { min: 100n } } });
  for (const { type, write } of sketch.constants) {
    const init = new CodeWriter();
    write(init);
    builder.addGlobal({ type, mutable: true }, init.end());
  }
  for (const statements of sketch.bodies) {
    const code = new CodeWriter();
    for (const write of statements) write(code, empty);
    builder.addFunc({ type: nothing, locals: sketch.locals, code: code.end() });
  }
  builder.addElements({
    mode: { kind: "active", into: table, offset: new CodeWriter().i32Const(3).end().bytes() },
    type: { nullable: false, heap: "func" },
    items: { kind: "funcs", funcs: [empty] },
  });
  for (const bytes of sketch.data) builder.addData({ mode: { kind: "passive" }, bytes });
  for (const name of sketch.names) builder.exportFunc(name, empty);
  for (const custom of sketch.customs) builder.addCustom(...custom);
  return builder.build();
}

/** A module that an engine accepts. */
export const arbitraryModule: fc.Arbitrary<CoreModule> = fc
  .record({
    types: fc.array(fc.tuple(fc.array(num, { maxLength: 4 }), fc.array(num, { maxLength: 3 })), {
      maxLength: 4,
    }),
    bodies: fc.array(fc.array(statement, { maxLength: 6 }), { maxLength: 4 }),
    locals: fc.array(fc.record({ count: fc.nat(50), type: num }), { maxLength: 3 }),
    constants: fc.array(constants, { maxLength: 4 }),
    data: fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 3 }),
    names: fc.uniqueArray(fc.string({ unit: "grapheme" }), { maxLength: 4 }),
    customs: fc.array(fc.tuple(fc.string(), fc.uint8Array(), fc.constantFrom(0, 1, 3, 10, 11)), {
      maxLength: 3,
    }),
  })
  .map(build);
