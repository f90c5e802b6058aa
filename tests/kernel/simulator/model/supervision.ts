/** The model's rules of supervision: who starts, who stops, who answers. */
import {
  COMMAND_BACKOFF,
  COMMAND_HALT,
  COMMAND_START,
  COMMAND_STOP,
  FIELD_BACKOFF,
  FIELD_BACKOFF_LIMIT,
  FIELD_INTENSITY,
  FIELD_RESTART,
  FIELD_START_DEADLINE,
  FIELD_STOP_DEADLINE,
  FIELD_STRATEGY,
  FIELD_WINDOW,
  REASON_COLLATERAL,
  REASON_INTENSITY,
  REASON_LAST_ORDERLY,
  REASON_LINKED,
  REASON_SHUTDOWN,
  REASON_START_TIMEOUT,
  REASON_STOP_TIMEOUT,
  REASON_UNOWNED,
  RESTART_PERMANENT,
  RESTART_TEMPORARY,
  RESTART_TRANSIENT,
  STATE_BACKOFF,
  STATE_DOWN,
  STATE_IDLE,
  STATE_STARTING,
  STATE_STOPPING,
  STATE_UP,
  STRATEGY_ALL,
  STRATEGY_DYNAMIC,
  STRATEGY_ONE,
  STRATEGY_REST,
} from "../../../../kernel/abi.ts";
import { check, type Process, wideOf, type World } from "./state.ts";

export function doom(world: World, process: Process, reason: number, origin: number, told: boolean): void {
  if (!process.alive || process.doomed) return;
  Object.assign(process, { doomed: true, told, reason, origin });
  world.doomed.push(process);
}

/** Puts it on the list of those that something is due for. */
function touch(world: World, process: Process): void {
  if (process.dirty) return;
  process.dirty = true;
  world.dirty.push(process);
}

/** A child that has nothing to do with its siblings is looked at by itself, others by way of their supervisor. */
function touchChild(world: World, child: Process): void {
  const { parent } = child;
  if (parent === undefined) return;
  touch(world, hasIndependentChildren(parent) ? child : parent);
}

/** Does what is due for one that is on the list, as a supervisor and as a child. */
export function supervise(world: World, process: Process): void {
  process.dirty = false;
  if (world.find(process.pid) === undefined) return;
  const acts = [STATE_STARTING, STATE_UP, STATE_STOPPING].includes(process.state);
  if (process.isSupervisor && acts) step(world, process);
  const { parent } = process;
  if (parent !== undefined && hasIndependentChildren(parent)) attend(world, parent, process);
}

function attend(world: World, parent: Process, child: Process): void {
  if (!child.mustStop) {
    if (child.wanted && child.state === STATE_DOWN && parent.state === STATE_UP) start(world, child);
  } else if (child.state !== STATE_DOWN) ask(world, child);
  else {
    settle(world, parent, child);
    if (parent.children.length === 0) touch(world, parent);
  }
}

function step(world: World, supervisor: Process): void {
  const independent = hasIndependentChildren(supervisor);
  if (independent && supervisor.state === STATE_UP) return;
  for (const child of supervisor.children.toReversed()) {
    if (!child.mustStop) continue;
    if (child.state === STATE_DOWN) settle(world, supervisor, child);
    else {
      ask(world, child);
      if (!independent) return;
    }
  }
  if (supervisor.children.some(({ mustStop }) => mustStop)) return;
  if (supervisor.state === STATE_STOPPING) {
    Object.assign(supervisor, { reason: supervisor.ending, origin: 0 });
    childEnded(world, supervisor);
  } else if (startThoseWanted(world, supervisor) && supervisor.state === STATE_STARTING) {
    supervisor.state = STATE_UP;
    touchChild(world, supervisor);
  }
}

function hasIndependentChildren(supervisor: Process): boolean {
  const strategy = supervisor.field(FIELD_STRATEGY);
  return strategy === STRATEGY_DYNAMIC || (strategy === STRATEGY_ONE && supervisor.state === STATE_UP);
}

function settle(world: World, supervisor: Process, child: Process): void {
  child.mustStop = false;
  if (supervisor.field(FIELD_STRATEGY) === STRATEGY_DYNAMIC) forget(world, supervisor, child);
  else if (child.field(FIELD_RESTART) === RESTART_TEMPORARY) child.wanted = false;
}

function forget(world: World, supervisor: Process, child: Process): void {
  supervisor.children.splice(supervisor.children.indexOf(child), 1);
  world.processes.delete(child.pid);
}

function ask(world: World, child: Process): void {
  if (child.isSupervisor) return fail(world, child, REASON_SHUTDOWN);
  if (child.stopAsked) return;
  const deadline = child.field(FIELD_STOP_DEADLINE);
  if (child.state === STATE_STARTING || deadline === 0) {
    return doom(world, child, REASON_SHUTDOWN, 0, false);
  }
  child.stopAsked = true;
  world.command(COMMAND_STOP, child);
  child.timer = world.commandTimer(deadline, () => doom(world, child, REASON_STOP_TIMEOUT, 0, false));
}

