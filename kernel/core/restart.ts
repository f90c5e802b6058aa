// Restarts: how many failures are borne, who answers for them, and how long to wait.
import {
  FIELD_BACKOFF,
  FIELD_BACKOFF_LIMIT,
  FIELD_INTENSITY,
  FIELD_WINDOW,
  COMMAND_BACKOFF,
  REASON_COLLATERAL,
  REASON_LINKED,
  STATE_BACKOFF,
  STATE_STARTING,
  STATE_UP,
} from "../abi";
import { now } from "./clock";
import { command } from "./commands";
import {
  FAILED_AT,
  FAILURES,
  find,
  get,
  get64,
  HISTORY,
  HISTORY_COUNT,
  LIFE,
  ORIGIN,
  PARENT,
  pidOf,
  REASON,
  set,
  set64,
  STATE,
} from "./process";
import { randomUpTo } from "./random";
import { field } from "./template";
import { arm } from "./timer";

/**
 * The supervisor that answers for the end of `slot`: that of the process which
 * failed first, where its failure took others along, else its own.
 */
export function blamed(slot: i32, parent: i32): i32 {
  const reason = get(slot, REASON);
  if (reason !== REASON_LINKED && reason !== REASON_COLLATERAL) return parent;
  const origin = find(get(slot, ORIGIN));
  const other = origin === 0 ? 0 : get(origin, PARENT);
  const answers = other !== 0 && (get(other, STATE) === STATE_UP || get(other, STATE) === STATE_STARTING);
  return answers ? other : parent;
}

/** Counts a failure; false when that is one too many within the window. */
export function admitFailure(supervisor: i32): bool {
  const intensity = field(supervisor, FIELD_INTENSITY);
  if (intensity === 0) return false;
  const count = get(supervisor, HISTORY_COUNT);
  // A ring of the last failures: the oldest one gives its place to this one.
  const place = HISTORY + (count % intensity) * 8;
  const oldest = get64(supervisor, place);
  if (count >= intensity && now - oldest <= <i64>field(supervisor, FIELD_WINDOW)) return false;
  set64(supervisor, place, now);
  set(supervisor, HISTORY_COUNT, count + 1);
  return true;
}

/** Has the child wait before it is started again, the longer the more often it failed. */
export function delayRestart(slot: i32, supervisor: i32): void {
  const recent = now - get64(slot, FAILED_AT) <= <i64>field(supervisor, FIELD_WINDOW);
  const failures = recent ? get(slot, FAILURES) + 1 : 1;
  set(slot, FAILURES, failures);
  set64(slot, FAILED_AT, now);
  const base = <i64>field(slot, FIELD_BACKOFF);
  if (base === 0) return;
  const doubled = base << (<i64>min(failures - 1, 31));
  const delay = min(doubled, <i64>field(slot, FIELD_BACKOFF_LIMIT));
  // Half of it is random, so that those which failed together do not come back together.
  const due = now + delay - randomUpTo(delay / 2);
  set(slot, STATE, STATE_BACKOFF);
  arm(slot, due);
  command(COMMAND_BACKOFF, pidOf(slot), get(slot, LIFE), <i32>due, <i32>(due >> 32));
}
