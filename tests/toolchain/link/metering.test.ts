/**
 * Metered code counts what a naive count of every instruction counts, and no more changes.
 */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  CodeWriter,
  decodeModule,
  encodeModule,
  index,
  ModuleBuilder,
  type CoreModule,
} from "../../../toolchain/wasm/index.ts";
import { RESERVED } from "../../../toolchain/link/plan.ts";
import { rewriteModule } from "../../../toolchain/link/rewrite/rewrite.ts";
import { naivelyMetered } from "./naive-metering.ts";
import { text } from "./guests.ts";

const RUNS = { numRuns: 400, seed: 20261121 };
const PLENTY = 1n << 60n;
/** Every backward branch takes one turn of this global, so that everything ends. */
const TURNS = 60;

type Node =
  | { readonly kind: "work"; readonly operand: number }
  | {
      readonly kind: "call" | "branch" | "branchIf" | "return" | "trap" | "fill" | "table";
      readonly operand: number;
    }
  | {
      readonly kind: "block" | "loop" | "if";
      readonly body: readonly Node[];
      readonly other?: readonly Node[];
    };

const leaf: fc.Arbitrary<Node> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("work" as const), operand: fc.nat(200) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("branchIf" as const), operand: fc.nat(200) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom("call" as const, "branch" as const, "return" as const, "trap" as const),
      operand: fc.nat(200),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom("fill" as const, "table" as const), operand: fc.nat(200) }),
  },
);
const { nodes } = fc.letrec<{ node: Node; nodes: Node[] }>((tie) => ({
  nodes: fc.array(tie("node"), { maxLength: 5 }),
  node: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    leaf,
    fc.record({ kind: fc.constantFrom("block" as const, "loop" as const), body: tie("nodes") }),
    fc.record({
      kind: fc.constant("if" as const),
      body: tie("nodes"),
      other: fc.option(tie("nodes"), { nil: undefined as never }),
    }),
  ),
}));
const program = fc.array(nodes, { minLength: 1, maxLength: 3 });

const SIGNATURE = { params: ["i32"], results: ["i32"] } as const;
const [X] = [0];

/** Functions `f0…` of one number; each may call those before it. Memory 0 is one page. */
function generate(functions: readonly (readonly Node[])[]): CoreModule {
  const module = new ModuleBuilder();
  const type = module.addType(SIGNATURE);
  module.export({ name: "memory", kind: "memory", index: module.addMemory({ min: 1n }) });
  const turns = module.addGlobal({ type: "i32", mutable: true }, new CodeWriter().i32Const(TURNS).end());
  module.export({ name: "turns", kind: "global", index: turns });
  functions.forEach((body, at) => {
    const code = new CodeWriter();
    emit(code, body, { depth: 0, at, turns });
    const func = module.addFunc({ type, code: code.localGet(X).end() });
    module.exportFunc(`f${at}`, func);
  });
  return decodeModule(encodeModule(module.build()).bytes);
}

interface Place {
  readonly depth: number;
  readonly at: number;
  readonly turns: never | ReturnType<ModuleBuilder["addGlobal"]>;
}

function emit(code: CodeWriter, body: readonly Node[], place: Place): void {
  for (const node of body) emitNode(code, node, place);
}

