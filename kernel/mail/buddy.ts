// The buddy system: chunks are halved to be taken, and joined when given back.
//
// A free chunk always joins its buddy when that is free too, so what is left in
// pieces is bounded by what is in use, and when nothing is, the heap is whole.
// Free chunks of an order are in a list, two ways, through their first words.
import {
  bytesOf,
  extendHeap,
  heapBase,
  heapSize,
  isFree,
  FREE,
  mark,
  orderOf,
  TOP_ORDER,
  unmark,
} from "./heap";

const NEXT: i32 = 0;
const PREVIOUS: i32 = 4;

/** The first free chunk by order; 0: none. */
const lists: i32 = <i32>memory.data((TOP_ORDER + 1) << 2, 4);
/** A bit for each order that has a free chunk. */
let available: i32 = 0;

/** A chunk of that order, whose mark the caller sets; 0 when there is no room. */
export function takeWhole(order: i32): i32 {
  if (order > TOP_ORDER) return 0;
  const larger = available >> order;
  if (larger === 0) return extend(order);
  let have = order + ctz(larger);
  const chunk = load<i32>(lists + (have << 2));
  unlink(chunk, have);
  while (have > order) {
    have--;
    link(chunk + bytesOf(have), have);
  }
  return chunk;
}

export function giveWhole(chunk: i32, order: i32): void {
  while (order < TOP_ORDER) {
    const bytes = bytesOf(order);
    const offset = (chunk - heapBase) ^ bytes;
    const buddy = heapBase + offset;
    if (offset + bytes > heapSize || !isFree(buddy, order)) break;
    unlink(buddy, order);
    unmark(max(chunk, buddy));
    chunk = min(chunk, buddy);
    order++;
  }
  link(chunk, order);
}

/** A new chunk at the end of the heap, after free ones up to where it may begin. */
function extend(order: i32): i32 {
  const bytes = bytesOf(order);
  while ((heapSize & (bytes - 1)) !== 0) {
    const gap = heapSize & -heapSize;
    if (!extendHeap(gap)) return 0;
    giveWhole(heapBase + heapSize - gap, orderOf(gap));
  }
  if (available >> order !== 0) return takeWhole(order);
  return extendHeap(bytes) ? heapBase + heapSize - bytes : 0;
}

function link(chunk: i32, order: i32): void {
  const list = lists + (order << 2);
  const next = load<i32>(list);
  store<i32>(chunk, next, NEXT);
  store<i32>(chunk, 0, PREVIOUS);
  if (next !== 0) store<i32>(next, chunk, PREVIOUS);
  store<i32>(list, chunk);
  mark(chunk, FREE, order);
  available |= 1 << order;
}

function unlink(chunk: i32, order: i32): void {
  const next = load<i32>(chunk, NEXT);
  const previous = load<i32>(chunk, PREVIOUS);
  if (next !== 0) store<i32>(next, previous, PREVIOUS);
  if (previous !== 0) {
    store<i32>(previous, next, NEXT);
    return;
  }
  store<i32>(lists + (order << 2), next);
  if (next === 0) available &= ~(1 << order);
}
