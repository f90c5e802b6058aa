/** The model's rules of scheduling: who may run next, and what a turn is. */
import {
  COMMAND_RUN,
  FIELD_BUDGET,
  FIELD_PRIORITY,
  NEXT_DIRECT,
  NEXT_RUN,
  PATIENCE,
  REASON_EXHAUSTED,
  RUN_ALARM,
  RUN_CALL,
  RUN_CAST,
  RUN_NOTICE,
  RUN_RESUME,
  STATE_IDLE,
  STATE_READY,
  STATE_RUNNING,
  STATUS_INVALID,
  STATUS_OK,
  STATUS_STALE,
} from "../../../../kernel/abi.ts";
import type { Command } from "../names.ts";
import { dequeue, finish, free, makeReady } from "./calls.ts";
import { check, type Message, type MessageKind, type Process, type World } from "./state.ts";
import { doom } from "./supervision.ts";

const RUNS: Partial<Record<MessageKind, number>> = {
  call: RUN_CALL,
  cast: RUN_CAST,
  monitor: RUN_NOTICE,
  alarm: RUN_ALARM,
};

/** Who is done makes room for the next one. */
export function next(world: World, finished: number): number {
  const direct = finished === 0 ? 0 : done(world, world.find(finished));
  if (direct === 1) return NEXT_DIRECT;
  return direct < 0 ? direct : runNext(world);
}

/** The kernel's choice has to be among those who became ready first at the priority whose turn it is. */
function runNext(world: World): number {
  if (world.current !== undefined) return STATUS_STALE;
  const ready = [...world.processes.values()].filter(({ state }) => state === STATE_READY);
  if (ready.length === 0) return 0;
  const priorities = new Set(ready.map((process) => process.field(FIELD_PRIORITY)));
  const lowest = [3, 2, 1, 0].filter((priority) => priorities.has(priority));
  const chosen =
    lowest.find((priority) => (world.passedOver[priority] ?? 0) >= PATIENCE) ?? lowest.at(-1) ?? 0;
  for (const priority of [0, 1, 2, 3]) {
    const waits = priority > chosen && priorities.has(priority);
    world.passedOver[priority] = waits ? (world.passedOver[priority] ?? 0) + 1 : 0;
  }
  const run = world.actual.find(([kind]) => kind === COMMAND_RUN);
  check(run !== undefined, () => `nobody was run, and ${ready.map(({ pid }) => pid).join(", ")} are ready`);
  const process = world.find(run[1] ?? 0);
  const candidates = earliest(
    ready.filter((one) => one.field(FIELD_PRIORITY) === chosen),
    ({ readySince }) => readySince,
  );
  check(
    process !== undefined && candidates.includes(process),
    () => `${run[1]} runs out of its turn, before ${candidates.map(({ pid }) => pid).join(", ")}`,
  );
  handOver(world, process, run);
  return NEXT_RUN;
}

function earliest<T>(all: readonly T[], since: (one: T) => number): T[] {
  const first = Math.min(...all.map(since));
  return all.filter((one) => since(one) === first);
}

function handOver(world: World, process: Process, run: Command): void {
  process.state = STATE_RUNNING;
  world.current = process;
  if (process.hasStack) {
    process.hasStack = false;
    world.command(COMMAND_RUN, process, RUN_RESUME, process.wake);
    return;
  }
  const candidates = earliest(process.mail, ({ batch }) => batch);
  const fits = candidates.find((message) => wordsOf(message).every((word, i) => word === run[3 + i]));
  const message = fits ?? candidates[0];
  check(message !== undefined, () => `${process.pid} runs for nothing`);
  world.command(COMMAND_RUN, process, ...wordsOf(message));
  dequeue(message);
  process.owner = process;
  if (message.kind === "call") {
    message.standing = "served";
    process.active = message;
  } else free(world, message);
}

function wordsOf({ kind, token, detail, sender }: Message): number[] {
  return [RUNS[kind] ?? 0, token, detail, sender];
}

export function preempted(world: World, process: Process | undefined): number {
  if (process === undefined || process !== world.current) return STATUS_STALE;
  Object.assign(process, { wake: STATUS_OK, hasStack: true });
  world.current = undefined;
  makeReady(world, process);
  return STATUS_OK;
}

export function done(world: World, process: Process | undefined): number {
  if (process === undefined || process !== world.current) return STATUS_STALE;
  Object.assign(process, { owner: undefined, state: STATE_IDLE });
  const { active } = process;
  const direct = active === undefined ? 0 : finish(world, active, process, STATUS_OK);
  if (active === undefined) world.current = undefined;
  if (process.mail.length > 0) makeReady(world, process);
  return direct;
}

export function charge(world: World, process: Process | undefined, units: number): number {
  if (units < 0) return STATUS_INVALID;
  if (process?.alive !== true) return STATUS_STALE;
  world.cpu += units;
  process.cpu += units;
  process.spent += units;
  const budget = process.field(FIELD_BUDGET);
  if (budget > 0 && process.spent > budget) doom(world, process, REASON_EXHAUSTED, 0, false);
  return STATUS_OK;
}
