// The process table: who there is, under whom, in which state.
//
// A slot holds a worker (a component with a life of its own) or a supervisor,
// which has no code and is only this record. Children of a supervisor form a
// list in the order of their start. One word each, CPU time and FAILED_AT two:
//
//        0 STATE       4 GENERATION    8 LIFE        12 TEMPLATE
//       16 NAME       20 PARENT       24 NEXT        28 PREVIOUS     (siblings)
//       32 FIRST      36 LAST         40 CHILDREN    44 FLAGS
//       48 REASON     52 ORIGIN       56 OWNER       60 ACTIVE
//       64 WAIT       68 WAKE         72 MAIL_HEAD   76 MAIL_TAIL
//       80 MAIL       84 MAIL_BYTES   88 MINE_HEAD   92 MINE
//       96 WATCH_HEAD 100 HANDLE_HEAD 104 HANDLES    108 QUEUE_NEXT
//      112 QUEUE_PREV 116 FAILURES    120 ENDING     124 HISTORY_COUNT
//      128 CPU        136 FAILED_AT   144 SPENT      148 DOOM_NEXT
//      152 DIRTY_NEXT 156 DEPTH       160 HISTORY: INTENSITY_LIMIT times, 64 bits
//
// A freed slot goes to the end of the list of free ones, so that it rests as
// long as can be; its generation rises each time it is given out.
import {
  PID_GENERATIONS,
  PID_SLOT_BITS,
  STATE_DOWN,
  STATE_EMPTY,
  STATE_STARTING,
  STATE_WAITING,
} from "../abi";
import { PROCESS_BYTES, processBase, processCount } from "./tables";

export const STATE = 0;
const GENERATION = 4;
export const LIFE = 8;
export const TEMPLATE = 12;
export const NAME = 16;
/** Slot of its supervisor; 0 for the root. */
export const PARENT = 20;
export const NEXT = 24;
export const PREVIOUS = 28;
export const FIRST = 32;
export const LAST = 36;
export const CHILDREN = 40;
const FLAGS = 44;
/** Why it ended last. */
export const REASON = 48;
/** Pid of the process whose failure is the cause of its own; 0: none but itself. */
export const ORIGIN = 52;
/** Slot of the process on whose stack it runs; 0: nobody is inside. */
export const OWNER = 56;
/** The call that it serves. */
export const ACTIVE = 60;
/** The call or wait that blocks it. */
export const WAIT = 64;
/** Status for its next RUN_RESUME. */
export const WAKE = 68;
export const MAIL_HEAD = 72;
export const MAIL_TAIL = 76;
export const MAIL = 80;
export const MAIL_BYTES = 84;
/** Its alarms, monitors and links. */
export const MINE_HEAD = 88;
export const MINE = 92;
/** Monitors and links of others on it. */
export const WATCH_HEAD = 96;
export const HANDLE_HEAD = 100;
export const HANDLES = 104;
export const QUEUE_NEXT = 108;
export const QUEUE_PREVIOUS = 112;
export const FAILURES = 116;
/** Reason with which a supervisor that stops its children will end. */
export const ENDING = 120;
export const HISTORY_COUNT = 124;
export const CPU = 128;
export const FAILED_AT = 136;
/** CPU units of this life. */
export const SPENT = 144;
export const DOOM_NEXT = 148;
export const DIRTY_NEXT = 152;
export const DEPTH = 156;
export const HISTORY = 160;

/** Its supervisor wants it to run. */
export const WANTED = 1;
/** It has to be down before its supervisor goes on. */
export const MUST_STOP = 2;
/** It was asked to end. */
export const STOP_ASKED = 4;
export const DOOMED = 8;
/** The host knows of its end already. */
export const TOLD = 16;
/** A supervisor on the list of those that have something to do. */
export const DIRTY = 32;
/** It has a stack to go on with. */
export const HAS_STACK = 64;

let freshSlot: i32 = 1;
let freeHead: i32 = 0;
let freeTail: i32 = 0;
export let usedSlots: i32 = 0;

