// Supervisors: what must run is running, and what has to stop stops in order.
//
//                 start                all children up
//        DOWN ──────────▶ STARTING ──────────────────────▶ UP
//         ▲                   │ fails, is stopped           │
//         │ all children down ▼                             │
//         └─────────────── STOPPING ◀───────────────────────┘
//
// A supervisor moves in small steps, each from what its children are: those
// that must stop, last first and one at a time; then, if it ends, its own end;
// then those that are wanted, first to last, each when the ones before it are
// up. Whatever happens to a child puts its supervisor on the list of those that
// have to look again, so no step waits inside another.
//
// Where children have nothing to do with each other (dynamic ones, and those of
// one_for_one once all were up), the child itself goes on the list: then nobody
// waits for a sibling, and an event costs the same however many siblings there are.
import {
  COMMAND_HALT,
  COMMAND_START,
  COMMAND_STOP,
  FIELD_RESTART,
  FIELD_START_DEADLINE,
  FIELD_STOP_DEADLINE,
  FIELD_STRATEGY,
  REASON_INTENSITY,
  REASON_LAST_ORDERLY,
  REASON_SHUTDOWN,
  REASON_START_TIMEOUT,
  REASON_STOP_TIMEOUT,
  REASON_UNOWNED,
  RESTART_PERMANENT,
  RESTART_TRANSIENT,
  STATE_BACKOFF,
  STATE_DOWN,
  STATE_EMPTY,
  STATE_IDLE,
  STATE_STARTING,
  STATE_STOPPING,
  STATE_UP,
  STRATEGY_ALL,
  STRATEGY_ONE,
  STRATEGY_REST,
} from "../abi";
import { now } from "./clock";
import { command } from "./commands";
import { doom } from "./death";
import {
  CHILDREN,
  DIRTY,
  DIRTY_NEXT,
  ENDING,
  FIRST,
  freeProcess,
  get,
  has,
  HISTORY_COUNT,
  isAlive,
  LAST,
  LIFE,
  MAIL_HEAD,
  mark,
  MUST_STOP,
  NAME,
  NEXT,
  ORIGIN,
  PARENT,
  pidOf,
  PREVIOUS,
  REASON,
  set,
  SPENT,
  STATE,
  STOP_ASKED,
  TEMPLATE,
  unmark,
  WANTED,
} from "./process";
import { admitFailure, blamed, delayRestart } from "./restart";
import { makeReady } from "./scheduler";
import { field, isDynamic, isSupervisor } from "./template";
import { arm, disarm } from "./timer";

/** Has to look next; 0: nobody has to. */
export let firstDirty: i32 = 0;
let lastDirty: i32 = 0;

export function clearSupervisors(): void {
  firstDirty = 0;
  lastDirty = 0;
}

/** Has the supervisor look again. */
function touch(slot: i32): void {
  if (slot === 0 || has(slot, DIRTY)) return;
  mark(slot, DIRTY);
  set(slot, DIRTY_NEXT, 0);
  if (firstDirty === 0) firstDirty = slot;
  else set(lastDirty, DIRTY_NEXT, slot);
  lastDirty = slot;
}

/** Has whoever decides about a child look again. */
function touchChild(slot: i32): void {
  const parent = get(slot, PARENT);
  touch(parent !== 0 && areIndependent(parent) ? slot : parent);
}

function areIndependent(supervisor: i32): bool {
  if (isDynamic(supervisor)) return true;
  return get(supervisor, STATE) === STATE_UP && field(supervisor, FIELD_STRATEGY) === STRATEGY_ONE;
}

/** Somebody has something to do. */
export function superviseOne(): void {
  const slot = firstDirty;
  firstDirty = get(slot, DIRTY_NEXT);
  unmark(slot, DIRTY);
  const state = get(slot, STATE);
  if (state === STATE_EMPTY) return;
  if (isSupervisor(slot) && (state === STATE_STARTING || state === STATE_UP || state === STATE_STOPPING)) {
    step(slot);
  }
  const parent = get(slot, PARENT);
  if (parent !== 0 && areIndependent(parent)) attend(parent, slot);
}

/** What is due for one child of a supervisor whose children are independent. */
function attend(parent: i32, child: i32): void {
  if (has(child, MUST_STOP)) {
    if (get(child, STATE) !== STATE_DOWN) ask(child);
    else {
      settleStopped(parent, child);
      if (get(parent, CHILDREN) === 0) touch(parent);
    }
  } else if (has(child, WANTED) && get(child, STATE) === STATE_DOWN && get(parent, STATE) === STATE_UP)
    start(child);
}

function step(slot: i32): void {
  if (get(slot, STATE) === STATE_UP && areIndependent(slot)) return;
  if (stopChildren(slot)) return;
  if (get(slot, STATE) === STATE_STOPPING) {
    set(slot, REASON, get(slot, ENDING));
    set(slot, ORIGIN, 0);
    childEnded(slot);
    return;
  }
  if (startChildren(slot)) return;
  if (get(slot, STATE) === STATE_STARTING) {
    set(slot, STATE, STATE_UP);
    touchChild(slot);
  }
}

/** True while a child that must stop is not down. */
function stopChildren(slot: i32): bool {
  let pending = false;
  let child = get(slot, LAST);
  while (child !== 0) {
    const previous = get(child, PREVIOUS);
    if (has(child, MUST_STOP)) {
      if (get(child, STATE) === STATE_DOWN) settleStopped(slot, child);
      else {
        ask(child);
        if (!isDynamic(slot)) return true;
        pending = true;
      }
    }
    child = previous;
  }
  return pending;
}

function settleStopped(slot: i32, child: i32): void {
  unmark(child, MUST_STOP);
  if (isDynamic(slot)) freeProcess(child);
  else if (field(child, FIELD_RESTART) > RESTART_TRANSIENT) unmark(child, WANTED);
}

