/** A random system to begin with: templates, a tree, sizes that are soon exhausted. */
import {
  EVENT_ADD,
  EVENT_BOOT,
  EVENT_TEMPLATE,
  FIELD_BACKOFF,
  FIELD_BACKOFF_LIMIT,
  FIELD_BUDGET,
  FIELD_CHILDREN,
  FIELD_HANDLES,
  FIELD_INTENSITY,
  FIELD_KIND,
  FIELD_MAIL,
  FIELD_MAIL_BYTES,
  FIELD_PRIORITY,
  FIELD_RECORDS,
  FIELD_RESTART,
  FIELD_START_DEADLINE,
  FIELD_STOP_DEADLINE,
  FIELD_STRATEGY,
  FIELD_WINDOW,
  KIND_SUPERVISOR,
  KIND_WORKER,
} from "../../../kernel/abi.ts";
import type { Sizes } from "./kernel.ts";
import type { KernelEvent } from "./names.ts";
import type { Random } from "./random.ts";

export const WORKER_TEMPLATES: readonly number[] = [1, 2, 3, 4];
const SUPERVISOR_TEMPLATES: readonly number[] = [5, 6, 7, 8];
export const SECOND = 1_000_000;

export function randomSizes(random: Random): Sizes {
  const tight = random.once(3);
  return {
    processes: tight ? 5 + random.below(6) : 8 + random.below(10),
    templates: 8,
    messages: tight ? 3 + random.below(6) : 40,
    handles: tight ? 4 + random.below(10) : 48,
    events: 1 + random.below(40),
  };
}

export function templateEvents(random: Random): KernelEvent[] {
  return [
    ...WORKER_TEMPLATES.flatMap((template) => fields(template, workerFields(random))),
    ...SUPERVISOR_TEMPLATES.flatMap((template, i) => fields(template, supervisorFields(random, i))),
  ];
}

function fields(template: number, values: Record<number, number>): KernelEvent[] {
  // 0 is what a field is before it is set.
  const set = Object.entries(values).filter(([, value]) => value !== 0);
  return set.map(([field, value]) => [EVENT_TEMPLATE, template, Number(field), value]);
}

function workerFields(random: Random): Record<number, number> {
  return {
    [FIELD_KIND]: KIND_WORKER,
    [FIELD_RESTART]: random.weighted([
      [5, 0],
      [3, 1],
      [2, 2],
    ]),
    [FIELD_START_DEADLINE]: random.once(2) ? SECOND * (1 + random.below(3)) : 0,
    [FIELD_STOP_DEADLINE]: random.once(3) ? 0 : SECOND * (1 + random.below(3)),
    [FIELD_BACKOFF]: random.once(2) ? 0 : 1000 * (1 + random.below(500)),
    [FIELD_BACKOFF_LIMIT]: 2 * SECOND,
    [FIELD_PRIORITY]: random.below(4),
    [FIELD_MAIL]: random.once(6) ? 0 : 1 + random.below(4),
    [FIELD_MAIL_BYTES]: 100 * (1 + random.below(4)),
    [FIELD_RECORDS]: 1 + random.below(5),
    [FIELD_BUDGET]: random.once(3) ? 100 + random.below(400) : 0,
    [FIELD_HANDLES]: 2 + random.below(8),
  };
}

function supervisorFields(random: Random, strategy: number): Record<number, number> {
  return {
    [FIELD_KIND]: KIND_SUPERVISOR,
    [FIELD_STRATEGY]: strategy,
    [FIELD_RESTART]: random.weighted([
      [6, 0],
      [1, 1],
      [1, 2],
    ]),
    [FIELD_INTENSITY]: random.below(7),
    [FIELD_WINDOW]: SECOND * (1 + random.below(10)),
    [FIELD_BACKOFF]: random.once(3) ? SECOND : 0,
    [FIELD_BACKOFF_LIMIT]: 4 * SECOND,
    [FIELD_CHILDREN]: 1 + random.below(5),
  };
}

/** Adds one process under one of `supervisors`, or now and then under one that takes none. */
export function addEvent(
  random: Random,
  supervisors: readonly number[],
  all: readonly number[],
): KernelEvent {
  const template = random.weighted([
    [6, random.pick(WORKER_TEMPLATES)],
    [2, random.pick(SUPERVISOR_TEMPLATES)],
    [1, SUPERVISOR_TEMPLATES.at(-1)],
  ]);
  const parent = random.once(20) ? random.pick(all) : random.pick(supervisors);
  return [EVENT_ADD, parent ?? 0, template ?? 0, 100 + all.length];
}

export function rootEvent(random: Random): KernelEvent {
  return [EVENT_ADD, 0, random.weighted([[8, 5] as const, [2, 6] as const, [2, 7] as const]), 100];
}

export const BOOT: KernelEvent = [EVENT_BOOT];
