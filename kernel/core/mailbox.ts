// Mailboxes: what waits for a process, in the order in which it came.
//
// Calls and casts count against the bounds of the receiver's template. Notices
// and alarms do not: they have their records from the quota of the receiver.
import { COMMAND_DISCARD, FIELD_MAIL, FIELD_MAIL_BYTES, STATE_IDLE, STATE_READY } from "../abi";
import { command } from "./commands";
import {
  freeMessageRecord,
  get,
  isMail,
  NEXT,
  PREVIOUS,
  QUEUED,
  set,
  SIZE,
  STANDING,
  TO,
  TOKEN,
} from "./message";
import {
  get as getProcess,
  has,
  HAS_STACK,
  LIFE,
  MAIL,
  MAIL_BYTES,
  MAIL_HEAD,
  MAIL_TAIL,
  pidOf,
  set as setProcess,
  STATE,
} from "./process";
import { makeReady, unready } from "./scheduler";
import { field } from "./template";

export function hasMailRoom(slot: i32, size: i32): bool {
  if (getProcess(slot, MAIL) >= field(slot, FIELD_MAIL)) return false;
  return size <= field(slot, FIELD_MAIL_BYTES) - getProcess(slot, MAIL_BYTES);
}

/** Puts a message last into the mailbox of its receiver, and wakes that. */
export function enqueue(message: i32): void {
  const slot = get(message, TO);
  const last = getProcess(slot, MAIL_TAIL);
  set(message, STANDING, QUEUED);
  set(message, NEXT, 0);
  set(message, PREVIOUS, last);
  if (last === 0) setProcess(slot, MAIL_HEAD, message);
  else set(last, NEXT, message);
  setProcess(slot, MAIL_TAIL, message);
  if (isMail(message)) count(slot, 1, get(message, SIZE));
  if (getProcess(slot, STATE) === STATE_IDLE) makeReady(slot);
}

/** Takes a queued message out of its mailbox. */
export function dequeue(message: i32): void {
  const slot = get(message, TO);
  const previous = get(message, PREVIOUS);
  if (previous === 0) {
    dequeueFirst(slot);
    return;
  }
  const next = get(message, NEXT);
  set(previous, NEXT, next);
  if (next === 0) setProcess(slot, MAIL_TAIL, previous);
  else set(next, PREVIOUS, previous);
  uncount(slot, message);
}

/** Takes the first message out of a mailbox that has one. */
export function dequeueFirst(slot: i32): i32 {
  const message = getProcess(slot, MAIL_HEAD);
  const next = get(message, NEXT);
  setProcess(slot, MAIL_HEAD, next);
  if (next === 0) setProcess(slot, MAIL_TAIL, 0);
  else set(next, PREVIOUS, 0);
  uncount(slot, message);
  return message;
}

function uncount(slot: i32, message: i32): void {
  if (isMail(message)) count(slot, -1, -get(message, SIZE));
}

function count(slot: i32, messages: i32, bytes: i32): void {
  setProcess(slot, MAIL, getProcess(slot, MAIL) + messages);
  setProcess(slot, MAIL_BYTES, getProcess(slot, MAIL_BYTES) + bytes);
}

/** Takes a message back; a process that has nothing else to run for goes back to rest. */
export function withdraw(message: i32): void {
  const slot = get(message, TO);
  dequeue(message);
  if (getProcess(slot, MAIL_HEAD) !== 0 || has(slot, HAS_STACK)) return;
  if (getProcess(slot, STATE) !== STATE_READY) return;
  unready(slot);
  setProcess(slot, STATE, STATE_IDLE);
}

/** Takes a call back from the mailbox of a process that lives on. */
export function discard(message: i32): void {
  const slot = get(message, TO);
  withdraw(message);
  command(COMMAND_DISCARD, pidOf(slot), getProcess(slot, LIFE), get(message, TOKEN));
  freeMessageRecord(message);
}
