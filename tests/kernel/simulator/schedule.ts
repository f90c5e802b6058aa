/**
 * What happens next, at random: traps, kills, slow starts, floods, jumps of the clock.
 *
 * It looks at the model to make events that mean something, as a host knows
 * its processes. One in some is nonsense, as of a hostile guest or a host that
 * is late.
 */
import * as abi from "../../../kernel/abi.ts";
import type { Process, World } from "./model/state.ts";
import type { KernelEvent } from "./names.ts";
import type { Random } from "./random.ts";
import { BOOT, SECOND, WORKER_TEMPLATES } from "./system.ts";

type Maker = (random: Random, world: World) => KernelEvent | undefined;

/** How often processes and operators make trouble: once in that many of the events that could. */
export type Calm = 1 | 3 | 12;

export function nextEvent(random: Random, world: World, calm: Calm): KernelEvent {
  if (random.once(40)) return nonsense(random, world);
  const outside = world.current === undefined;
  if (random.once(calm * 4)) {
    const event = random.weighted(TROUBLE)(random, world);
    if (event !== undefined) return event;
  }
  const choices: [number, Maker][] = outside ? (random.once(8) ? ASIDE : OUTSIDE) : INSIDE;
  for (let tries = 0; tries < 8; tries++) {
    const event = random.weighted(choices)(random, world);
    if (event !== undefined) return event;
  }
  return [abi.EVENT_NEXT];
}

function processes(world: World, wanted: (process: Process) => boolean): Process[] {
  return [...world.processes.values()].filter(wanted);
}

const isStarting = ({ state, isSupervisor }: Process): boolean =>
  state === abi.STATE_STARTING && !isSupervisor;
const isDynamic = (one: Process): boolean => one.field(abi.FIELD_STRATEGY) === abi.STRATEGY_DYNAMIC;
const isWorker = ({ isSupervisor }: Process): boolean => !isSupervisor;

const started: Maker = (random, world) => {
  const process = random.pick(processes(world, isStarting));
  return process && [abi.EVENT_STARTED, process.pid, process.life];
};

const failsToStart: Maker = (random, world) => {
  const process = random.pick(processes(world, isStarting));
  return process && [abi.EVENT_ENDED, process.pid, process.life, abi.REASON_CRASHED, 0];
};

const trap: Maker = (random, world) => {
  const process = random.pick(processes(world, ({ alive }) => alive));
  if (process === undefined) return undefined;
  const collateral = random.once(3);
  const originator = collateral ? (random.pick([...world.processes.values()])?.pid ?? 0) : 0;
  const reason = collateral
    ? abi.REASON_COLLATERAL
    : (random.pick([abi.REASON_NORMAL, abi.REASON_CRASHED, abi.REASON_CRASHED, abi.REASON_EXHAUSTED]) ?? 0);
  return [abi.EVENT_ENDED, process.pid, process.life, reason, originator];
};

const ends: Maker = (random, world) => {
  const process = random.pick(processes(world, ({ stopAsked }) => stopAsked));
  return process && [abi.EVENT_ENDED, process.pid, process.life, abi.REASON_NORMAL, 0];
};

const kill: Maker = (random, world) => pidEvent(abi.EVENT_KILL, random.pick([...world.processes.values()]));

const stop: Maker = (random, world) => {
  const process = random.pick([...world.processes.values()]);
  // The whole system only seldom.
  return process === world.root && !random.once(10) ? undefined : pidEvent(abi.EVENT_STOP, process);
};

const clock: Maker = (random, world) => {
  const due = world.timers[0]?.due ?? world.now + SECOND;
  const time = random.weighted<number>([
    [4, world.now + random.below(SECOND)],
    [4, due],
    [2, due - 1],
    [1, world.now - random.below(SECOND)],
    [1, world.now + random.below(100) * SECOND],
  ]);
  return [abi.EVENT_CLOCK, ...twoWords(Math.max(0, time))];
};

const next: Maker = (random, world) => {
  const ready = processes(world, ({ state }) => state === abi.STATE_READY);
  return ready.length > 0 || random.once(30) ? [abi.EVENT_NEXT] : undefined;
};

const boot: Maker = (random, world) =>
  world.root?.state === abi.STATE_DOWN || random.once(50) ? BOOT : undefined;

const device: Maker = (random, world) => {
  const process = random.pick(processes(world, ({ wait }) => wait?.kind === "wait"));
  return process && [abi.EVENT_DEVICE, process.pid, process.life, process.wait?.token ?? 0];
};

