/**
 * Clearing a memory without touching what was never written.
 *
 * `memory.fill` writes to every page, and a page that is written to takes room of
 * the host for ever: 64 KiB for each of thousands of processes that used four.
 * So a block is only cleared when a word of it is not zero. Looking costs more
 * than clearing where most is in use, which is why not every process has this.
 */
import { CodeWriter, type core, type CoreMemoryIndex } from "../../../wasm/index.ts";

/** As large as a host's pages are. */
const BLOCK = 4096;
const WORD = 8;
/** Words that one round looks at. */
const WORDS = 8;

const [AT, STOP, WORD_AT] = [0, 1, 2];

/** Of the function that `clearSparsely` is the code of. */
export const SPARSE_LOCALS: core.Locals[] = [{ count: 3, type: "i32" }];

/** `() -> ()`, for a memory that cannot be as large as 4 GiB, with pages of 64 KiB. */
export function clearSparsely(memory: CoreMemoryIndex): CodeWriter {
  const code = new CodeWriter();
  code.memorySize(memory).i32Const(16).op("i32.shl").localSet(STOP);
  code.block().loop();
  code.localGet(AT).localGet(STOP).op("i32.eq").brIf(1);
  code.localGet(AT).localSet(WORD_AT);
  code.block().loop();
  anyWord(code, memory);
  code.if();
  code.localGet(AT).i32Const(0).i32Const(BLOCK).memoryFill(memory).br(2).end();
  code
    .localGet(WORD_AT)
    .i32Const(WORD * WORDS)
    .op("i32.add")
    .localTee(WORD_AT);
  code.localGet(AT).i32Const(BLOCK).op("i32.add").op("i32.ne").brIf(0);
  code.end().end();
  code.localGet(AT).i32Const(BLOCK).op("i32.add").localSet(AT).br(0);
  return code.end().end().end();
}

/** Pushes 1 when one of the next words is not zero. */
function anyWord(code: CodeWriter, memory: CoreMemoryIndex): void {
  for (let i = 0; i < WORDS; i++) {
    code.localGet(WORD_AT).op("i64.load", { memory, align: 3, offset: i * WORD });
    if (i > 0) code.op("i64.or");
  }
  code.i64Const(0n).op("i64.ne");
}
