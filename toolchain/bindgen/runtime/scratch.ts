/**
 * Module "atoll/scratch": memory for values on their way out.
 *
 * A `list<string>` is an array of references here and a row of (address,
 * length) in the canonical ABI: the row is built in scratch memory, as are
 * spilled parameters. It is a stack of chunks outside the collected heap, so
 * building it never collects, and giving it back is one store.
 *
 * An import call marks, lowers, calls, releases. An export lowers its result
 * after all that is done and resets first: the result stays until the next one.
 *
 *     chunk: | chunk below | end | payload ... |      the first one is kept
 */
import { BLOCK_MAXSIZE } from "rt/common";

// @ts-ignore: decorator
@inline const CHUNK_SIZE: usize = 16384;
// @ts-ignore: decorator
@inline const HEADER: usize = 8;

let chunk: usize = 0;
let top: usize = 0;
let end: usize = 0;

/** Room for `count` elements of `size` bytes, 8-byte aligned. */
export function allocate(count: usize, size: usize): usize {
  const bytes = <u64>count * <u64>size + 7;
  if (bytes > <u64>(BLOCK_MAXSIZE - HEADER)) throw new RangeError("a list is too long to be passed");
  const rounded = <usize>bytes & ~7;
  if (rounded > end - top) return grow(rounded);
  const at = top;
  top = at + rounded;
  return at;
}

/** To be given to `releaseScratch` later. */
// @ts-ignore: decorator
@inline
export function markScratch(): usize {
  return top;
}

/** Gives back everything allocated since the mark was taken. */
export function releaseScratch(mark: usize): void {
  if (chunk == 0) return;
  while (load<usize>(chunk) != 0 && !(mark > chunk && mark <= end)) drop();
  top = max(mark, chunk + HEADER);
}

/** Gives back everything. */
// @ts-ignore: decorator
@inline
export function resetScratch(): void {
  releaseScratch(0);
}

function grow(bytes: usize): usize {
  if (chunk == 0) {
    push(CHUNK_SIZE);
    if (bytes <= end - top) return allocate(1, bytes);
  }
  push(max(bytes + HEADER, CHUNK_SIZE));
  const at = top;
  top = at + bytes;
  return at;
}

function push(size: usize): void {
  const next = heap.alloc(size);
  store<usize>(next, chunk);
  store<usize>(next, next + size, 4);
  chunk = next;
  top = next + HEADER;
  end = next + size;
}

function drop(): void {
  const below = load<usize>(chunk);
  heap.free(chunk);
  chunk = below;
  end = load<usize>(below, 4);
}