export function clearProcesses(): void {
  freshSlot = 1;
  freeHead = 0;
  freeTail = 0;
  usedSlots = 0;
}

export function get(slot: i32, field: i32): i32 {
  return load<i32>(processBase + slot * PROCESS_BYTES + field);
}

export function set(slot: i32, field: i32, value: i32): void {
  store<i32>(processBase + slot * PROCESS_BYTES + field, value);
}

export function get64(slot: i32, field: i32): i64 {
  return load<i64>(processBase + slot * PROCESS_BYTES + field);
}

export function set64(slot: i32, field: i32, value: i64): void {
  store<i64>(processBase + slot * PROCESS_BYTES + field, value);
}

export function has(slot: i32, flag: i32): bool {
  return (get(slot, FLAGS) & flag) !== 0;
}

export function mark(slot: i32, flag: i32): void {
  set(slot, FLAGS, get(slot, FLAGS) | flag);
}

export function unmark(slot: i32, flag: i32): void {
  set(slot, FLAGS, get(slot, FLAGS) & ~flag);
}

/** 0 for slot 0. */
export function pidOf(slot: i32): i32 {
  return slot === 0 ? 0 : (get(slot, GENERATION) << PID_SLOT_BITS) | slot;
}

/** The slot of a pid of which it is known that it is there. */
export function slotOf(pid: i32): i32 {
  return pid & ((1 << PID_SLOT_BITS) - 1);
}

/** The slot of a pid; 0 when there is no such process any more. */
export function find(pid: i32): i32 {
  const slot = slotOf(pid);
  if (pid <= 0 || slot === 0 || slot > processCount) return 0;
  if (get(slot, STATE) === STATE_EMPTY || get(slot, GENERATION) !== pid >> PID_SLOT_BITS) return 0;
  return slot;
}

/** A worker that was started and has not ended. */
export function isAlive(slot: i32): bool {
  const state = get(slot, STATE);
  return state >= STATE_STARTING && state <= STATE_WAITING;
}

/** A new process that is down, last under its parent; 0 when there is no slot. */
export function makeProcess(parent: i32, template: i32, name: i32): i32 {
  const slot = takeSlot();
  if (slot === 0) return 0;
  const generation = get(slot, GENERATION) + 1;
  memory.fill(processBase + slot * PROCESS_BYTES, 0, PROCESS_BYTES);
  set(slot, GENERATION, generation);
  set(slot, STATE, STATE_DOWN);
  set(slot, TEMPLATE, template);
  set(slot, NAME, name);
  usedSlots += 1;
  if (parent !== 0) adopt(parent, slot);
  return slot;
}

function takeSlot(): i32 {
  if (freshSlot <= processCount) {
    freshSlot += 1;
    return freshSlot - 1;
  }
  const slot = freeHead;
  if (slot !== 0) freeHead = get(slot, NEXT);
  return slot;
}

function adopt(parent: i32, slot: i32): void {
  const last = get(parent, LAST);
  set(slot, PARENT, parent);
  set(slot, DEPTH, get(parent, DEPTH) + 1);
  set(slot, PREVIOUS, last);
  if (last === 0) set(parent, FIRST, slot);
  else set(last, NEXT, slot);
  set(parent, LAST, slot);
  set(parent, CHILDREN, get(parent, CHILDREN) + 1);
}

/** Gives the slot of a child that is down back. */
export function freeProcess(slot: i32): void {
  const parent = get(slot, PARENT);
  const next = get(slot, NEXT);
  const previous = get(slot, PREVIOUS);
  if (previous === 0) set(parent, FIRST, next);
  else set(previous, NEXT, next);
  if (next === 0) set(parent, LAST, previous);
  else set(next, PREVIOUS, previous);
  set(parent, CHILDREN, get(parent, CHILDREN) - 1);
  set(slot, STATE, STATE_EMPTY);
  usedSlots -= 1;
  if (get(slot, GENERATION) === PID_GENERATIONS) return;
  set(slot, NEXT, 0);
  if (freeHead === 0) freeHead = slot;
  else set(freeTail, NEXT, slot);
  freeTail = slot;
}
