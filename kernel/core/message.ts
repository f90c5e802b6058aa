// Messages, and what can become one: records of one pool.
//
// A monitor, an alarm and a link take their record when they are made, so that
// the notice they turn into can never be lost for want of one.
//
//       0 KIND       4 STANDING   8 FROM      12 TO
//      16 NEXT      20 PREVIOUS  24 MINE_NEXT 28 MINE_PREVIOUS
//      32 TOKEN     36 DETAIL    40 SIZE      44 SERIAL
//      48 DIRECT    52 SENDER    56 PEER
//
// A record is in at most one list by NEXT: the mailbox of TO when it is queued,
// or the watchers of TO while a monitor or link is armed. Alarms, monitors and
// links are in the list of FROM by MINE_NEXT until they are freed.
import { REF_GENERATIONS, REF_INDEX_BITS, RUN_ALARM, RUN_CALL, RUN_CAST, RUN_NOTICE } from "../abi";
import { get as getProcess, MINE, MINE_HEAD, set as setProcess, WATCH_HEAD } from "./process";
import { MESSAGE_BYTES, messageBase, messageCount, processCount } from "./tables";
import { disarm } from "./timer";

export const KIND = 0;
export const STANDING = 4;
/** Slot of the caller, sender, or of whose alarm, monitor or link it is; 0 when a caller is gone. */
export const FROM = 8;
/** Slot of the receiver, or of whom it watches. */
export const TO = 12;
export const NEXT = 16;
export const PREVIOUS = 20;
const MINE_NEXT = 24;
const MINE_PREVIOUS = 28;
export const TOKEN = 32;
/** Function of a call or cast, reason in a notice. */
export const DETAIL = 36;
export const SIZE = 40;
const SERIAL = 44;
/** A call that runs on its caller's stack. */
export const DIRECT = 48;
/** Pid of the sender, or of the subject of a notice. */
export const SENDER = 52;
/** The other half of a link. */
export const PEER = 56;

export const CALL = RUN_CALL;
export const CAST = RUN_CAST;
export const MONITOR = RUN_NOTICE;
export const ALARM = RUN_ALARM;
export const WAITING = 5;
export const LINK = 6;

export const ARMED = 1;
export const QUEUED = 2;
export const BEING_SERVED = 3;

let freshMessage: i32 = 1;
let freeMessage: i32 = 0;
export let usedMessages: i32 = 0;

export function clearMessages(): void {
  freshMessage = 1;
  freeMessage = 0;
  usedMessages = 0;
}

export function get(message: i32, field: i32): i32 {
  return load<i32>(messageBase + message * MESSAGE_BYTES + field);
}

export function set(message: i32, field: i32, value: i32): void {
  store<i32>(messageBase + message * MESSAGE_BYTES + field, value);
}

export function timerOf(message: i32): i32 {
  return processCount + message;
}

export function isMail(message: i32): bool {
  return get(message, KIND) === CALL || get(message, KIND) === CAST;
}

/** 0 when the pool is empty. */
export function makeMessage(kind: i32, from: i32, to: i32, token: i32): i32 {
  let message = freeMessage;
  if (message !== 0) freeMessage = get(message, NEXT);
  else if (freshMessage <= messageCount) {
    message = freshMessage;
    freshMessage += 1;
  } else return 0;
  const serial = get(message, SERIAL);
  clear(messageBase + message * MESSAGE_BYTES);
  set(message, SERIAL, serial === REF_GENERATIONS ? 1 : serial + 1);
  set(message, KIND, kind);
  set(message, FROM, from);
  set(message, TO, to);
  set(message, TOKEN, token);
  usedMessages += 1;
  return message;
}

/** For so few bytes `memory.fill`, which leaves the module, takes longer than all the rest of a cast. */
function clear(record: i32): void {
  for (let offset = 0; offset < MESSAGE_BYTES; offset += 8) store<i64>(record + offset, 0);
}

/** The record must be in no list by NEXT any more. */
export function freeMessageRecord(message: i32): void {
  // A cast has no deadline.
  if (get(message, KIND) !== CAST) {
    disarm(timerOf(message));
    if (isRecord(message)) disown(message);
  }
  set(message, KIND, 0);
  set(message, NEXT, freeMessage);
  freeMessage = message;
  usedMessages -= 1;
}

export function refOf(message: i32): i32 {
  return (get(message, SERIAL) << REF_INDEX_BITS) | message;
}

/** The alarm, monitor or link of `slot` under that ref; 0 when there is none. */
export function findRecord(slot: i32, ref: i32): i32 {
  const message = ref & ((1 << REF_INDEX_BITS) - 1);
  if (ref <= 0 || message === 0 || message > messageCount) return 0;
  if (get(message, SERIAL) !== ref >> REF_INDEX_BITS) return 0;
  return isRecord(message) && get(message, FROM) === slot ? message : 0;
}

function isRecord(message: i32): bool {
  const kind = get(message, KIND);
  return kind === MONITOR || kind === ALARM || kind === LINK;
}

/** Puts it on the list of its process's alarms, monitors and links. */
export function own(message: i32): void {
  const slot = get(message, FROM);
  const head = getProcess(slot, MINE_HEAD);
  set(message, MINE_NEXT, head);
  if (head !== 0) set(head, MINE_PREVIOUS, message);
  setProcess(slot, MINE_HEAD, message);
  setProcess(slot, MINE, getProcess(slot, MINE) + 1);
}

function disown(message: i32): void {
  const slot = get(message, FROM);
  const next = get(message, MINE_NEXT);
  const previous = get(message, MINE_PREVIOUS);
  if (previous === 0) setProcess(slot, MINE_HEAD, next);
  else set(previous, MINE_NEXT, next);
  if (next !== 0) set(next, MINE_PREVIOUS, previous);
  setProcess(slot, MINE, getProcess(slot, MINE) - 1);
}

/** Puts a monitor or link among the watchers of its target. */
export function watch(message: i32): void {
  const slot = get(message, TO);
  const head = getProcess(slot, WATCH_HEAD);
  set(message, NEXT, head);
  if (head !== 0) set(head, PREVIOUS, message);
  setProcess(slot, WATCH_HEAD, message);
  set(message, STANDING, ARMED);
}

export function unwatch(message: i32): void {
  const slot = get(message, TO);
  const next = get(message, NEXT);
  const previous = get(message, PREVIOUS);
  if (previous === 0) setProcess(slot, WATCH_HEAD, next);
  else set(previous, NEXT, next);
  if (next !== 0) set(next, PREVIOUS, previous);
  set(message, NEXT, 0);
  set(message, PREVIOUS, 0);
}
