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

export function clearScheduler(): void {
  current = 0;
  memory.fill(queues, 0, PRIORITIES * 12);
}

export function makeReady(slot: i32): void {
  const priority = field(slot, FIELD_PRIORITY);
  const last = inQueue(priority, TAIL);
  set(slot, STATE, STATE_READY);
  set(slot, QUEUE_NEXT, 0);
  set(slot, QUEUE_PREVIOUS, last);
  if (last === 0) setQueue(priority, HEAD, slot);
  else set(last, QUEUE_NEXT, slot);
  setQueue(priority, TAIL, slot);
}

/** Takes a ready process out of its queue. */
export function unready(slot: i32): void {
  const priority = field(slot, FIELD_PRIORITY);
  const next = get(slot, QUEUE_NEXT);
  const previous = get(slot, QUEUE_PREVIOUS);
  if (previous === 0) setQueue(priority, HEAD, next);
  else set(previous, QUEUE_NEXT, next);
  if (next === 0) setQueue(priority, TAIL, previous);
  else set(next, QUEUE_PREVIOUS, previous);
}

/** Takes who is next out of its queue; 0 when nobody is ready. */
export function takeNext(): i32 {
  const chosen = choose();
  if (chosen < 0) return 0;
  for (let priority = 0; priority < PRIORITIES; priority++) {
    const waits = priority > chosen && inQueue(priority, HEAD) !== 0;
    setQueue(priority, PASSED_OVER, waits ? inQueue(priority, PASSED_OVER) + 1 : 0);
  }
  const slot = inQueue(chosen, HEAD);
  unready(slot);
  return slot;
}

function choose(): i32 {
  let highest = -1;
  for (let priority = PRIORITIES - 1; priority >= 0; priority--) {
    if (inQueue(priority, HEAD) === 0) continue;
    if (inQueue(priority, PASSED_OVER) >= PATIENCE) return priority;
    highest = priority;
  }
  return highest;
}
