// The kernel: one state machine. Events come in, commands go out.
//
// It is deterministic: the same seed and the same events give the same commands
// and statuses, on every host. It allocates nothing, reads no clock and no
// entropy of its own, and imports nothing. The numbers are in ../abi.ts.
import * as abi from "../abi";
import { call, cast, post } from "./call";
import { drop, endow, give, grant, narrow, revoke } from "./capability";
import { clearClock, moveClock, now, timeOf } from "./clock";
import { clearCommands, hasRoom } from "./commands";
import { buryOne, clearDeaths, doom, firstDoomed } from "./death";
import { clearHandles } from "./handle";
import { beginEvent, clearLog, endEvent } from "./log";
import { look } from "./look";
import { clearMessages } from "./message";
import { clearProcesses, find, get, isAlive, LIFE, makeProcess, PARENT, pidOf, STATE } from "./process";
import { seedRandom } from "./random";
import { clearScheduler, current } from "./scheduler";
import { spawn } from "./spawn";
import {
  childTimedOut,
  clearSupervisors,
  fail,
  firstDirty,
  start,
  started,
  stopChild,
  superviseOne,
} from "./supervisor";
import { commandBase, commandCapacity, layTables, processCount, reportBase } from "./tables";
import { fits, isDynamic, isSupervisor, setTemplate } from "./template";
import { announce, clearTimers, takeDue } from "./timer";
import { charge, clearTurns, done, next, preempted } from "./turn";
import { alarm, cancel, device, messageTimedOut, wait } from "./wait";
import { link, monitor } from "./watch";

export { drained, head, tail } from "./commands";

let root: i32 = 0;

export function version(): i32 {
  return abi.ABI_VERSION;
}

/** Address of the ring of commands. */
export function commands(): i32 {
  return commandBase;
}

/** Records in the ring of commands. */
export function capacity(): i32 {
  return commandCapacity;
}

/** Address of what EVENT_LOOK fills. */
export function report(): i32 {
  return reportBase;
}

/** Begins anew, with tables of these sizes. STATUS_INVALID when they are out of range or there is no memory. */
export function initialise(
  seedLow: i32,
  seedHigh: i32,
  processes: i32,
  templates: i32,
  messages: i32,
  handles: i32,
  events: i32,
): i32 {
  if (!layTables(processes, templates, messages, handles, events)) return abi.STATUS_INVALID;
  seedRandom(seedLow, seedHigh);
  clearCommands();
  clearClock();
  clearTimers();
  clearProcesses();
  clearMessages();
  clearHandles();
  clearScheduler();
  clearDeaths();
  clearSupervisors();
  clearTurns();
  clearLog();
  root = 0;
  return abi.STATUS_OK;
}

/** One thing that happened; arguments by kind. Returns a status. */
export function event(kind: i32, a: i32, b: i32, c: i32, d: i32, e: i32, f: i32, g: i32): i32 {
  if (!hasRoom()) return abi.STATUS_DRAIN;
  if (kind === abi.EVENT_LOOK && a === 0) return look(0, b, c, d);
  beginEvent(kind, a, b, c, d, e, f, g);
  const status = isRequest(kind) ? request(kind, a, b, c, d, e, f, g) : take(kind, a, b, c, d, e, f);
  settle();
  announce();
  endEvent(status);
  return status;
}

/** What follows from an event, until nothing more does: ends before restarts. */
function settle(): void {
  while (firstDoomed !== 0 || firstDirty !== 0) {
    if (firstDoomed !== 0) buryOne();
    else superviseOne();
  }
}

/** What a process asks for. A host may revoke and drop. */
function isRequest(kind: i32): bool {
  if (kind === abi.EVENT_GIVE) return true;
  return kind >= abi.EVENT_CALL && kind <= abi.EVENT_LOOK && kind !== abi.EVENT_ENDOW;
}

function request(kind: i32, pid: i32, b: i32, c: i32, d: i32, e: i32, f: i32, g: i32): i32 {
  if (kind === abi.EVENT_REVOKE && pid === 0) return revoke(0, b);
  if (kind === abi.EVENT_DROP && pid === 0) return drop(0, b);
  const caller = find(pid);
  if (caller === 0 || !canAsk(caller, kind)) return abi.STATUS_STALE;
  switch (kind) {
    case abi.EVENT_CALL:
      return call(caller, b, c, d, e, f);
    case abi.EVENT_CAST:
      return cast(caller, b, c, d, e);
    case abi.EVENT_WAIT:
      return wait(caller, b, c, d);
    case abi.EVENT_ALARM:
      return alarm(caller, b, c, d);
    case abi.EVENT_MONITOR:
      return monitor(caller, b, c);
    case abi.EVENT_LINK:
      return link(caller, b);
    case abi.EVENT_CANCEL:
      return cancel(caller, b);
    case abi.EVENT_SPAWN:
      return spawn(caller, b, c);
    case abi.EVENT_GRANT:
      return grant(caller, b, c, d);
    case abi.EVENT_NARROW:
      return narrow(caller, b, c, d, e, f, g);
    case abi.EVENT_REVOKE:
      return revoke(caller, b);
    case abi.EVENT_DROP:
      return drop(caller, b);
    case abi.EVENT_GIVE:
      return give(caller, b, c, d);
    default:
      return look(caller, b, c, d);
  }
}

