// Who runs next: a queue for each priority, first come first served.
//
// One process runs at a time. Higher priorities go first, but a queue that was
// passed over PATIENCE times gets a turn, so that nobody starves. What a slice
// is, the host decides by the fuel that it gives; a process whose slice is over
// goes to the end of its queue.
import { FIELD_PRIORITY, PATIENCE, PRIORITIES, STATE_READY } from "../abi";
import { get, QUEUE_NEXT, QUEUE_PREVIOUS, set, STATE } from "./process";
import { field } from "./template";

/** Slot of the process that runs; 0: none. */
export let current: i32 = 0;
export function setCurrent(slot: i32): void {
  current = slot;
}

/** A record for each priority: first in its queue, last in it, times it was passed over. */
const queues = <i32>memory.data(PRIORITIES * 12);
const HEAD = 0;
const TAIL = 4;
const PASSED_OVER = 8;

function inQueue(priority: i32, field: i32): i32 {
  return load<i32>(queues + priority * 12 + field);
}

function setQueue(priority: i32, field: i32, value: i32): void {
  store<i32>(queues + priority * 12 + field, value);
}

/** A bit for each priority in whose queue somebody stands. */
let ready: i32 = 0;
/** Whether any queue was passed over. */
let somePassedOver: bool = false;

export function clearScheduler(): void {
  current = 0;
  ready = 0;
  somePassedOver = false;
  memory.fill(queues, 0, PRIORITIES * 12);
}

export function makeReady(slot: i32): void {
  const priority = field(slot, FIELD_PRIORITY);
  const last = inQueue(priority, TAIL);
  set(slot, STATE, STATE_READY);
  set(slot, QUEUE_NEXT, 0);
  set(slot, QUEUE_PREVIOUS, last);
  if (last === 0) {
    setQueue(priority, HEAD, slot);
    ready |= 1 << priority;
  } else set(last, QUEUE_NEXT, slot);
  setQueue(priority, TAIL, slot);
}

/** Takes a ready process out of its queue. */
export function unready(slot: i32): void {
  const priority = field(slot, FIELD_PRIORITY);
  const previous = get(slot, QUEUE_PREVIOUS);
  if (previous === 0) {
    takeFirst(priority);
    return;
  }
  const next = get(slot, QUEUE_NEXT);
  set(previous, QUEUE_NEXT, next);
  if (next === 0) setQueue(priority, TAIL, previous);
  else set(next, QUEUE_PREVIOUS, previous);
}

/** Somebody stands in that queue. */
function takeFirst(priority: i32): i32 {
  const slot = inQueue(priority, HEAD);
  const next = get(slot, QUEUE_NEXT);
  setQueue(priority, HEAD, next);
  if (next === 0) {
    setQueue(priority, TAIL, 0);
    ready &= ~(1 << priority);
  } else set(next, QUEUE_PREVIOUS, 0);
  return slot;
}

/** Takes who is next out of its queue; 0 when nobody is ready. */
export function takeNext(): i32 {
  if (ready === 0) return 0;
  const chosen = choose();
  // Mostly there is one queue, and nobody is passed over.
  if (somePassedOver || ready >> chosen !== 1) passOver(chosen);
  return takeFirst(chosen);
}

function passOver(chosen: i32): void {
  somePassedOver = false;
  for (let priority = 0; priority < PRIORITIES; priority++) {
    const waits = priority > chosen && inQueue(priority, HEAD) !== 0;
    setQueue(priority, PASSED_OVER, waits ? inQueue(priority, PASSED_OVER) + 1 : 0);
    if (waits) somePassedOver = true;
  }
}

/** The first priority that has somebody ready, unless one after it has been passed over too often. */
function choose(): i32 {
  for (let priority = PRIORITIES - 1; somePassedOver && priority >= 0; priority--) {
    if (inQueue(priority, HEAD) !== 0 && inQueue(priority, PASSED_OVER) >= PATIENCE) return priority;
  }
  return ctz(ready);
}
