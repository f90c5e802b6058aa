// The newest events, and what came of them, for whoever has to find out what happened.
//
// Two rings of the same length: all events in one, and in the other, which a
// busy system does not flood, the commands that changed who lives and who may
// do what. Their records share one count, so together they are one story.
//
//     0      4        32       36           44       48
//     +------+--------+--------+------------+--------+
//     | kind | 7 words| status | time (µs)  | number |
//     +------+--------+--------+------------+--------+
//
// Each ring has a record more than are kept: the one that is being written.
import { COMMAND_DISCARD, COMMAND_RUN, COMMAND_WAKE } from "../abi";
import { now } from "./clock";
import { find, get, TEMPLATE } from "./process";
import { historyBase, logBase, logCount, LOG_BYTES } from "./tables";

const STATUS = 32;
const TIME = 36;
const NUMBER = 44;

/** How many are kept, and where the next one goes: no division, since there is one with each event. */
let events: i32 = 0;
let eventPlace: i32 = 0;
let commands: i32 = 0;
let commandPlace: i32 = 0;
/** Of the newest record; it wraps. */
let number: i32 = 0;

export function clearLog(): void {
  events = 0;
  eventPlace = 0;
  commands = 0;
  commandPlace = 0;
  number = 0;
}

/**
 * An event has a lower number than what it causes, though it is kept only when that is known. What is
 * written at once need not be remembered meanwhile.
 */
export function beginEvent(kind: i32, a: i32, b: i32, c: i32, d: i32, e: i32, f: i32, g: i32): void {
  const record = logBase + eventPlace * LOG_BYTES;
  number += 1;
  storeWords(record, kind, a, b, c, d, e, f, g);
  store<i32>(record + NUMBER, number);
}

export function endEvent(status: i32): void {
  const record = logBase + eventPlace * LOG_BYTES;
  store<i32>(record + STATUS, status);
  store<i64>(record + TIME, now);
  eventPlace = eventPlace === logCount ? 0 : eventPlace + 1;
  if (events < logCount) events += 1;
}

/** Keeps a command of a kind that matters later. */
export function logCommand(kind: i32, pid: i32, life: i32, a: i32, b: i32, c: i32, d: i32): void {
  if (kind === COMMAND_RUN || kind === COMMAND_WAKE || kind === COMMAND_DISCARD) return;
  const slot = find(pid);
  const record = historyBase + commandPlace * LOG_BYTES;
  storeWords(record, kind, pid, life, a, b, c, d, slot === 0 ? 0 : get(slot, TEMPLATE));
  number += 1;
  store<i32>(record + STATUS, 0);
  store<i64>(record + TIME, now);
  store<i32>(record + NUMBER, number);
  commandPlace = commandPlace === logCount ? 0 : commandPlace + 1;
  if (commands < logCount) commands += 1;
}

function storeWords(record: i32, kind: i32, a: i32, b: i32, c: i32, d: i32, e: i32, f: i32, g: i32): void {
  store<i32>(record, kind);
  store<i32>(record + 4, a);
  store<i32>(record + 8, b);
  store<i32>(record + 12, c);
  store<i32>(record + 16, d);
  store<i32>(record + 20, e);
  store<i32>(record + 24, f);
  store<i32>(record + 28, g);
}

/** Address of an event, 1 for the newest; 0 when it is not kept. */
export function loggedEvent(age: i32): i32 {
  return recordAt(logBase, events, eventPlace, age);
}

/** Address of a command, 1 for the newest; 0 when it is not kept. */
export function loggedCommand(age: i32): i32 {
  return recordAt(historyBase, commands, commandPlace, age);
}

function recordAt(base: i32, kept: i32, place: i32, age: i32): i32 {
  if (age < 1 || age > kept) return 0;
  return base + (place >= age ? place - age : place - age + logCount + 1) * LOG_BYTES;
}
