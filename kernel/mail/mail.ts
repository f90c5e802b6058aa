// Messages in flight: a call's parameters or its result, on the way between processes.
//
// Adapters write a message (`begin`, `realloc`, `seal`) and read one (`open`,
// `free`); a host frees those that nobody will read. A message is a chain of
// chunks, which go with it. Its address is that of what it says, for which the
// kernel's token stands.
//
//     chunk                                      address
//      0      4        8           12        16  20         24
//     +------+--------+-----------+----------+--+----------+---------
//     | NEXT | READER | NEXT_OPEN | PREVIOUS |  | delivery | payload
//     +------+--------+-----------+----------+--+----------+---------
//
// At most one message is being written, since nothing else runs meanwhile; one
// that was not sealed when the next begins is of a sender that trapped. Reading
// runs the reader's `realloc`, so several can be open, one for each process that
// was interrupted in it. A host says which reader has died.
import { give, take, used as usedBytes } from "./chunk";
import { bytesOf, is, layHeap, MESSAGE, MORE, order, orderOf } from "./heap";

const NEXT: i32 = 0;
const READER: i32 = 4;
const NEXT_OPEN: i32 = 8;
const PREVIOUS_OPEN: i32 = 12;
const DELIVERY: i32 = 20;
const HEADER: i32 = 24;
/** Of a chunk that a message was extended by. */
const MORE_HEADER: i32 = 8;
/** A message that grows takes chunks of twice the size each time, up to 64 KiB, or what it needs. */
const MOST_DOUBLED: i32 = 9;
/** The greatest alignment of a value (CanonicalABI.md, "Alignment"). */
const MOST_ALIGN: i32 = 8;
/** Bytes of one block: no chunk is larger. */
const MOST_BYTES: i32 = (1 << 30) - HEADER;

/** Address of the message that is being written; 0: none. */
let writing: i32 = 0;
let written: i32 = 0;
/** Its newest chunk; in it the newest block, and where the next may begin. */
let chunk: i32 = 0;
let block: i32 = 0;
let at: i32 = 0;

/** The first of the open messages' chunks. */
let opened: i32 = 0;

/** Begins a message whose first `size` bytes are at its address; 0 when there is no room. */
export function begin(delivery: i32, size: i32): i32 {
  if (writing !== 0) free(writing);
  if (<u32>size > <u32>MOST_BYTES) return 0;
  const o = orderOf(size + HEADER);
  const taken = take(o, MESSAGE);
  if (taken === 0) return 0;
  store<i32>(taken, 0, NEXT);
  store<i32>(taken, 0, READER);
  store<i32>(taken, delivery, DELIVERY);
  writing = taken + HEADER;
  written = size;
  chunk = taken;
  block = 0;
  at = writing + size;
  return writing;
}

/** The canonical `realloc`, in the message that is being written; 0 when there is no room. */
export function realloc(old: i32, oldSize: i32, align: i32, size: i32): i32 {
  if (writing === 0 || align < 1 || align > MOST_ALIGN || (align & (align - 1)) !== 0) unreachable();
  if (<u32>size > <u32>MOST_BYTES) return 0;
  const end = chunk + bytesOf(order(chunk));
  if (old !== 0) {
    if (old === block && <u32>old + <u32>size <= <u32>end) return place(old, size);
    if (<u32>oldSize >= <u32>size) return old;
  }
  let start = (at + align - 1) & -align;
  if (<u32>start + <u32>size > <u32>end) {
    if (!extend(size)) return 0;
    start = at;
  }
  if (old !== 0) memory.copy(start, old, oldSize);
  return place(start, size);
}

/** The newest block is that. */
function place(start: i32, size: i32): i32 {
  written += start + size - at;
  block = start;
  at = start + size;
  return start;
}

function extend(size: i32): bool {
  const least = orderOf(size + MORE_HEADER);
  const doubled = max(least, min(order(chunk) + 1, MOST_DOUBLED));
  let taken = take(doubled, MORE);
  if (taken === 0) taken = take(least, MORE);
  if (taken === 0) return false;
  store<i32>(taken, 0, NEXT);
  store<i32>(chunk, taken, NEXT);
  chunk = taken;
  at = taken + MORE_HEADER;
  return true;
}

/** The message is whole. Returns its bytes. */
export function seal(): i32 {
  if (writing === 0) unreachable();
  writing = 0;
  return written;
}

/** A reader, any number but 0, reads the message. It frees it then, or closes it. */
export function open(message: i32, reader: i32): void {
  const c = chunkOf(message);
  if (reader === 0 || message === writing || load<i32>(c, READER) !== 0) unreachable();
  store<i32>(c, reader, READER);
  store<i32>(c, opened, NEXT_OPEN);
  store<i32>(c, 0, PREVIOUS_OPEN);
  if (opened !== 0) store<i32>(opened, c, PREVIOUS_OPEN);
  opened = c;
}

/** It stays, and is read by nobody. Traps unless it is open. */
export function close(message: i32): void {
  const c = chunkOf(message);
  if (load<i32>(c, READER) === 0) unreachable();
  unlink(c);
}

/** Traps unless it is a message. */
export function free(message: i32): void {
  let c = chunkOf(message);
  if (load<i32>(c, READER) !== 0) unlink(c);
  if (message === writing) writing = 0;
  do {
    const next = load<i32>(c, NEXT);
    give(c);
    c = next;
  } while (c !== 0);
}

/** The process has died: what it was writing or reading is freed. Costs what is open, at most one for each process. */
export function abandon(reader: i32): void {
  if (writing !== 0) free(writing);
  let c = opened;
  while (c !== 0) {
    const next = load<i32>(c, NEXT_OPEN);
    if (load<i32>(c, READER) === reader) free(c + HEADER);
    c = next;
  }
}

/** Bytes that messages take, with what is unused in their chunks. */
export function used(): i32 {
  return usedBytes;
}

/**
 * Bytes that messages may take together; before any is begun. Returns 1, or 0 when the
 * number is out of range (128 to 1,879,048,192) or it is too late. 268,435,456 unless told.
 */
export function limit(bytes: i32): i32 {
  return layHeap(bytes) ? 1 : 0;
}

function unlink(c: i32): void {
  store<i32>(c, 0, READER);
  const next = load<i32>(c, NEXT_OPEN);
  const previous = load<i32>(c, PREVIOUS_OPEN);
  if (next !== 0) store<i32>(next, previous, PREVIOUS_OPEN);
  if (previous !== 0) store<i32>(previous, next, NEXT_OPEN);
  else opened = next;
}

function chunkOf(message: i32): i32 {
  const c = message - HEADER;
  if (!is(c, MESSAGE)) unreachable();
  return c;
}
