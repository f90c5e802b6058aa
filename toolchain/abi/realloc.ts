/**
 * `realloc` of the canonical ABI that only ever moves a mark forward.
 *
 * For memories in which values lie for the length of one call: whoever has one
 * moves the mark back when that is over. Source: CanonicalABI.md, "realloc".
 */
import { CodeWriter, type ModuleBuilder } from "../wasm/index.ts";
import type { CoreFuncIndex, CoreGlobalIndex, CoreMemoryIndex } from "../wasm/index.ts";

const PAGE_LOG2 = 16;

/** Its parameters, then its own locals. */
const OLD = 0;
const OLD_SIZE = 1;
const ALIGN = 2;
const SIZE = 3;
const START = 4;
const END = 5;

/** Adds the function; `mark` is an i32. */
export function addRealloc(
  module: ModuleBuilder,
  memory: CoreMemoryIndex,
  mark: CoreGlobalIndex,
): CoreFuncIndex {
  return module.addFunc({
    type: { params: ["i32", "i32", "i32", "i32"], results: ["i32"] },
    locals: [{ count: 2, type: "i32" }],
    code: reallocCode(memory, mark),
  });
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
