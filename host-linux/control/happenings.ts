/**
 * What each event and command of the kernel says to a person.
 *
 * Words of a row are those of kernel/abi.ts: kind, then the arguments of an
 * event, or pid, life and the words of a command.
 */
import * as abi from "../../kernel/abi.ts";
import { REASON_NAMES } from "../../kernel/names.ts";
import type { Who } from "./who.ts";

/** Words 1 to 7 of a row: an event's arguments, or a command's pid, life and words. */
type Words = readonly number[];
type Telling = (who: Who, words: Words) => string;

/** What a host does all the time, which is left out unless it is asked for. */
const CHORES: ReadonlySet<number> = new Set([
  abi.EVENT_TEMPLATE,
  abi.EVENT_ADD,
  abi.EVENT_CLOCK,
  abi.EVENT_USED,
  abi.EVENT_NEXT,
  abi.EVENT_PREEMPTED,
  abi.EVENT_DONE,
  abi.EVENT_DEVICE,
]);
const OF_THE_SYSTEM: ReadonlySet<number> = new Set([
  abi.EVENT_TEMPLATE,
  abi.EVENT_ADD,
  abi.EVENT_BOOT,
  abi.EVENT_CLOCK,
]);
/** What processes do all the time; it is told when it is refused. */
const ROUTINE: ReadonlySet<number> = new Set([
  abi.EVENT_WAIT,
  abi.EVENT_CANCEL,
  // What came of these is told by COMMAND_AUDIT and COMMAND_START.
  abi.EVENT_ENDOW,
  abi.EVENT_GRANT,
  abi.EVENT_GIVE,
  abi.EVENT_NARROW,
  abi.EVENT_REVOKE,
  abi.EVENT_DROP,
  abi.EVENT_LOOK,
]);
/** Refused as a matter of course: what the host reports of a process that ended meanwhile. */
const LATE: ReadonlySet<number> = new Set([abi.EVENT_STARTED, abi.EVENT_ENDED]);

/** Whether its first word is a pid. */
export function isAboutProcess(event: number): boolean {
  return !OF_THE_SYSTEM.has(event);
}

export function isRoutine(event: number, status: number): boolean {
  if (CHORES.has(event)) return true;
  if (status === abi.STATUS_STALE && LATE.has(event)) return true;
  return ROUTINE.has(event) && status >= 0;
}

const EVENTS: Readonly<Record<number, Telling>> = {
  [abi.EVENT_BOOT]: () => "the system is started",
  [abi.EVENT_CLOCK]: (_, [low = 0, high = 0]) => `the time is ${seconds(low, high)}`,
  [abi.EVENT_STARTED]: (who, [pid = 0]) => `${who.name(pid)} has started`,
  [abi.EVENT_ENDED]: (who, [pid = 0, , reason = 0, origin = 0]) =>
    `${who.name(pid)} ended: ${reasonText(reason)}${origin === 0 || origin === pid ? "" : `, because of ${who.name(origin)}`}`,
  [abi.EVENT_KILL]: (who, [pid = 0]) => `${who.name(pid)} is to be killed`,
  [abi.EVENT_STOP]: (who, [pid = 0]) => `${who.name(pid)} is to be stopped for good`,
  [abi.EVENT_USED]: (who, [pid = 0, units = 0]) => `${who.name(pid)} used ${units} units of fuel`,
  [abi.EVENT_NEXT]: (who, [pid = 0]) =>
    `${pid === 0 ? "" : `${who.name(pid)} is done, and `}the host is free to run something`,
  [abi.EVENT_PREEMPTED]: (who, [pid = 0]) => `${who.name(pid)} used up its slice`,
  [abi.EVENT_DONE]: (who, [pid = 0]) => `${who.name(pid)} is done`,
  [abi.EVENT_DEVICE]: (who, [pid = 0]) => `what ${who.name(pid)} waits for is there`,
  [abi.EVENT_CALL]: (who, [pid = 0, handle = 0, number = 0, bytes = 0]) =>
    `${who.name(pid)} calls ${who.target(pid, handle, number)} (${bytes} bytes)`,
  [abi.EVENT_CAST]: (who, [pid = 0, handle = 0, number = 0, bytes = 0]) =>
    `${who.name(pid)} casts to ${who.target(pid, handle, number)} (${bytes} bytes)`,
  [abi.EVENT_WAIT]: (who, [pid = 0, , low = 0, high = 0]) =>
    `${who.name(pid)} waits${low === 0 && high === 0 ? "" : `, at most ${seconds(low, high)}`}`,
  [abi.EVENT_ALARM]: (who, [pid = 0, , low = 0, high = 0]) =>
    `${who.name(pid)} sets an alarm in ${seconds(low, high)}`,
  [abi.EVENT_MONITOR]: (who, [pid = 0, handle = 0]) =>
    `${who.name(pid)} monitors ${who.provider(pid, handle)}`,
  [abi.EVENT_LINK]: (who, [pid = 0, handle = 0]) =>
    `${who.name(pid)} links itself to ${who.provider(pid, handle)}`,
  [abi.EVENT_CANCEL]: (who, [pid = 0]) => `${who.name(pid)} cancels an alarm, a monitor or a link`,
  [abi.EVENT_SPAWN]: (who, [pid = 0, handle = 0]) =>
    `${who.name(pid)} spawns a child of ${who.provider(pid, handle)}`,
  [abi.EVENT_ENDOW]: (who, [pid = 0, provider = 0]) => `${who.name(pid)} is to hold ${who.name(provider)}`,
  [abi.EVENT_GRANT]: (who, [pid = 0, to = 0, handle = 0]) =>
    `${who.name(pid)} grants ${who.provider(pid, to)} what it holds of ${who.provider(pid, handle)}`,
  [abi.EVENT_NARROW]: (who, [pid = 0, handle = 0]) =>
    `${who.name(pid)} narrows what it holds of ${who.provider(pid, handle)}`,
  [abi.EVENT_REVOKE]: (who, [pid = 0, handle = 0]) =>
    `${actor(who, pid)} revokes ${whose(pid)} handle of ${who.provider(pid, handle)}, and what was made of it`,
  [abi.EVENT_DROP]: (who, [pid = 0, handle = 0]) =>
    `${actor(who, pid)} drops ${whose(pid)} handle of ${who.provider(pid, handle)}`,
  [abi.EVENT_LOOK]: (who, [pid = 0]) => `${who.name(pid)} looks at the kernel`,
  [abi.EVENT_GIVE]: (who, [pid = 0, to = 0, handle = 0, receiver = 0]) =>
    `${who.name(pid)} gives ${to === 0 ? who.name(receiver) : who.provider(pid, to)} its handle of ${who.provider(pid, handle)}`,
  [abi.EVENT_POST]: (who, [pid = 0]) => `${who.posted(pid)} is called from outside`,
};

