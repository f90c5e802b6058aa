// The heap: chunks of a power of two of bytes, and a map that says what each is.
//
//     lists | map: a byte for each unit | heap: chunks                  | not in use
//                                       heapBase          heapBase + heapSize
//
// A chunk of order o has UNIT << o bytes and begins at a multiple of that from
// heapBase, so its buddy, with which it makes a chunk of order o + 1, is known by
// its address. What a message holds was written by guests; whether something is a
// chunk is asked of the map alone, which they cannot reach.
//
// A byte of the map, for the unit that a chunk begins with; 0 for others:
//
//      7   6   5   4   3   2   1   0
//     +-----------+-------------------+
//     |   kind    |       order       |
//     +-----------+-------------------+

export const UNIT: i32 = 128;
const UNIT_BITS: i32 = 7;
/** Of the largest chunk: 1 GiB. */
export const TOP_ORDER: i32 = 23;

const ORDER_MASK: i32 = 0x1f;
const KIND_MASK: i32 = 0xe0;
/** In a list of the buddy system. */
export const FREE: i32 = 0x20;
/** Free, and kept as it is for the next message. */
export const KEPT: i32 = 0x40;
/** The first of a message. */
export const MESSAGE: i32 = 0x60;
/** What a message was extended by. */
export const MORE: i32 = 0x80;

const DEFAULT_LIMIT: i32 = 256 << 20;
/** Addresses stay below 2³¹, where negative numbers are statuses. */
const MOST_LIMIT: i32 = 0x7000_0000;
/** Pages that memory grows by at least, while it may. */
const GROWTH: i32 = 16;

let mapBase: i32 = 0;
export let heapBase: i32 = 0;
export let heapSize: i32 = 0;
let heapLimit: i32 = 0;

/** Makes room for a heap of at most so many bytes; once. */
export function layHeap(bytes: i32): bool {
  if (heapLimit !== 0 || bytes < UNIT || bytes > MOST_LIMIT) return false;
  const units = bytes >> UNIT_BITS;
  mapBase = (<i32>__heap_base + 15) & ~15;
  heapBase = (mapBase + units + UNIT - 1) & -UNIT;
  heapLimit = units << UNIT_BITS;
  return reach(heapBase);
}

/** Whether the heap could be made larger by so many bytes. */
export function extendHeap(bytes: i32): bool {
  if (heapLimit === 0 && !layHeap(DEFAULT_LIMIT)) return false;
  if (bytes > heapLimit - heapSize || !reach(heapBase + heapSize + bytes)) return false;
  heapSize += bytes;
  return true;
}

/** Whether memory goes on up to that address. */
function reach(end: i32): bool {
  const missing = <i32>((<u32>end + 0xffff) >> 16) - memory.size();
  if (missing <= 0) return true;
  return (missing < GROWTH && memory.grow(GROWTH) >= 0) || memory.grow(missing) >= 0;
}

/** The order of a chunk that holds so many bytes. */
export function orderOf(bytes: i32): i32 {
  return bytes <= UNIT ? 0 : 32 - UNIT_BITS - clz(bytes - 1);
}

export function bytesOf(order: i32): i32 {
  return UNIT << order;
}

function stateAt(chunk: i32): i32 {
  return mapBase + ((chunk - heapBase) >> UNIT_BITS);
}

export function mark(chunk: i32, kind: i32, order: i32): void {
  store<u8>(stateAt(chunk), kind | order);
}

/** It is the second half of a larger one from now on. */
export function unmark(chunk: i32): void {
  store<u8>(stateAt(chunk), 0);
}

/** Of a chunk. */
export function order(chunk: i32): i32 {
  return load<u8>(stateAt(chunk)) & ORDER_MASK;
}

/** Of anything: whether a chunk of that kind begins there. */
export function is(address: i32, kind: i32): bool {
  const offset = <u32>(address - heapBase);
  if (offset >= <u32>heapSize || (offset & (UNIT - 1)) !== 0) return false;
  return (load<u8>(stateAt(address)) & KIND_MASK) === kind;
}

export function isFree(chunk: i32, order: i32): bool {
  return load<u8>(stateAt(chunk)) === (FREE | order);
}