/** Asks a child to end, once, and gives it time for that. */
function ask(child: i32): void {
  if (isSupervisor(child)) {
    fail(child, REASON_SHUTDOWN);
    return;
  }
  if (has(child, STOP_ASKED)) return;
  const deadline = field(child, FIELD_STOP_DEADLINE);
  if (get(child, STATE) === STATE_STARTING || deadline === 0) {
    doom(child, REASON_SHUTDOWN, 0, false);
    return;
  }
  mark(child, STOP_ASKED);
  command(COMMAND_STOP, pidOf(child), get(child, LIFE));
  arm(child, now + <i64>deadline);
}

/** True while a wanted child is not up, where that holds up what comes after. */
function startChildren(slot: i32): bool {
  const strategy = field(slot, FIELD_STRATEGY);
  const ordered =
    get(slot, STATE) === STATE_STARTING || strategy === STRATEGY_ALL || strategy === STRATEGY_REST;
  for (let child = get(slot, FIRST); child !== 0; child = get(child, NEXT)) {
    if (!has(child, WANTED)) continue;
    if (get(child, STATE) === STATE_DOWN) start(child);
    if (ordered && !isUp(child)) return true;
  }
  return false;
}

function isUp(slot: i32): bool {
  return isSupervisor(slot) ? get(slot, STATE) === STATE_UP : isAlive(slot) && get(slot, STATE) >= STATE_IDLE;
}

export function start(slot: i32): void {
  set(slot, LIFE, get(slot, LIFE) + 1);
  set(slot, STATE, STATE_STARTING);
  set(slot, ENDING, 0);
  set(slot, HISTORY_COUNT, 0);
  set(slot, SPENT, 0);
  if (isSupervisor(slot)) {
    for (let child = get(slot, FIRST); child !== 0; child = get(child, NEXT)) {
      mark(child, WANTED);
      unmark(child, MUST_STOP);
    }
    touch(slot);
    return;
  }
  command(COMMAND_START, pidOf(slot), get(slot, LIFE), get(slot, TEMPLATE), get(slot, NAME));
  const deadline = field(slot, FIELD_START_DEADLINE);
  if (deadline > 0) arm(slot, now + <i64>deadline);
}

export function started(slot: i32): void {
  disarm(slot);
  set(slot, STATE, STATE_IDLE);
  // An alarm or a notice that it asked for while it started.
  if (get(slot, MAIL_HEAD) !== 0) makeReady(slot);
  touchChild(slot);
}

/** A supervisor ends: its children first, last to first. The first reason counts. */
export function fail(slot: i32, reason: i32): void {
  const state = get(slot, STATE);
  if (state !== STATE_STARTING && state !== STATE_UP) return;
  set(slot, STATE, STATE_STOPPING);
  set(slot, ENDING, reason);
  for (let child = get(slot, FIRST); child !== 0; child = get(child, NEXT)) markStop(child);
  touch(slot);
}

/** It has to be down before its supervisor goes on; one that waits for its restart is down already. */
function markStop(child: i32): void {
  mark(child, MUST_STOP);
  if (get(child, STATE) !== STATE_BACKOFF) return;
  disarm(child);
  set(child, STATE, STATE_DOWN);
}

/** A child is down, or a supervisor with all its children: what follows from that. */
export function childEnded(slot: i32): void {
  const parent = get(slot, PARENT);
  set(slot, STATE, STATE_DOWN);
  if (parent === 0) {
    command(COMMAND_HALT, pidOf(slot), get(slot, LIFE), get(slot, REASON));
    return;
  }
  touchChild(slot);
  if (has(slot, MUST_STOP) || get(parent, STATE) === STATE_STOPPING) return;
  if (!isRestarted(slot)) {
    unmark(slot, WANTED);
    if (isDynamic(parent)) freeProcess(slot);
    return;
  }
  const payer = blamed(slot, parent);
  if (!admitFailure(payer)) fail(payer, REASON_INTENSITY);
  if (get(parent, STATE) !== STATE_STOPPING) restart(slot, parent);
}

function isRestarted(slot: i32): bool {
  const kind = field(slot, FIELD_RESTART);
  return (
    kind === RESTART_PERMANENT || (kind === RESTART_TRANSIENT && get(slot, REASON) > REASON_LAST_ORDERLY)
  );
}

function restart(slot: i32, parent: i32): void {
  const strategy = field(parent, FIELD_STRATEGY);
  if (strategy === STRATEGY_ALL || strategy === STRATEGY_REST) {
    const from = strategy === STRATEGY_ALL ? get(parent, FIRST) : get(slot, NEXT);
    for (let sibling = from; sibling !== 0; sibling = get(sibling, NEXT)) {
      if (sibling !== slot && get(sibling, STATE) !== STATE_DOWN) markStop(sibling);
    }
  }
  delayRestart(slot, parent);
}

/** An operator stops a child, for good. */
export function stopChild(slot: i32): void {
  unmark(slot, WANTED);
  markStop(slot);
  touchChild(slot);
}

/** Its own handle is gone, and so is it. */
export function endChild(slot: i32): void {
  stopChild(slot);
  doom(slot, REASON_UNOWNED, 0, false);
}

/** A start or stop deadline, or a backoff, is over. */
export function childTimedOut(slot: i32): void {
  if (get(slot, STATE) === STATE_BACKOFF) {
    set(slot, STATE, STATE_DOWN);
    touchChild(slot);
  } else if (get(slot, STATE) === STATE_STARTING) doom(slot, REASON_START_TIMEOUT, 0, false);
  else doom(slot, REASON_STOP_TIMEOUT, 0, false);
}
