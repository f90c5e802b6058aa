// Waits and alarms: a process blocks until something is there, or asks to be told of a time.
import {
  FIELD_RECORDS,
  STATE_WAITING,
  STATUS_EXHAUSTED,
  STATUS_INVALID,
  STATUS_OK,
  STATUS_STALE,
  STATUS_TIMEOUT,
} from "../abi";
import { block, callTimedOut, wake } from "./call";
import { now, timeOf } from "./clock";
import { enqueue, withdraw } from "./mailbox";
import {
  ALARM,
  ARMED,
  CALL,
  findRecord,
  freeMessageRecord,
  FROM,
  get,
  KIND,
  LINK,
  makeMessage,
  own,
  PEER,
  QUEUED,
  refOf,
  set,
  STANDING,
  timerOf,
  TOKEN,
  unwatch,
  WAITING,
} from "./message";
import { get as getProcess, LIFE, MINE, STATE, WAIT } from "./process";
import { field } from "./template";
import { arm } from "./timer";

export function wait(caller: i32, token: i32, low: i32, high: i32): i32 {
  const duration = timeOf(low, high);
  if (duration < 0 || (duration === 0 && token === 0)) return STATUS_INVALID;
  const message = makeMessage(WAITING, caller, caller, token);
  if (message === 0) return STATUS_EXHAUSTED;
  if (duration > 0) arm(timerOf(message), now + duration);
  block(caller, message);
  return STATUS_OK;
}

/** What a process waits for is there. */
export function device(slot: i32, life: i32, token: i32): i32 {
  if (slot === 0 || getProcess(slot, LIFE) !== life) return STATUS_STALE;
  if (getProcess(slot, STATE) !== STATE_WAITING || token === 0) return STATUS_STALE;
  const message = getProcess(slot, WAIT);
  if (get(message, KIND) !== WAITING || get(message, TOKEN) !== token) return STATUS_STALE;
  freeMessageRecord(message);
  wake(slot, STATUS_OK);
  return STATUS_OK;
}

export function hasRecordRoom(slot: i32, count: i32): bool {
  return getProcess(slot, MINE) + count <= field(slot, FIELD_RECORDS);
}

export function alarm(caller: i32, token: i32, low: i32, high: i32): i32 {
  const duration = timeOf(low, high);
  if (duration < 0) return STATUS_INVALID;
  if (!hasRecordRoom(caller, 1)) return STATUS_EXHAUSTED;
  const message = makeMessage(ALARM, caller, caller, token);
  if (message === 0) return STATUS_EXHAUSTED;
  set(message, STANDING, ARMED);
  own(message);
  arm(timerOf(message), now + duration);
  return refOf(message);
}

/** An alarm, monitor or link is taken back; what it had sent already is taken out of the mailbox. */
export function cancel(caller: i32, ref: i32): i32 {
  const message = findRecord(caller, ref);
  if (message === 0) return STATUS_STALE;
  if (get(message, KIND) === LINK) removeRecord(get(message, PEER));
  removeRecord(message);
  return STATUS_OK;
}

/** Takes an alarm, a monitor or one half of a link from wherever it is. */
export function removeRecord(message: i32): void {
  if (get(message, STANDING) === QUEUED) withdraw(message);
  else if (get(message, KIND) !== ALARM) unwatch(message);
  freeMessageRecord(message);
}

export function messageTimedOut(message: i32): void {
  const kind = get(message, KIND);
  if (kind === CALL) callTimedOut(message);
  else if (kind === ALARM) enqueue(message);
  else {
    const slot = get(message, FROM);
    freeMessageRecord(message);
    wake(slot, STATUS_TIMEOUT);
  }
}
