/**
 * The transfer module: the memory through which devices and the entry are called.
 *
 * Whatever is passed lies there for the length of one call, so its allocator
 * only ever moves a mark forward, and `reset` moves it back.
 *
 *      0                  16                      mark                memory's end
 *      | unused           | what one call passes  | free              |
 *
 * Address 0 stays unused, because guests take it for "nothing".
 *
 * Who receives a result is asked for room in between, and its slice may end there. Others
 * call devices then: the host keeps what lies before the mark, and puts it back (`mark` is
 * exported for that).
 */
import { CodeWriter, ModuleBuilder, type CoreModule } from "../wasm/index.ts";
import type { CoreFuncIndex, CoreGlobalIndex, CoreMemoryIndex } from "../wasm/index.ts";
import type { CoreType } from "../abi/index.ts";

const BASE = 16;
const PAGE_LOG2 = 16;

/** Parameters of `realloc` (CanonicalABI.md, "realloc"), then its own locals. */
const OLD = 0;
const OLD_SIZE = 1;
const ALIGN = 2;
const SIZE = 3;
const START = 4;
const END = 5;

export function transferModule(): CoreModule {
  const module = new ModuleBuilder();
  const memory = module.addMemory({ min: 1n, max: 65536n });
  const mark = module.addGlobal({ type: "i32", mutable: true }, new CodeWriter().i32Const(BASE).end());
  module.export({ name: "memory", kind: "memory", index: memory });
  module.export({ name: "mark", kind: "global", index: mark });
  const realloc = module.addFunc({
    type: { params: ["i32", "i32", "i32", "i32"], results: ["i32"] },
    locals: [{ count: 2, type: "i32" }],
    code: reallocCode(memory, mark),
  });
  module.exportFunc("realloc", realloc);
  module.exportFunc("reset", addReset(module, mark));
  for (const type of ["i32", "i64", "f32", "f64"] as const) {
    module.exportFunc(`reset-${type}`, addReset(module, mark, type));
  }
  return module.build();
}

function addReset(module: ModuleBuilder, mark: CoreGlobalIndex, param?: CoreType): CoreFuncIndex {
  const code = new CodeWriter().i32Const(BASE).globalSet(mark).end();
  return module.addFunc({ type: { params: param ? [param] : [], results: [] }, code });
}

/** Takes new space behind the mark; traps when the sums leave 32 bits, or memory cannot grow. */
function reallocCode(memory: CoreMemoryIndex, mark: CoreGlobalIndex): CodeWriter {
  const code = new CodeWriter();
  // start = (mark + align - 1) & -align
  code.globalGet(mark).localGet(ALIGN).op("i32.add").i32Const(1).op("i32.sub").localTee(START);
  code.globalGet(mark).op("i32.lt_u").if().op("unreachable").end();
  code.localGet(START).i32Const(0).localGet(ALIGN).op("i32.sub").op("i32.and").localTee(START);
  // end = start + size
  code.localGet(SIZE).op("i32.add").localTee(END);
  code.localGet(START).op("i32.lt_u").if().op("unreachable").end();
  growTo(code, memory);
  code.localGet(END).globalSet(mark);
  // Both sizes are at most what memory holds: memory.copy checks that.
  code.localGet(OLD_SIZE).if();
  code.localGet(START).localGet(OLD).localGet(OLD_SIZE).localGet(SIZE);
  code.localGet(OLD_SIZE).localGet(SIZE).op("i32.lt_u").op("select").memoryCopy(memory, memory);
  code.end();
  return code.localGet(START).end();
}

/** Pages needed are compared in 64 bits: the end may lie at 4 GiB. */
function growTo(code: CodeWriter, memory: CoreMemoryIndex): void {
  const pages = (): CodeWriter =>
    code
      .localGet(END)
      .op("i64.extend_i32_u")
      .i64Const((1n << BigInt(PAGE_LOG2)) - 1n)
      .op("i64.add")
      .i64Const(BigInt(PAGE_LOG2))
      .op("i64.shr_u")
      .op("i32.wrap_i64");
  pages().memorySize(memory).op("i32.gt_u").if();
  pages().memorySize(memory).op("i32.sub").memoryGrow(memory);
  code.i32Const(-1).op("i32.eq").if().op("unreachable").end();
  code.end();
}

/** For the types of `transfer` exports: which `reset` takes the core results of a function. */
export function resetFor(results: readonly CoreType[]): "reset" | `reset-${CoreType}` {
  const [result] = results;
  return result === undefined ? "reset" : `reset-${result}`;
}