/**
 * Only who runs can block. The rest any worker can ask for while it is alive: one that has no stack of
 * its own runs inside its caller's turn, and its initialisers run in nobody's.
 */
function canAsk(caller: i32, kind: i32): bool {
  if (kind === abi.EVENT_CALL || kind === abi.EVENT_WAIT) return caller === current;
  return isAlive(caller) && !isSupervisor(caller);
}

function take(kind: i32, a: i32, b: i32, c: i32, d: i32, e: i32, f: i32): i32 {
  switch (kind) {
    case abi.EVENT_TEMPLATE:
      return root === 0 ? setTemplate(a, b, c) : abi.STATUS_STALE;
    case abi.EVENT_ADD:
      return add(a, b, c);
    case abi.EVENT_BOOT:
      return boot();
    case abi.EVENT_CLOCK:
      return clock(a, b);
    case abi.EVENT_STARTED:
      return hasStarted(find(a), b);
    case abi.EVENT_ENDED:
      return hasEnded(find(a), b, c, d);
    case abi.EVENT_KILL:
      return kill(find(a));
    case abi.EVENT_STOP:
      return stop(find(a));
    case abi.EVENT_USED:
      return charge(find(a), b);
    case abi.EVENT_NEXT:
      return next(a);
    case abi.EVENT_PREEMPTED:
      return preempted(find(a));
    case abi.EVENT_DONE:
      return done(find(a));
    case abi.EVENT_DEVICE:
      return device(find(a), b, c);
    case abi.EVENT_POST:
      return post(find(a), b, c, d);
    case abi.EVENT_ENDOW:
      return endow(a, b, c, d, e, f);
    default:
      return abi.STATUS_INVALID;
  }
}

function isBooted(): bool {
  return root !== 0 && get(root, STATE) !== abi.STATE_DOWN;
}

function add(parentPid: i32, template: i32, name: i32): i32 {
  if (isBooted()) return abi.STATUS_STALE;
  const parent = find(parentPid);
  if (parentPid === 0 ? root !== 0 : parent === 0) return abi.STATUS_STALE;
  // Children of a dynamic supervisor are spawned.
  if (!fits(template, parent) || (parent !== 0 && isDynamic(parent))) return abi.STATUS_CONFIGURATION;
  const slot = makeProcess(parent, template, name);
  if (slot === 0) return abi.STATUS_EXHAUSTED;
  if (parent === 0) root = slot;
  return pidOf(slot);
}

function boot(): i32 {
  if (root === 0 || isBooted()) return abi.STATUS_STALE;
  start(root);
  return abi.STATUS_OK;
}

/** Timers that are due, each with all that follows, while there is room for commands. */
function clock(low: i32, high: i32): i32 {
  const time = timeOf(low, high);
  if (time < 0) return abi.STATUS_INVALID;
  moveClock(time);
  while (hasRoom()) {
    const timer = takeDue(now);
    if (timer === 0) break;
    if (timer <= processCount) childTimedOut(timer);
    else messageTimedOut(timer - processCount);
    settle();
  }
  return abi.STATUS_OK;
}

function hasStarted(slot: i32, life: i32): i32 {
  if (slot === 0 || isSupervisor(slot)) return abi.STATUS_STALE;
  if (get(slot, STATE) !== abi.STATE_STARTING || get(slot, LIFE) !== life) return abi.STATUS_STALE;
  started(slot);
  return abi.STATUS_OK;
}

function hasEnded(slot: i32, life: i32, reason: i32, originator: i32): i32 {
  if (reason < abi.REASON_NORMAL || reason > abi.REASON_LAST) return abi.STATUS_INVALID;
  if (slot === 0 || isSupervisor(slot)) return abi.STATUS_STALE;
  if (!isAlive(slot) || get(slot, LIFE) !== life) return abi.STATUS_STALE;
  doom(slot, reason, originator, true);
  return abi.STATUS_OK;
}

function kill(slot: i32): i32 {
  if (slot === 0) return abi.STATUS_STALE;
  const state = get(slot, STATE);
  if (isSupervisor(slot)) {
    if (state !== abi.STATE_STARTING && state !== abi.STATE_UP) return abi.STATUS_STALE;
    fail(slot, abi.REASON_KILLED);
    return abi.STATUS_OK;
  }
  if (!isAlive(slot)) return abi.STATUS_STALE;
  doom(slot, abi.REASON_KILLED, 0, false);
  return abi.STATUS_OK;
}

function stop(slot: i32): i32 {
  if (slot === 0) return abi.STATUS_STALE;
  if (get(slot, PARENT) !== 0) stopChild(slot);
  else if (!isBooted()) return abi.STATUS_STALE;
  else fail(slot, abi.REASON_SHUTDOWN);
  return abi.STATUS_OK;
}
