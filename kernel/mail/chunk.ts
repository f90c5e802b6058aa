// Chunks of messages: small ones are kept for the next message as they are.
//
// Most messages take one small chunk, so it is neither halved nor joined each
// time. What is kept is bounded, and given back when the heap has no more room.
import { giveWhole, takeWhole } from "./buddy";
import { bytesOf, KEPT, mark, order } from "./heap";

const NEXT: i32 = 0;

/** Chunks of these orders are kept: up to 4 KiB. */
const KEPT_ORDERS: i32 = 6;
/** Of each order. */
const KEPT_BYTES: i32 = 64 << 10;

/** The first kept chunk by order, and how many more may be kept. */
const first: i32 = <i32>memory.data(KEPT_ORDERS << 2, 4);
const kept: i32 = <i32>memory.data(KEPT_ORDERS << 2, 4);

/** Bytes of all chunks that messages have. */
export let used: i32 = 0;

/** A chunk of that order and kind; 0 when there is no room. */
export function take(order: i32, kind: i32): i32 {
  let chunk = order < KEPT_ORDERS ? load<i32>(first + (order << 2)) : 0;
  if (chunk !== 0) {
    store<i32>(first + (order << 2), load<i32>(chunk, NEXT));
    store<i32>(kept + (order << 2), load<i32>(kept + (order << 2)) - bytesOf(order));
  } else {
    chunk = takeWhole(order);
    if (chunk === 0 && giveKept()) chunk = takeWhole(order);
    if (chunk === 0) return 0;
  }
  mark(chunk, kind, order);
  used += bytesOf(order);
  return chunk;
}

export function give(chunk: i32): void {
  const o = order(chunk);
  used -= bytesOf(o);
  if (o < KEPT_ORDERS && load<i32>(kept + (o << 2)) < KEPT_BYTES) keep(chunk, o);
  else giveWhole(chunk, o);
}

function keep(chunk: i32, o: i32): void {
  mark(chunk, KEPT, o);
  store<i32>(chunk, load<i32>(first + (o << 2)), NEXT);
  store<i32>(first + (o << 2), chunk);
  store<i32>(kept + (o << 2), load<i32>(kept + (o << 2)) + bytesOf(o));
}

/** Whether there was something to give back. */
function giveKept(): bool {
  let any = false;
  for (let o = 0; o < KEPT_ORDERS; o++) {
    let chunk = load<i32>(first + (o << 2));
    while (chunk !== 0) {
      const next = load<i32>(chunk, NEXT);
      giveWhole(chunk, o);
      chunk = next;
      any = true;
    }
    store<i32>(first + (o << 2), 0);
    store<i32>(kept + (o << 2), 0);
  }
  return any;
}
