/**
 * Module "atoll/drops": handles of resources whose objects nobody has any more.
 *
 * The collector may run while an adapter asks for memory, when the component
 * must not call out. So what it finds is only written down, outside of the
 * collected heap, and dropped at the next safe point: when a program gets
 * another handle, and when an exported function ends.
 *
 *     classes: | id | drop | …      queue: | handle | drop | …      32 bits each
 */
import { OBJECT, TOTAL_OVERHEAD } from "rt/common";

// @ts-ignore: decorator
@inline const ENTRY: i32 = 8;

/** Classes of resources that objects were made of, with the index of the function that drops their handles. */
let classes: usize = 0;
let classCount: i32 = 0;

let queue: usize = 0;
let queued: i32 = 0;
let room: i32 = 0;

/** Objects around handles that are lent until the exported function returns. */
const loans: Object[] = [];

/** The handle of an object is lent to the exported function that is being called. */
export function noteLoan(object: Object): void {
  loans.push(object);
}

/** Drops what was lent, as the callee has to before it returns; the objects are of no use any more. */
export function endLoans(): void {
  while (loans.length > 0) {
    const object = changetype<usize>(loans.pop());
    const handle = load<i32>(object);
    if (handle == 0) continue;
    store<i32>(object, 0);
    const id = changetype<OBJECT>(object - TOTAL_OVERHEAD).rtId;
    for (let i = 0; i < classCount; i++) {
      const entry = classes + i * ENTRY;
      if (load<u32>(entry) != id) continue;
      call_indirect<void>(load<u32>(entry, 4), handle);
      break;
    }
  }
}

/** To be called where an object of a resource's class gets its handle. */
export function dropWhenCollected(id: u32, drop: (handle: i32) => void): void {
  if (queued != 0) flushDrops();
  for (let i = 0; i < classCount; i++) if (load<u32>(classes + i * ENTRY) == id) return;
  classes = grown(classes, classCount + 1);
  store<u32>(classes + classCount * ENTRY, id);
  store<u32>(classes + classCount * ENTRY, drop.index, 4);
  classCount++;
}

/** Drops what the collector has found. */
// @ts-ignore: decorator
@inline
export function flushDrops(): void {
  if (queued > 0) dropQueued();
}

function dropQueued(): void {
  while (queued > 0) {
    queued--;
    const entry = queue + queued * ENTRY;
    call_indirect<void>(load<u32>(entry, 4), load<i32>(entry));
  }
}

/** The collector calls it for each object that it frees. */
// @ts-ignore: decorator
@global
function __finalize(object: usize): void {
  const id = changetype<OBJECT>(object - TOTAL_OVERHEAD).rtId;
  for (let i = 0; i < classCount; i++) {
    const entry = classes + i * ENTRY;
    if (load<u32>(entry) != id) continue;
    // The handle is the only field of the class.
    const handle = load<i32>(object);
    if (handle != 0) enqueue(handle, load<u32>(entry, 4));
    return;
  }
}

function enqueue(handle: i32, drop: u32): void {
  if (queued == room) {
    room = max(16, room * 2);
    queue = grown(queue, room);
  }
  store<i32>(queue + queued * ENTRY, handle);
  store<u32>(queue + queued * ENTRY, drop, 4);
  queued++;
}

function grown(entries: usize, count: i32): usize {
  const size = <usize>(count * ENTRY);
  return entries == 0 ? heap.alloc(size) : heap.realloc(entries, size);
}