/** Leaves the stack as it is; code behind a branch is emitted as well. */
function emitNode(code: CodeWriter, node: Node, place: Place): void {
  const { depth, at, turns } = place;
  const inner = { ...place, depth: depth + 1 };
  switch (node.kind) {
    case "work":
      return void code.localGet(X).i32Const(node.operand).op("i32.mul").i32Const(7).op("i32.add").localSet(X);
    case "call":
      if (at > 0)
        code
          .localGet(X)
          .call(index(node.operand % at))
          .localSet(X);
      return;
    case "branch":
    case "branchIf":
      takeTurn(code, turns);
      if (node.operand % (depth + 1) === depth) {
        code.localGet(X);
        if (node.kind === "branchIf") condition(code, node.operand).brIf(depth).op("drop");
        else code.br(depth);
      } else if (node.kind === "branchIf") condition(code, node.operand).brIf(node.operand % (depth + 1));
      else code.br(node.operand % (depth + 1));
      return;
    case "return":
      condition(code, node.operand).if().localGet(X).op("return").end();
      return;
    case "trap":
      condition(code, node.operand)
        .localGet(X)
        .op("i32.and")
        .i32Const(15)
        .op("i32.eq")
        .if()
        .op("unreachable")
        .end();
      return;
    case "fill":
      code.i32Const(8).i32Const(node.operand).localGet(X).i32Const(1023).op("i32.and").memoryFill(index(0));
      return;
    case "table":
      code
        .block()
        .block()
        .localGet(X)
        .i32Const(3)
        .op("i32.and")
        .op("br_table", { labels: [0, 1, 0], default: 1 })
        .end();
      return void code.localGet(X).i32Const(1).op("i32.add").localSet(X).end();
    case "block":
    case "loop":
      if (node.kind === "block") code.block();
      else code.loop();
      emit(code, node.body, inner);
      return void code.end();
    case "if":
      condition(code, node.body.length + 3).if();
      emit(code, node.body, inner);
      if (node.other) {
        code.else();
        emit(code, node.other, inner);
      }
      code.end();
  }
}

function condition(code: CodeWriter, operand: number): CodeWriter {
  return code
    .localGet(X)
    .i32Const(1 + (operand % 5))
    .op("i32.rem_u");
}

function takeTurn(code: CodeWriter, turns: Place["turns"]): void {
  code.globalGet(turns).i32Const(1).op("i32.sub").globalSet(turns);
  code.globalGet(turns).i32Const(0).op("i32.lt_s").if().op("unreachable").end();
}

function metered(module: CoreModule): Uint8Array {
  const options = { name: "m", outward: new Map<number, string>(), mayLeave: false, exportStart: false };
  return rewriteModule(module, { ...options, metered: true }).bytes;
}

function instantiated(bytes: Uint8Array): WebAssembly.Instance {
  return new WebAssembly.Instance(new WebAssembly.Module(bytes as Uint8Array<ArrayBuffer>));
}

/** Result and fuel used of one call. */
function tried(
  instance: WebAssembly.Instance,
  name: string,
  arg: number,
  fuel: bigint,
): { result: unknown; used: bigint } {
  const counter = instance.exports[RESERVED.fuel] as WebAssembly.Global;
  const turns = instance.exports["turns"] as WebAssembly.Global | undefined;
  if (turns) turns.value = TURNS;
  counter.value = fuel;
  try {
    const result = (instance.exports[name] as (x: number) => unknown)(arg);
    return { result, used: fuel - (counter.value as bigint) };
  } catch (error) {
    const stack = error instanceof Error ? (error.stack ?? "") : "";
    const result = stack.includes("trap: fuel exhausted") ? "exhausted" : "trap";
    return { result, used: fuel - (counter.value as bigint) };
  }
}

describe("metering", () => {
  it("counts on every path to a return what counting each instruction counts", () => {
    let returned = 0;
    fc.assert(
      fc.property(program, fc.array(fc.nat(300), { minLength: 1, maxLength: 4 }), (functions, args) => {
        const module = generate(functions);
        const naive = instantiated(naivelyMetered(module));
        const clever = instantiated(metered(module));
        for (const i of functions.keys()) {
          for (const arg of args) {
            const expected = tried(naive, `f${i}`, arg, PLENTY);
            const found = tried(clever, `f${i}`, arg, PLENTY);
            expect(found.result).toBe(expected.result);
            if (expected.result === "trap") continue;
            returned++;
            expect(found.used).toBe(expected.used);
            // Exactly this much is enough.
            expect(tried(clever, `f${i}`, arg, expected.used)).toEqual(expected);
            expect(tried(clever, `f${i}`, arg, expected.used - 1n).result).toBe("exhausted");
          }
        }
      }),
      RUNS,
    );
    expect(returned).toBeGreaterThan(1000);
  });
});
