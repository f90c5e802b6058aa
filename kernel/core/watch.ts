// Monitors and links: what a process learns or suffers when another one ends.
//
// A monitor becomes a notice in the mailbox of its owner. A link is a pair of
// records, one on each process: when one end fails, so does the other.
import {
  REASON_COLLATERAL,
  REASON_LAST_ORDERLY,
  REASON_LINKED,
  STATUS_EXHAUSTED,
  STATUS_INVALID,
  STATUS_UNAVAILABLE,
} from "../abi";
import { doom } from "./death";
import { providerOf, useTarget } from "./handle";
import { enqueue } from "./mailbox";
import {
  DETAIL,
  freeMessageRecord,
  FROM,
  get,
  KIND,
  LINK,
  makeMessage,
  MONITOR,
  own,
  PEER,
  refOf,
  SENDER,
  set,
  TO,
  unwatch,
  watch,
} from "./message";
import { get as getProcess, isAlive, ORIGIN, pidOf, REASON, WATCH_HEAD } from "./process";
import { hasRecordRoom } from "./wait";

export function monitor(caller: i32, handle: i32, token: i32): i32 {
  const entry = useTarget(caller, handle);
  if (entry < 0) return entry;
  const target = providerOf(entry);
  if (!isAlive(target)) return STATUS_UNAVAILABLE;
  if (!hasRecordRoom(caller, 1)) return STATUS_EXHAUSTED;
  const message = makeMessage(MONITOR, caller, target, token);
  if (message === 0) return STATUS_EXHAUSTED;
  own(message);
  watch(message);
  return refOf(message);
}

export function link(caller: i32, handle: i32): i32 {
  const entry = useTarget(caller, handle);
  if (entry < 0) return entry;
  const target = providerOf(entry);
  if (target === caller) return STATUS_INVALID;
  if (!isAlive(target)) return STATUS_UNAVAILABLE;
  if (!hasRecordRoom(caller, 1) || !hasRecordRoom(target, 1)) return STATUS_EXHAUSTED;
  const mine = makeMessage(LINK, caller, target, 0);
  if (mine === 0) return STATUS_EXHAUSTED;
  const other = makeMessage(LINK, target, caller, 0);
  if (other === 0) {
    freeUnlisted(mine);
    return STATUS_EXHAUSTED;
  }
  tie(mine, other);
  tie(other, mine);
  return refOf(mine);
}

function freeUnlisted(message: i32): void {
  own(message);
  freeMessageRecord(message);
}

function tie(message: i32, other: i32): void {
  set(message, PEER, other);
  own(message);
  watch(message);
}

/** Tells the watchers of a process that has ended. */
export function tellWatchers(slot: i32): void {
  while (getProcess(slot, WATCH_HEAD) !== 0) {
    const message = getProcess(slot, WATCH_HEAD);
    unwatch(message);
    if (get(message, KIND) === LINK) follow(message);
    else notify(message);
  }
}

function notify(message: i32): void {
  const subject = get(message, TO);
  set(message, DETAIL, getProcess(subject, REASON));
  set(message, SENDER, pidOf(subject));
  set(message, TO, get(message, FROM));
  enqueue(message);
}

function follow(message: i32): void {
  const failed = get(message, TO);
  const linked = get(message, FROM);
  freeMessageRecord(message);
  if (getProcess(failed, REASON) > REASON_LAST_ORDERLY) doom(linked, REASON_LINKED, originOf(failed), false);
}

/** Whose failure was first. */
function originOf(slot: i32): i32 {
  const reason = getProcess(slot, REASON);
  const passedOn = reason === REASON_LINKED || reason === REASON_COLLATERAL;
  return passedOn && getProcess(slot, ORIGIN) !== 0 ? getProcess(slot, ORIGIN) : pidOf(slot);
}
