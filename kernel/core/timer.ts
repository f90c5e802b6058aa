// Timers: a binary heap, earliest first, those of the same time as they were armed.
//
// Every process has one timer for its life cycle (start or stop deadline,
// backoff: never two at once), and every message one (deadline, wait, alarm). So
// a timer's number is its owner's number, there is nothing to allocate, and the
// table can never be full:
//
//     1 … processes                          timer of the process in that slot
//     processes + 1 … processes + messages   timer of that message
//
//     0            8        12          16      20
//     +------------+--------+-----------+-------+---+
//     | due        | order  | position  | heap  | – |   record of timer i
//     +------------+--------+-----------+-------+---+
//
// `position` is where timer i stands in the heap (0: not armed); `heap` is what
// stands at position i of the heap.
import { COMMAND_WAKE } from "../abi";
import { command } from "./commands";
import { timerBase, TIMER_BYTES } from "./tables";

const ORDER = 8;
const POSITION = 12;
const HEAP = 16;

export let armedCount: i32 = 0;
let nextOrder: i32 = 0;
let announced: i64 = -1;

export function clearTimers(): void {
  armedCount = 0;
  nextOrder = 0;
  announced = -1;
}

function record(timer: i32): i32 {
  return timerBase + timer * TIMER_BYTES;
}

function at(position: i32): i32 {
  return load<i32>(record(position) + HEAP);
}

function put(position: i32, timer: i32): void {
  store<i32>(record(position) + HEAP, timer);
  store<i32>(record(timer) + POSITION, position);
}

function before(a: i32, b: i32): bool {
  const dueA = load<i64>(record(a));
  const dueB = load<i64>(record(b));
  if (dueA !== dueB) return dueA < dueB;
  return load<i32>(record(a) + ORDER) - load<i32>(record(b) + ORDER) < 0;
}

function up(start: i32): void {
  let position = start;
  const timer = at(position);
  while (position > 1 && before(timer, at(position >> 1))) {
    put(position, at(position >> 1));
    position >>= 1;
  }
  put(position, timer);
}

function down(start: i32): void {
  let position = start;
  const timer = at(position);
  while (position * 2 <= armedCount) {
    let child = position * 2;
    if (child < armedCount && before(at(child + 1), at(child))) child += 1;
    if (!before(at(child), timer)) break;
    put(position, at(child));
    position = child;
  }
  put(position, timer);
}

/** Arms it, or moves it when it is armed. */
export function arm(timer: i32, due: i64): void {
  disarm(timer);
  store<i64>(record(timer), due);
  store<i32>(record(timer) + ORDER, nextOrder);
  nextOrder += 1;
  armedCount += 1;
  put(armedCount, timer);
  up(armedCount);
}

export function disarm(timer: i32): void {
  const position = load<i32>(record(timer) + POSITION);
  if (position === 0) return;
  store<i32>(record(timer) + POSITION, 0);
  const last = at(armedCount);
  armedCount -= 1;
  if (last === timer) return;
  put(position, last);
  up(position);
  down(load<i32>(record(last) + POSITION));
}

/** Takes the earliest timer that is due; 0 when there is none. */
export function takeDue(time: i64): i32 {
  if (armedCount === 0) return 0;
  const timer = at(1);
  if (load<i64>(record(timer)) > time) return 0;
  disarm(timer);
  return timer;
}

/** Tells the host when the earliest timer is due, if that has changed. */
export function announce(): void {
  const due: i64 = armedCount === 0 ? -1 : load<i64>(record(at(1)));
  if (due === announced) return;
  announced = due;
  command(COMMAND_WAKE, 0, 0, <i32>due, <i32>(due >> 32));
}
