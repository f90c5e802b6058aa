// Chunks of messages: small ones are kept for the next message as they are.
//
// Most messages take one small chunk, so it is neither halved nor joined each
// time. What is kept is bounded, and given back when the heap has no more room.
// Those of an order are a stack, through their first words:
//
//      0       4
//     +-------+-----------------------+
//     | below | bytes, with all below |
//     +-------+-----------------------+
import { giveWhole, takeWhole } from "./buddy";
import { bytesOf, KEPT, mark, order } from "./heap";

const BELOW: i32 = 0;
const BYTES: i32 = 4;

/** Chunks of these orders are kept: up to 4 KiB. */
const KEPT_ORDERS: i32 = 6;
/** Of each order. */
const KEPT_BYTES: i32 = 64 << 10;

/** The uppermost kept chunk, by order; 0: none. */
const kept: i32 = <i32>memory.data(KEPT_ORDERS << 2, 4);

/** Bytes of all chunks that messages have. */
export let used: i32 = 0;

/** A chunk of that order and kind; 0 when there is no room. */
export function take(order: i32, kind: i32): i32 {
  let chunk = order < KEPT_ORDERS ? load<i32>(kept + (order << 2)) : 0;
  if (chunk !== 0) store<i32>(kept + (order << 2), load<i32>(chunk, BELOW));
  else {
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
  const bytes = bytesOf(o);
  used -= bytes;
  if (o >= KEPT_ORDERS) return giveWhole(chunk, o);
  const below = load<i32>(kept + (o << 2));
  const all = bytes + (below === 0 ? 0 : load<i32>(below, BYTES));
  if (all > KEPT_BYTES) return giveWhole(chunk, o);
  mark(chunk, KEPT, o);
  store<i32>(chunk, below, BELOW);
  store<i32>(chunk, all, BYTES);
  store<i32>(kept + (o << 2), chunk);
}

/** Whether there was something to give back. */
function giveKept(): bool {
  let any = false;
  for (let o = 0; o < KEPT_ORDERS; o++) {
    let chunk = load<i32>(kept + (o << 2));
    while (chunk !== 0) {
      const below = load<i32>(chunk, BELOW);
      giveWhole(chunk, o);
      chunk = below;
      any = true;
    }
    store<i32>(kept + (o << 2), 0);
  }
  return any;
}
