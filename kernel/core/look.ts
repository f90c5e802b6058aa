// Introspection: one record of a table, copied into the report.
import {
  HANDLE_LOOK,
  LOOK_EVENT,
  LOOK_HANDLE,
  LOOK_HISTORY,
  LOOK_PROCESS,
  LOOK_TOTALS,
  REPORT_WORDS,
  STATE_EMPTY,
  STATUS_INVALID,
  STATUS_OK,
} from "../abi";
import { waitsFor } from "./call";
import { now } from "./clock";
import {
  CHILD,
  get as getHandle,
  handleOf,
  HOLDER,
  KIND,
  MASK,
  OBJECT,
  PARENT as DERIVED_FROM,
  PROVIDER,
  usedHandles,
  useKind,
  USES,
} from "./handle";
import { loggedCommand, loggedEvent } from "./log";
import { usedMessages } from "./message";
import {
  CPU,
  get,
  get64,
  HANDLES,
  LIFE,
  MAIL,
  MAIL_BYTES,
  MINE,
  NAME,
  OWNER,
  PARENT,
  pidOf,
  REASON,
  STATE,
  TEMPLATE,
  usedSlots,
} from "./process";
import { current } from "./scheduler";
import { handleCount, LOG_BYTES, processCount, reportBase } from "./tables";
import { armedCount } from "./timer";
import { totalCpu } from "./turn";

/** Caller 0 is the host. */
export function look(caller: i32, handle: i32, what: i32, index: i32): i32 {
  if (caller !== 0) {
    const entry = useKind(caller, handle, HANDLE_LOOK);
    if (entry < 0) return entry;
  }
  memory.fill(reportBase, 0, REPORT_WORDS * 4);
  if (what === LOOK_PROCESS) return reportProcess(index);
  if (what === LOOK_HANDLE) return reportHandle(index);
  if (what === LOOK_TOTALS) return reportTotals();
  if (what === LOOK_EVENT) return reportRecord(loggedEvent(index));
  if (what === LOOK_HISTORY) return reportRecord(loggedCommand(index));
  return STATUS_INVALID;
}

function report(word: i32, value: i32): void {
  store<i32>(reportBase + word * 4, value);
}

function report64(word: i32, value: i64): void {
  report(word, <i32>value);
  report(word + 1, <i32>(value >> 32));
}

function reportProcess(slot: i32): i32 {
  if (slot < 1 || slot > processCount) return STATUS_INVALID;
  if (get(slot, STATE) === STATE_EMPTY) return STATUS_OK;
  report(0, pidOf(slot));
  report(1, get(slot, LIFE));
  report(2, get(slot, STATE));
  report(3, pidOf(get(slot, PARENT)));
  report(4, get(slot, NAME));
  report(5, get(slot, REASON));
  report(6, get(slot, MAIL));
  report(7, get(slot, MAIL_BYTES));
  report(8, get(slot, HANDLES));
  report(9, get(slot, MINE));
  report64(10, get64(slot, CPU));
  report(12, pidOf(get(slot, OWNER)));
  report(13, get(slot, TEMPLATE));
  report(14, pidOf(waitsFor(slot)));
  return STATUS_OK;
}

function reportHandle(entry: i32): i32 {
  if (entry < 1 || entry > handleCount) return STATUS_INVALID;
  if (getHandle(entry, KIND) === 0) return STATUS_OK;
  const holder = getHandle(entry, HOLDER);
  report(0, holder === 0 ? 0 : handleOf(entry));
  report(1, pidOf(holder));
  report(2, getHandle(entry, PROVIDER));
  report(3, getHandle(entry, KIND));
  report(4, getHandle(entry, OBJECT));
  report(5, getHandle(entry, MASK));
  report(6, getHandle(entry, USES));
  report(7, handleOf(getHandle(entry, DERIVED_FROM)));
  report(8, getHandle(entry, CHILD) === 0 ? 0 : 1);
  return STATUS_OK;
}

function reportTotals(): i32 {
  report(0, usedSlots);
  report(1, usedMessages);
  report(2, usedHandles);
  report(3, armedCount);
  report64(4, now);
  report64(6, totalCpu);
  report(8, pidOf(current));
  return STATUS_OK;
}

function reportRecord(record: i32): i32 {
  if (record === 0) return STATUS_INVALID;
  memory.copy(reportBase, record, LOG_BYTES);
  return STATUS_OK;
}