/** True when all that are wanted are up, or need not be waited for. */
function startThoseWanted(world: World, supervisor: Process): boolean {
  const strategy = supervisor.field(FIELD_STRATEGY);
  const inOrder =
    supervisor.state === STATE_STARTING || strategy === STRATEGY_ALL || strategy === STRATEGY_REST;
  for (const child of supervisor.children) {
    if (child.wanted && child.state === STATE_DOWN) start(world, child);
    const up = child.isSupervisor ? child.state === STATE_UP : child.alive && child.state >= STATE_IDLE;
    if (child.wanted && inOrder && !up) return false;
  }
  return true;
}

export function start(world: World, process: Process): void {
  process.life += 1;
  Object.assign(process, { state: STATE_STARTING, ending: 0, spent: 0 });
  process.history.length = 0;
  if (process.isSupervisor) {
    for (const child of process.children) Object.assign(child, { wanted: true, mustStop: false });
    return touch(world, process);
  }
  world.command(COMMAND_START, process, process.templateNumber, process.name);
  const deadline = process.field(FIELD_START_DEADLINE);
  if (deadline === 0) return;
  process.timer = world.commandTimer(deadline, () => doom(world, process, REASON_START_TIMEOUT, 0, false));
}

export function started(world: World, process: Process): void {
  process.timer = undefined;
  process.state = STATE_IDLE;
  touchChild(world, process);
}

export function fail(world: World, supervisor: Process, reason: number): void {
  if (supervisor.state !== STATE_STARTING && supervisor.state !== STATE_UP) return;
  supervisor.state = STATE_STOPPING;
  supervisor.ending = reason;
  for (const child of supervisor.children) markStop(child);
  touch(world, supervisor);
}

function markStop(child: Process): void {
  child.mustStop = true;
  if (child.state !== STATE_BACKOFF) return;
  child.timer = undefined;
  child.state = STATE_DOWN;
}

export function childEnded(world: World, process: Process): void {
  const { parent } = process;
  process.state = STATE_DOWN;
  if (parent === undefined) return world.command(COMMAND_HALT, process, process.reason);
  touchChild(world, process);
  if (process.mustStop || isStopping(parent)) return;
  const kind = process.field(FIELD_RESTART);
  const failed = process.reason > REASON_LAST_ORDERLY;
  if (kind !== RESTART_PERMANENT && !(kind === RESTART_TRANSIENT && failed)) {
    process.wanted = false;
    if (parent.field(FIELD_STRATEGY) === STRATEGY_DYNAMIC) forget(world, parent, process);
    return;
  }
  const payer = payerOf(world, process, parent);
  payer.history.push(world.now);
  if (failuresWithin(world, payer) > payer.field(FIELD_INTENSITY)) fail(world, payer, REASON_INTENSITY);
  if (!isStopping(parent)) restart(world, process, parent);
}

function failuresWithin(world: World, supervisor: Process): number {
  const since = world.now - supervisor.field(FIELD_WINDOW);
  return supervisor.history.filter((time) => time >= since).length;
}

function isStopping({ state }: Process): boolean {
  return state === STATE_STOPPING;
}

function payerOf(world: World, process: Process, parent: Process): Process {
  if (process.reason !== REASON_LINKED && process.reason !== REASON_COLLATERAL) return parent;
  const other = world.find(process.origin)?.parent;
  return other !== undefined && [STATE_UP, STATE_STARTING].includes(other.state) ? other : parent;
}

function restart(world: World, process: Process, parent: Process): void {
  const strategy = parent.field(FIELD_STRATEGY);
  const place = parent.children.indexOf(process);
  for (const [i, sibling] of parent.children.entries()) {
    const taken = strategy === STRATEGY_ALL || (strategy === STRATEGY_REST && i > place);
    if (taken && sibling !== process && sibling.state !== STATE_DOWN) markStop(sibling);
  }
  const recent = world.now - process.failedAt <= parent.field(FIELD_WINDOW);
  process.failures = recent ? process.failures + 1 : 1;
  process.failedAt = world.now;
  const base = process.field(FIELD_BACKOFF);
  if (base > 0) wait(world, process, base);
}

/** The kernel chose the moment; it lies in the second half of the delay. */
function wait(world: World, process: Process, base: number): void {
  const longest = Math.min(
    base * 2 ** Math.min(process.failures - 1, 31),
    process.field(FIELD_BACKOFF_LIMIT),
  );
  const command = world.actual.find(
    ([kind, pid, life]) => kind === COMMAND_BACKOFF && pid === process.pid && life === process.life,
  );
  check(command !== undefined, () => `${process.pid} failed and has no backoff`);
  const delay = wideOf(command[3], command[4]) - world.now;
  check(
    delay >= longest - Math.floor(longest / 2) && delay <= longest,
    () => `backoff of ${delay}, not ${longest}`,
  );
  world.expected.push(command);
  process.state = STATE_BACKOFF;
  process.timer = world.commandTimer(delay, () => {
    process.state = STATE_DOWN;
    touchChild(world, process);
  });
}

export function stopChild(world: World, process: Process): void {
  process.wanted = false;
  markStop(process);
  touchChild(world, process);
}

export function endChild(world: World, process: Process): void {
  stopChild(world, process);
  doom(world, process, REASON_UNOWNED, 0, false);
}