const endow: Maker = (random, world) => {
  const holder = random.pick(processes(world, ({ alive }) => alive));
  const kind = random.weighted([
    [6, abi.HANDLE_CALL],
    [4, abi.HANDLE_SPAWN],
    [1, abi.HANDLE_LOOK],
  ]);
  const providers = kind === abi.HANDLE_SPAWN ? processes(world, isDynamic) : processes(world, isWorker);
  const provider = random.pick(random.once(12) ? providers : providers.filter((one) => one !== holder));
  if (holder === undefined || provider === undefined) return undefined;
  const object = kind === abi.HANDLE_SPAWN ? (random.pick(WORKER_TEMPLATES) ?? 0) : random.below(3);
  const life = random.once(3) ? provider.life : 0;
  return [abi.EVENT_ENDOW, holder.pid, provider.pid, kind, object, maskOf(random), life];
};

const hostRevokes: Maker = (random, world) => {
  const handle = random.pick([...world.handles].filter(({ holder }) => holder !== undefined));
  return handle && [abi.EVENT_REVOKE, 0, handle.number];
};

const hostDrops: Maker = (random, world) => {
  const handle = random.pick([...world.handles].filter(({ holder }) => holder !== undefined));
  return handle && [abi.EVENT_DROP, 0, handle.number];
};

const post: Maker = (random, world) => {
  const idle = processes(world, ({ state }) => state === abi.STATE_IDLE);
  const process = random.once(6) ? random.pick(processes(world, ({ alive }) => alive)) : random.pick(idle);
  return process && [abi.EVENT_POST, process.pid, random.below(6), random.below(120), random.below(1000)];
};

const used: Maker = (random, world) => {
  const process = world.current ?? random.pick(processes(world, ({ alive }) => alive));
  return process && [abi.EVENT_USED, process.pid, random.below(80)];
};

const TROUBLE: [number, Maker][] = [
  [2, failsToStart],
  [4, trap],
  [2, kill],
  [1, stop],
  [1, hostRevokes],
  [1, hostDrops],
];

const OUTSIDE: [number, Maker][] = [
  [12, started],
  [4, ends],
  [3, clock],
  [20, next],
  [6, boot],
  [3, device],
  [6, endow],
  [10, post],
  [1, used],
];

const ANY = [abi.HANDLE_CALL, abi.HANDLE_SPAWN, abi.HANDLE_OWN, abi.HANDLE_LOOK];
const TARGETS = [abi.HANDLE_CALL, abi.HANDLE_OWN];

/** Who asks: mostly the running process, which is the only one that can block. */
function asker(random: Random, world: World): Process | undefined {
  if (world.current !== undefined && !random.once(6)) return world.current;
  return random.pick(processes(world, (one) => isWorker(one) && one.alive));
}

/** One that a process makes with a handle of its own and, mostly, of such a kind. */
function byHandle(
  kinds: readonly number[],
  make: (random: Random, handle: number, world: World, asker: Process) => readonly number[],
  who: typeof asker = asker,
): Maker {
  return (random, world) => {
    const process = who(random, world);
    if (process === undefined) return undefined;
    const own = process.handles.filter(({ kind }) => kinds.includes(kind) || random.once(20));
    // Often the newest, so that chains of derivations become long and are used.
    const likely = random.once(2) ? own.at(-1) : random.pick(own);
    const handle = random.once(20) ? random.pick([...world.handles]) : likely;
    return handle && asAsked(process, make(random, handle.number, world, process));
  };
}

function asAsked({ pid }: Process, [kind = 0, ...words]: readonly number[]): KernelEvent {
  return [kind, pid, ...words];
}

const call = byHandle(
  TARGETS,
  (random, handle) => {
    const deadline = random.once(3) ? 1 + random.below(SECOND) : 0;
    return [abi.EVENT_CALL, handle, functionOf(random), sizeOf(random), deadline, random.below(1000)];
  },
  (random, world) => (random.once(40) ? asker(random, world) : world.current),
);
const cast = byHandle(TARGETS, (random, handle) => [
  abi.EVENT_CAST,
  handle,
  functionOf(random),
  random.below(120),
  random.below(1000),
]);
const spawn = byHandle([abi.HANDLE_SPAWN], (random, handle) => [
  abi.EVENT_SPAWN,
  handle,
  500 + random.below(100),
]);
const monitor = byHandle(TARGETS, (random, handle) => [abi.EVENT_MONITOR, handle, random.below(1000)]);
const link = byHandle(TARGETS, (_, handle) => [abi.EVENT_LINK, handle]);
const drop = byHandle(ANY, (_, handle) => [abi.EVENT_DROP, handle]);
const revoke = byHandle(ANY, (_, handle) => [abi.EVENT_REVOKE, handle]);
const look = byHandle([abi.HANDLE_LOOK], (random, handle) => [
  abi.EVENT_LOOK,
  handle,
  1 + random.below(4),
  1 + random.below(4),
]);

