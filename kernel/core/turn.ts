// Turns: a process is run for one message, from idle to idle.
import {
  COMMAND_RUN,
  FIELD_BUDGET,
  NEXT_DIRECT,
  NEXT_RUN,
  REASON_EXHAUSTED,
  RUN_RESUME,
  STATE_IDLE,
  STATE_RUNNING,
  STATUS_INVALID,
  STATUS_OK,
  STATUS_STALE,
} from "../abi";
import { finish } from "./call";
import { command } from "./commands";
import { doom } from "./death";
import { dequeueFirst } from "./mailbox";
import {
  BEING_SERVED,
  CALL,
  DETAIL,
  freeMessageRecord,
  get,
  KIND,
  SENDER,
  set,
  STANDING,
  TOKEN,
} from "./message";
import {
  ACTIVE,
  CPU,
  find,
  get as getProcess,
  get64,
  has,
  HAS_STACK,
  isAlive,
  LIFE,
  MAIL_HEAD,
  mark,
  OWNER,
  pidOf,
  set as setProcess,
  set64,
  SPENT,
  STATE,
  unmark,
  WAKE,
} from "./process";
import { current, makeReady, setCurrent, takeNext } from "./scheduler";
import { field } from "./template";
import { announce } from "./timer";

/** CPU units of all processes that ever were. */
export let totalCpu: i64 = 0;

export function clearTurns(): void {
  totalCpu = 0;
}

/** Who has handled what it was run for lets the next one run. */
export function next(finished: i32): i32 {
  if (finished !== 0) {
    const direct = done(find(finished));
    if (direct !== 0) return direct === 1 ? NEXT_DIRECT : direct;
    // A host that finds who is to run has found all that it has to do.
    announce();
  }
  return runNext();
}

function runNext(): i32 {
  if (current !== 0) return STATUS_STALE;
  const slot = takeNext();
  if (slot === 0) return 0;
  setProcess(slot, STATE, STATE_RUNNING);
  setCurrent(slot);
  if (has(slot, HAS_STACK)) goOn(slot);
  else begin(slot);
  return NEXT_RUN;
}

function goOn(slot: i32): void {
  unmark(slot, HAS_STACK);
  command(COMMAND_RUN, pidOf(slot), getProcess(slot, LIFE), RUN_RESUME, getProcess(slot, WAKE));
}

function begin(slot: i32): void {
  const message = dequeueFirst(slot);
  const kind = get(message, KIND);
  setProcess(slot, OWNER, slot);
  command(
    COMMAND_RUN,
    pidOf(slot),
    getProcess(slot, LIFE),
    kind,
    get(message, TOKEN),
    get(message, DETAIL),
    get(message, SENDER),
  );
  if (kind === CALL) {
    set(message, STANDING, BEING_SERVED);
    setProcess(slot, ACTIVE, message);
  } else freeMessageRecord(message);
}

export function preempted(slot: i32): i32 {
  if (slot === 0 || slot !== current) return STATUS_STALE;
  setProcess(slot, WAKE, STATUS_OK);
  mark(slot, HAS_STACK);
  setCurrent(0);
  makeReady(slot);
  return STATUS_OK;
}

/** Returns 1 when the caller goes on at once. */
export function done(slot: i32): i32 {
  if (slot === 0 || slot !== current) return STATUS_STALE;
  const message = getProcess(slot, ACTIVE);
  setProcess(slot, OWNER, 0);
  setProcess(slot, STATE, STATE_IDLE);
  let direct = 0;
  if (message !== 0) direct = finish(message, slot, STATUS_OK);
  else setCurrent(0);
  if (getProcess(slot, MAIL_HEAD) !== 0) makeReady(slot);
  return direct;
}

export function charge(slot: i32, units: i32): i32 {
  if (units < 0) return STATUS_INVALID;
  if (slot === 0 || !isAlive(slot)) return STATUS_STALE;
  totalCpu += <i64>units;
  set64(slot, CPU, get64(slot, CPU) + <i64>units);
  const budget = field(slot, FIELD_BUDGET);
  if (budget === 0) return STATUS_OK;
  const left = budget - getProcess(slot, SPENT);
  setProcess(slot, SPENT, units > left ? budget : getProcess(slot, SPENT) + units);
  if (units > left) doom(slot, REASON_EXHAUSTED, 0, false);
  return STATUS_OK;
}
