// Calls and casts: one process runs a function of another.
//
// A call to an idle process runs at once, on its caller's stack. Into a busy
// one it queues, and the caller waits; so does one with a deadline, for which
// the callee needs a stack of its own. Nobody is entered while someone is
// inside: OWNER is set from the entry to the end of what was entered for.
import {
  CALL_DIRECT,
  CALL_QUEUED,
  COMMAND_CYCLE,
  STATE_IDLE,
  STATE_RUNNING,
  STATE_WAITING,
  STATUS_CYCLE,
  STATUS_EXHAUSTED,
  STATUS_INVALID,
  STATUS_OK,
  STATUS_OVERLOADED,
  STATUS_STALE,
  STATUS_TIMEOUT,
  STATUS_UNAVAILABLE,
} from "../abi";
import { now } from "./clock";
import { command } from "./commands";
import { consume, targetOf, useFunction } from "./handle";
import { discard, enqueue, hasMailRoom } from "./mailbox";
import {
  BEING_SERVED,
  CALL,
  CAST,
  DETAIL,
  DIRECT,
  freeMessageRecord,
  FROM,
  get,
  KIND,
  makeMessage,
  QUEUED,
  SENDER,
  set,
  SIZE,
  STANDING,
  timerOf,
  TO,
} from "./message";
import {
  ACTIVE,
  get as getProcess,
  has,
  HAS_STACK,
  isAlive,
  LIFE,
  mark,
  NAME,
  OWNER,
  pidOf,
  set as setProcess,
  STATE,
  STOP_ASKED,
  WAIT,
  WAKE,
} from "./process";
import { current, makeReady, setCurrent } from "./scheduler";
import { arm, disarm } from "./timer";

export function call(caller: i32, handle: i32, name: i32, size: i32, deadline: i32, token: i32): i32 {
  if (size < 0 || deadline < 0) return STATUS_INVALID;
  const entry = useFunction(caller, handle, name);
  if (entry < 0) return entry;
  const target = targetOf(entry);
  if (!accepts(target)) return STATUS_UNAVAILABLE;
  if (closesCycle(caller, target)) return nameCycle(caller, target);
  const direct = getProcess(target, STATE) === STATE_IDLE && deadline === 0;
  if (!direct && !hasMailRoom(target, size)) return STATUS_OVERLOADED;
  const message = makeMessage(CALL, caller, target, token);
  if (message === 0) return STATUS_EXHAUSTED;
  consume(entry);
  describe(message, name, size);
  block(caller, message);
  if (direct) return enter(caller, message);
  enqueue(message);
  if (deadline > 0) arm(timerOf(message), now + <i64>deadline);
  return CALL_QUEUED;
}

export function cast(caller: i32, handle: i32, name: i32, size: i32, token: i32): i32 {
  if (size < 0) return STATUS_INVALID;
  const entry = useFunction(caller, handle, name);
  if (entry < 0) return entry;
  const status = deliver(caller, targetOf(entry), name, size, token);
  if (status === STATUS_OK) consume(entry);
  return status;
}

/** A cast from the host. */
export function post(target: i32, name: i32, size: i32, token: i32): i32 {
  if (size < 0 || name < 0) return STATUS_INVALID;
  return target === 0 ? STATUS_STALE : deliver(0, target, name, size, token);
}

function deliver(from: i32, target: i32, name: i32, size: i32, token: i32): i32 {
  if (!accepts(target)) return STATUS_UNAVAILABLE;
  if (!hasMailRoom(target, size)) return STATUS_OVERLOADED;
  const message = makeMessage(CAST, from, target, token);
  if (message === 0) return STATUS_EXHAUSTED;
  describe(message, name, size);
  enqueue(message);
  return STATUS_OK;
}

function describe(message: i32, name: i32, size: i32): void {
  set(message, DETAIL, name);
  set(message, SIZE, size);
  set(message, SENDER, pidOf(get(message, FROM)));
}

/** Whether something new may be sent to it. */
function accepts(slot: i32): bool {
  return isAlive(slot) && getProcess(slot, STATE) >= STATE_IDLE && !has(slot, STOP_ASKED);
}

/** The running process waits for the message from now on. */
export function block(slot: i32, message: i32): void {
  setProcess(slot, WAIT, message);
  setProcess(slot, STATE, STATE_WAITING);
  setCurrent(0);
}

function enter(caller: i32, message: i32): i32 {
  const target = get(message, TO);
  set(message, DIRECT, 1);
  set(message, STANDING, BEING_SERVED);
  setProcess(target, ACTIVE, message);
  setProcess(target, OWNER, getProcess(caller, OWNER));
  setProcess(target, STATE, STATE_RUNNING);
  setCurrent(target);
  return CALL_DIRECT;
}

/** The process that `slot` waits for; 0 when it waits for none. */
export function waitsFor(slot: i32): i32 {
  const message = getProcess(slot, STATE) === STATE_WAITING ? getProcess(slot, WAIT) : 0;
  return message !== 0 && get(message, KIND) === CALL ? get(message, TO) : 0;
}

function closesCycle(caller: i32, target: i32): bool {
  let slot = target;
  while (slot !== 0 && slot !== caller) slot = waitsFor(slot);
  return slot === caller;
}

function nameCycle(caller: i32, target: i32): i32 {
  let slot = caller;
  let next = target;
  do {
    command(COMMAND_CYCLE, pidOf(slot), getProcess(slot, LIFE), getProcess(slot, NAME), pidOf(next));
    slot = next;
    next = waitsFor(slot);
  } while (slot !== caller);
  return STATUS_CYCLE;
}

/** The wait of `slot` is over: it goes on with `status` when it is its turn. */
export function wake(slot: i32, status: i32): void {
  setProcess(slot, WAIT, 0);
  setProcess(slot, WAKE, status);
  mark(slot, HAS_STACK);
  makeReady(slot);
}

/**
 * A call that was served, or whose callee ended: its caller goes on, at once
 * when the callee ran on its stack. Returns 1 then, else 0.
 */
export function finish(message: i32, callee: i32, status: i32): i32 {
  const caller = get(message, FROM);
  const atOnce = caller !== 0 && get(message, DIRECT) !== 0 && current === callee;
  freeMessageRecord(message);
  setProcess(callee, ACTIVE, 0);
  if (current === callee) setCurrent(0);
  if (caller === 0) return 0;
  if (!atOnce) {
    wake(caller, status);
    return 0;
  }
  setProcess(caller, WAIT, 0);
  setProcess(caller, STATE, STATE_RUNNING);
  setCurrent(caller);
  return 1;
}

/** Nobody waits for the call any more. */
export function abandon(message: i32): void {
  if (get(message, STANDING) === QUEUED) {
    discard(message);
    return;
  }
  set(message, FROM, 0);
  disarm(timerOf(message));
}

export function callTimedOut(message: i32): void {
  const caller = get(message, FROM);
  abandon(message);
  wake(caller, STATUS_TIMEOUT);
}
