// Templates: what the kernel has to know of a kind of process.
import {
  DEPTH_LIMIT,
  FIELD_BACKOFF,
  FIELD_BACKOFF_LIMIT,
  FIELD_COUNT,
  FIELD_INTENSITY,
  FIELD_KIND,
  FIELD_PRIORITY,
  FIELD_RESTART,
  FIELD_STRATEGY,
  FIELD_WINDOW,
  INTENSITY_LIMIT,
  KIND_SUPERVISOR,
  KIND_WORKER,
  PRIORITIES,
  RESTART_TEMPORARY,
  STATUS_INVALID,
  STATUS_OK,
  STRATEGY_DYNAMIC,
} from "../abi";
import { DEPTH, get, TEMPLATE } from "./process";
import { TEMPLATE_BYTES, templateBase, templateCount } from "./tables";

export function setTemplate(template: i32, field: i32, value: i32): i32 {
  if (template < 1 || template > templateCount) return STATUS_INVALID;
  if (field < 0 || field >= FIELD_COUNT || value < 0) return STATUS_INVALID;
  store<i32>(templateBase + template * TEMPLATE_BYTES + field * 4, value);
  return STATUS_OK;
}

function fieldOf(template: i32, field: i32): i32 {
  return load<i32>(templateBase + template * TEMPLATE_BYTES + field * 4);
}

/** Of the template of the process in `slot`. */
export function field(slot: i32, name: i32): i32 {
  return fieldOf(get(slot, TEMPLATE), name);
}

export function isSupervisor(slot: i32): bool {
  return field(slot, FIELD_KIND) === KIND_SUPERVISOR;
}

export function isDynamic(slot: i32): bool {
  return isSupervisor(slot) && field(slot, FIELD_STRATEGY) === STRATEGY_DYNAMIC;
}

/** Whether a process of this template can work under `parent` (0: as the root). */
export function fits(template: i32, parent: i32): bool {
  if (template < 1 || template > templateCount) return false;
  if (parent === 0) return fieldOf(template, FIELD_KIND) === KIND_SUPERVISOR && isSound(template);
  return isSupervisor(parent) && get(parent, DEPTH) < DEPTH_LIMIT && isSound(template);
}

export function isWorkerTemplate(template: i32): bool {
  return fieldOf(template, FIELD_KIND) === KIND_WORKER;
}

function isSound(template: i32): bool {
  if (fieldOf(template, FIELD_RESTART) > RESTART_TEMPORARY) return false;
  if (fieldOf(template, FIELD_BACKOFF) > fieldOf(template, FIELD_BACKOFF_LIMIT)) return false;
  if (fieldOf(template, FIELD_KIND) === KIND_WORKER) return fieldOf(template, FIELD_PRIORITY) < PRIORITIES;
  if (fieldOf(template, FIELD_KIND) !== KIND_SUPERVISOR) return false;
  if (fieldOf(template, FIELD_STRATEGY) > STRATEGY_DYNAMIC) return false;
  return fieldOf(template, FIELD_INTENSITY) <= INTENSITY_LIMIT && fieldOf(template, FIELD_WINDOW) > 0;
}
