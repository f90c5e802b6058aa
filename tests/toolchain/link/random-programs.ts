/**
 * Random programs of structured code, for the tests of what the rewriter counts.
 */
import * as fc from "fast-check";
import {
  CodeWriter,
  decodeModule,
  encodeModule,
  index,
  ModuleBuilder,
  type CoreModule,
} from "../../../toolchain/wasm/index.ts";

/** Every backward branch takes one turn of this global, so that everything ends. */
export const TURNS = 60;

export type Node =
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
export const program: fc.Arbitrary<(readonly Node[])[]> = fc.array(nodes, { minLength: 1, maxLength: 3 });

const SIGNATURE = { params: ["i32"], results: ["i32"] } as const;
const [X] = [0];

/**
 * Functions `f0…` of one number; each may call those before it, or all of them when they are `recursive`.
 * Memory 0 is one page.
 */
export function generate(functions: readonly (readonly Node[])[], recursive = false): CoreModule {
  const module = new ModuleBuilder();
  const type = module.addType(SIGNATURE);
  module.export({ name: "memory", kind: "memory", index: module.addMemory({ min: 1n }) });
  const turns = module.addGlobal({ type: "i32", mutable: true }, new CodeWriter().i32Const(TURNS).end());
  module.export({ name: "turns", kind: "global", index: turns });
  functions.forEach((body, at) => {
    const code = new CodeWriter();
    emit(code, body, { depth: 0, callable: recursive ? functions.length : at, recursive, turns });
    const func = module.addFunc({ type, code: code.localGet(X).end() });
    if (recursive || isExported(at, functions.length)) module.exportFunc(`f${at}`, func);
  });
  return decodeModule(encodeModule(module.build()).bytes);
}

/** In programs without recursion: what only others of the module call is charged with the call. */
export function isExported(at: number, count: number): boolean {
  return at === count - 1 || at % 2 === 1;
}

interface Place {
  readonly depth: number;
  /** How many functions it may call, from the first on. */
  readonly callable: number;
  readonly recursive: boolean;
  readonly turns: ReturnType<ModuleBuilder["addGlobal"]>;
}

function emit(code: CodeWriter, body: readonly Node[], place: Place): void {
  for (const node of body) emitNode(code, node, place);
}

/** Leaves the stack as it is; code behind a branch is emitted as well. */
function emitNode(code: CodeWriter, node: Node, place: Place): void {
  const { depth, callable, recursive, turns } = place;
  const inner = { ...place, depth: depth + 1 };
  switch (node.kind) {
    case "work":
      return void code.localGet(X).i32Const(node.operand).op("i32.mul").i32Const(7).op("i32.add").localSet(X);
    case "call":
      if (recursive) takeTurn(code, turns);
      if (callable > 0)
        code
          .localGet(X)
          .call(index(node.operand % callable))
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
