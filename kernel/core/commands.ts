// The ring of commands, which the host drains once a turn.
//
// An event is only taken when the ring has room for all that it can cause, so
// nothing here is ever lost or overwritten. Numbers of records only grow, and
// wrap together; their difference is what counts.
import { COMMAND_BYTES } from "../abi";
import { logCommand } from "./log";
import { commandBase, commandCapacity, commandsPerEvent } from "./tables";

let first: i32 = 0;
let after: i32 = 0;

export function clearCommands(): void {
  first = 0;
  after = 0;
}

export function hasRoom(): bool {
  return commandCapacity - (after - first) >= commandsPerEvent;
}

export function command(
  kind: i32,
  pid: i32,
  life: i32,
  a: i32 = 0,
  b: i32 = 0,
  c: i32 = 0,
  d: i32 = 0,
): void {
  if (after - first >= commandCapacity) unreachable();
  // The capacity is a power of two.
  const record = commandBase + (after & (commandCapacity - 1)) * COMMAND_BYTES;
  store<i32>(record, kind);
  store<i32>(record + 4, pid);
  store<i32>(record + 8, life);
  store<i32>(record + 12, a);
  store<i32>(record + 16, b);
  store<i32>(record + 20, c);
  store<i32>(record + 24, d);
  after += 1;
  logCommand(kind, pid, life, a, b, c, d);
}

export function head(): i32 {
  return first;
}

export function tail(): i32 {
  return after;
}

/** False, and nothing happens, when there are not that many. */
export function drained(count: i32): bool {
  if (count < 0 || count > after - first) return false;
  first += count;
  return true;
}
