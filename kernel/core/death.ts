// Ends: a process goes at once, with all that is its own.
//
// An end can cause others (links, owned children), so those that have to go
// stand in a line, and each is buried whole before the next one.
import {
  COMMAND_DISCARD,
  COMMAND_KILL,
  STATE_READY,
  STATE_WAITING,
  STATUS_CRASHED,
  STATUS_UNAVAILABLE,
} from "../abi";
import { abandon, finish, wake } from "./call";
import { dropAll } from "./capability";
import { command } from "./commands";
import { dequeue } from "./mailbox";
import { CALL, freeMessageRecord, FROM, get, isMail, KIND, TOKEN } from "./message";
import {
  ACTIVE,
  DOOM_NEXT,
  DOOMED,
  get as getProcess,
  has,
  HAS_STACK,
  isAlive,
  LIFE,
  MAIL_HEAD,
  mark,
  MINE_HEAD,
  ORIGIN,
  OWNER,
  pidOf,
  REASON,
  set as setProcess,
  STATE,
  STOP_ASKED,
  TOLD,
  unmark,
  WAIT,
} from "./process";
import { current, setCurrent, unready } from "./scheduler";
import { childEnded } from "./supervisor";
import { disarm } from "./timer";
import { removeRecord } from "./wait";
import { tellWatchers } from "./watch";

/** Has to go next; 0: nobody has to. */
export let firstDoomed: i32 = 0;
let lastDoomed: i32 = 0;

export function clearDeaths(): void {
  firstDoomed = 0;
  lastDoomed = 0;
}

/** A living worker has to go; its first reason counts. `told`: the host knows. */
export function doom(slot: i32, reason: i32, origin: i32, told: bool): void {
  if (!isAlive(slot) || has(slot, DOOMED)) return;
  mark(slot, told ? DOOMED | TOLD : DOOMED);
  setProcess(slot, REASON, reason);
  setProcess(slot, ORIGIN, origin);
  setProcess(slot, DOOM_NEXT, 0);
  if (firstDoomed === 0) firstDoomed = slot;
  else setProcess(lastDoomed, DOOM_NEXT, slot);
  lastDoomed = slot;
}

/** Somebody has to go. */
export function buryOne(): void {
  const slot = firstDoomed;
  firstDoomed = getProcess(slot, DOOM_NEXT);
  bury(slot);
}

function bury(slot: i32): void {
  if (!has(slot, TOLD)) command(COMMAND_KILL, pidOf(slot), getProcess(slot, LIFE), getProcess(slot, REASON));
  disarm(slot);
  leaveCalls(slot);
  if (getProcess(slot, STATE) === STATE_READY) unready(slot);
  setProcess(slot, STATE, STATE_WAITING);
  if (current === slot) setCurrent(0);
  while (getProcess(slot, MINE_HEAD) !== 0) removeRecord(getProcess(slot, MINE_HEAD));
  emptyMailbox(slot);
  tellWatchers(slot);
  dropAll(slot);
  setProcess(slot, OWNER, 0);
  unmark(slot, DOOMED | TOLD | STOP_ASKED | HAS_STACK);
  childEnded(slot);
}

/** Whoever it waited for goes on without it; who waited for it learns of its end. */
function leaveCalls(slot: i32): void {
  const wait = getProcess(slot, WAIT);
  setProcess(slot, WAIT, 0);
  if (wait !== 0) {
    if (get(wait, KIND) === CALL) abandon(wait);
    else freeMessageRecord(wait);
  }
  const active = getProcess(slot, ACTIVE);
  if (active !== 0) finish(active, slot, STATUS_CRASHED);
}

function emptyMailbox(slot: i32): void {
  while (getProcess(slot, MAIL_HEAD) !== 0) {
    const message = getProcess(slot, MAIL_HEAD);
    const caller = get(message, KIND) === CALL ? get(message, FROM) : 0;
    dequeue(message);
    if (isMail(message)) command(COMMAND_DISCARD, pidOf(slot), getProcess(slot, LIFE), get(message, TOKEN));
    freeMessageRecord(message);
    if (caller !== 0) wake(caller, STATUS_UNAVAILABLE);
  }
}
