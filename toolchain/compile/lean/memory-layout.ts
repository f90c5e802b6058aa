/**
 * Where things lie in the memory of a lean app, so that a small one touches one page.
 *
 *          0      1 KiB - c                33 KiB - c   33 KiB
 *          │ null │ ◀── stack of references │ c bytes │ data │ heap ──▶            │
 *                                   ╰───── one page of the machine ─────╯
 *
 * c, below 1 KiB, is not the same in all programs.
 *
 * AssemblyScript puts the stack after the data and gives the heap all memory at
 * once, whose end it marks: three pages at least. Memory is what very many
 * processes take, so here the stack ends where the data begins, with room for as
 * much as ever, and the heap takes what is there as it needs it.
 */
import * as assemblyscript from "assemblyscript";
import binaryen from "assemblyscript/binaryen";

/** Name of the library file that `withHeapInSteps` changes. */
export const HEAP = "rt/tlsf";

/** Below is no object: what is read through null is no part of one. */
const STACK_BEGIN = 1024;
/**
 * Processors take a load for one of what was just stored when both addresses end in the same 12 bits. The memories
 * of a caller and its callee begin at such addresses, so stacks of different programs begin at different places, but
 * for one pair in twelve: a method call took half as long again where they did not (`bench ipc --only borrow-method`).
 */
const CACHE_LINE = 64;
/** As many as leave some of the stack in the page of the data, and an address below it for null. */
const COLOURS = 12;
/** In the middle of a page: most stacks are small, and most of the data, too. */
const DATA_BEGIN: number = STACK_BEGIN + assemblyscript.DEFAULT_STACK_SIZE;
/** AssemblyScript keeps no stack when it is 0; it lies after the data, and nothing uses it. */
const UNUSED_STACK = 16;

const PAGE = 4096;
/** Bytes of a first heap that are worth their page. */
const LEAST_HEAP = 256;

export function setLayout(options: assemblyscript.Options): void {
  assemblyscript.setMemoryBase(options, DATA_BEGIN);
  assemblyscript.setStackSize(options, UNUSED_STACK);
}

/** The stack of a module that was compiled with `setLayout`, and is not optimised yet. */
export function placeStack(module: binaryen.Module): void {
  const place = (name: string, mutable: boolean, address: number): void => {
    const global = `~lib/memory/${name}`;
    module.removeGlobal(global);
    module.addGlobal(global, binaryen.i32, mutable, module.i32.const(address));
  };
  const colour = (module.getNumFunctions() % COLOURS) * CACHE_LINE;
  place("__stack_pointer", true, DATA_BEGIN - colour);
  // What the stack must not grow below.
  place("__data_end", false, STACK_BEGIN - colour);
}

const STACK_END = "while (ptr < __heap_base) {";

/** The collector, which visits the stack. @throws TypeError when the text is of another AssemblyScript release. */
export function withStackBelowData(collector: string): string {
  return replaced(collector, STACK_END, `while (ptr < ${DATA_BEGIN}) {`);
}

const FIRST = "addMemory(root, memStart, <u64>memory.size() << 16);";
const GROW = "  let pagesBefore = memory.size();\n  size += BLOCK_OVERHEAD <<";
const TAKE_FIRST = `claimable = <u64>memory.size() << 16;
    claimed = min((<u64>memStart + ${LEAST_HEAP + PAGE - 1}) & ~${PAGE - 1}, claimable);
    addMemory(root, memStart, claimed);`;
const TAKE_MORE = `  if (claimed < claimable) {
    let start = claimed;
    let wanted = (start + size + AL_SIZE + ${PAGE - 1}) & ~${PAGE - 1};
    claimed = min(wanted, claimable);
    addMemory(root, <usize>start, claimed);
    if (wanted <= claimable) return;
  }
`;
const STATE = `
// @ts-ignore: decorator
@lazy let claimed: u64 = 0;
// @ts-ignore: decorator
@lazy let claimable: u64 = 0;
`;

/** The heap. @throws TypeError when the text is of another AssemblyScript release. */
export function withHeapInSteps(heap: string): string {
  return replaced(replaced(heap, FIRST, TAKE_FIRST), GROW, TAKE_MORE + GROW) + STATE;
}

function replaced(text: string, part: string, by: string): string {
  if (text.split(part).length !== 2) {
    throw new TypeError(`the library of this AssemblyScript has no single \`${part.trim()}\``);
  }
  return text.replace(part, () => by);
}