const AUDITS: Readonly<Record<number, Telling>> = {
  [abi.AUDIT_ENDOWED]: (who, [pid = 0, , , handle = 0, provider = 0]) =>
    `${who.name(pid)} may ${who.authority(handle, provider)}, by the plan`,
  [abi.AUDIT_GRANTED]: (who, [pid = 0, , , , provider = 0]) =>
    `${who.name(pid)} was granted ${who.name(provider)}`,
  [abi.AUDIT_NARROWED]: (who, [pid = 0, , , , provider = 0]) =>
    `${who.name(pid)} made a narrower handle of ${who.name(provider)}`,
  [abi.AUDIT_SPAWNED]: (who, [pid = 0, , , , provider = 0]) =>
    `${who.name(pid)} spawned ${who.name(provider)}, and owns it`,
  [abi.AUDIT_REVOKED]: (who, [pid = 0, , , , provider = 0]) =>
    `${who.name(pid)} may not use ${who.name(provider)} any more: revoked`,
  [abi.AUDIT_DROPPED]: (who, [pid = 0, , , , provider = 0]) =>
    `${who.name(pid)} let go of ${who.name(provider)}`,
  [abi.AUDIT_GIVEN]: (who, [pid = 0, , , , provider = 0]) =>
    `${who.name(pid)} was given a handle of ${who.name(provider)}`,
};

const COMMANDS: Readonly<Record<number, Telling>> = {
  [abi.COMMAND_START]: (who, [pid = 0, life = 0]) =>
    life > 1 ? `${who.name(pid)} is restarted (life ${life})` : `${who.name(pid)} is started`,
  [abi.COMMAND_STOP]: (who, [pid = 0]) => `${who.name(pid)} is asked to end`,
  [abi.COMMAND_KILL]: (who, [pid = 0, , reason = 0]) => `${who.name(pid)} was ended: ${reasonText(reason)}`,
  [abi.COMMAND_BACKOFF]: (who, [pid = 0, , low = 0, high = 0]) =>
    `${who.name(pid)} will be restarted at ${seconds(low, high)}`,
  [abi.COMMAND_CYCLE]: (who, [pid = 0, , , other = 0]) =>
    `in a refused cycle of calls: ${who.name(pid)} waits for ${who.name(other)}`,
  [abi.COMMAND_AUDIT]: (who, words) =>
    AUDITS[words[2] ?? 0]?.(who, words) ?? `a handle of ${who.name(words[0] ?? 0)} changed`,
  [abi.COMMAND_HALT]: (_, [, , reason = 0]) => `the system has ended: ${reasonText(reason)}`,
};

export function eventWords(who: Who, kind: number, words: Words): string {
  return EVENTS[kind]?.(who, words) ?? `event ${kind}`;
}

export function commandWords(who: Who, kind: number, words: Words): string {
  return COMMANDS[kind]?.(who, words) ?? `command ${kind}`;
}

/** Who revokes or drops: pid 0 is the host, for whoever holds the handle. */
function actor(who: Who, pid: number): string {
  return pid === 0 ? "the host" : who.name(pid);
}

function whose(pid: number): string {
  return pid === 0 ? "a" : "its";
}

function reasonText(reason: number): string {
  return REASON_NAMES.get(reason) ?? `reason ${reason}`;
}

/** Of a time in two words. */
function seconds(low: number, high: number): string {
  return `${(((low >>> 0) + high * 2 ** 32) / 1e6).toFixed(3)} s`;
}