const grant = byHandle(ANY, (random, handle, _, { handles }) => {
  const ways = [...handles].filter(({ kind }) => TARGETS.includes(kind) || random.once(10));
  const via = random.pick(ways);
  return [abi.EVENT_GRANT, via?.number ?? 0, handle, maskOf(random)];
});

/** By a handle to the receiver, or to whomever the host says: often one that is owned, so that owners form circles. */
const give = byHandle(ANY, (random, handle, world, { handles }) => {
  const via = random.pick(handles.filter(({ kind }) => TARGETS.includes(kind) || random.once(10)));
  if (via !== undefined && random.once(2)) return [abi.EVENT_GIVE, via.number, handle];
  const owned = [...world.handles].filter(({ kind }) => kind === abi.HANDLE_OWN);
  const receiver = random.weighted([
    [4, random.pick(owned)?.provider],
    [4, random.pick(processes(world, (one) => isWorker(one) && one.alive))?.pid],
    [1, random.pick([...world.processes.values()])?.pid],
  ]);
  return [abi.EVENT_GIVE, 0, handle, receiver ?? 0];
});

const narrow = byHandle(ANY, (random, handle, world) => {
  const until = random.once(3) ? world.now + random.below(3 * SECOND) : 0;
  const uses = random.once(2) ? 1 + random.below(2) : 0;
  const rate = random.once(3) ? random.below(4) : 0;
  return [abi.EVENT_NARROW, handle, maskOf(random), uses, rate, ...twoWords(until)];
});

const ofCurrent =
  (make: (random: Random, current: Process) => readonly number[]): Maker =>
  (random, world) =>
    world.current && asAsked(world.current, make(random, world.current));

const wait = ofCurrent((random) => [
  abi.EVENT_WAIT,
  random.below(3),
  ...twoWords(random.once(3) ? 0 : random.below(2 * SECOND)),
]);
const alarm: Maker = (random, world) => {
  const process = asker(random, world);
  return process && [abi.EVENT_ALARM, process.pid, random.below(1000), ...twoWords(random.below(2 * SECOND))];
};
const cancel: Maker = (random, world) => {
  const process = asker(random, world);
  const record = random.pick(process?.records ?? []);
  if (process === undefined || (record === undefined && !random.once(10))) return undefined;
  return [abi.EVENT_CANCEL, process.pid, record?.ref ?? random.below(99)];
};
const done = ofCurrent((random) => [random.once(2) ? abi.EVENT_DONE : abi.EVENT_NEXT]);
const preempted = ofCurrent(() => [abi.EVENT_PREEMPTED]);

/** What those ask for who run on somebody else's stack, or start. */
const ASIDE: [number, Maker][] = [
  [4, cast],
  [2, spawn],
  [2, monitor],
  [1, link],
  [1, drop],
  [1, grant],
  [2, give],
  [1, narrow],
  [2, alarm],
  [1, cancel],
];

const INSIDE: [number, Maker][] = [
  [14, done],
  [3, preempted],
  [10, call],
  [6, cast],
  [8, spawn],
  [3, monitor],
  [4, link],
  [2, drop],
  [2, revoke],
  [1, look],
  [6, grant],
  [5, give],
  [4, narrow],
  [3, wait],
  [4, alarm],
  [3, cancel],
  [5, used],
  [3, clock],
  [3, started],
  [1, endow],
  [1, ends],
];

function pidEvent(kind: number, process: Process | undefined): KernelEvent | undefined {
  return process && [kind, process.pid];
}

function maskOf(random: Random): number {
  return random.once(3) ? random.below(64) : -1;
}

/** Bytes; now and then none can be sent. */
function sizeOf(random: Random): number {
  return random.once(40) ? -1 : random.below(120);
}

function functionOf(random: Random): number {
  return random.once(30) ? 31 + random.below(2) : random.below(6);
}

function twoWords(time: number): [low: number, high: number] {
  return [time | 0, Math.floor(time / 2 ** 32)];
}

/** Any kind, any numbers: small ones, numbers that mean something, and the ends of the range. */
function nonsense(random: Random, world: World): KernelEvent {
  const pids = [...world.pidsSeen];
  const numbers = [...world.handles].map(({ number }) => number);
  const word = (): number =>
    random.weighted([
      [4, random.below(8)],
      [4, random.pick(pids) ?? 0],
      [3, world.current?.pid ?? 0],
      [3, random.pick(numbers) ?? 0],
      [1, -1],
      [1, 0x7fffffff],
      [1, -0x80000000],
    ]);
  return [1 + random.below(30), word(), word(), word(), word(), word(), word(), word()];
}
