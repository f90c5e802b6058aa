/** The names of the kernel's numbers, for people and event logs. */
import {
  COMMAND_NAMES as COMMANDS,
  EVENT_NAMES as EVENTS,
  STATUS_NAMES as STATUSES,
} from "../../../kernel/names.ts";

/** Kind and seven arguments, as `event` takes them. */
export type KernelEvent = readonly number[];
/** Kind, pid, life and four words, as they lie in the ring. */
export type Command = readonly number[];

export function eventText([kind = 0, ...words]: KernelEvent): string {
  return [EVENTS.get(kind) ?? `event-${kind}`, ...trimmed(words)].join(" ");
}

export function commandText([kind = 0, ...words]: Command): string {
  return [COMMANDS.get(kind) ?? `command-${kind}`, ...trimmed(words)].join(" ");
}

export function statusText(status: number): string {
  return status < 0 ? (STATUSES.get(status) ?? String(status)) : String(status);
}

/** @throws Error for a line that `eventText` did not write. */
export function parseEvent(line: string): KernelEvent {
  const [name = "", ...words] = line.trim().split(/ +/);
  const unknown = /^event-(\d+)$/.exec(name)?.[1];
  const kind = unknown === undefined ? [...EVENTS].find(([, text]) => text === name)?.[0] : Number(unknown);
  const values = words.map(Number);
  if (kind === undefined || values.length > 7 || !values.every(Number.isInteger)) {
    throw new Error(`no event of the kernel: ${line}`);
  }
  return [kind, ...values, ...Array.from({ length: 7 - values.length }, () => 0)];
}

function trimmed(words: readonly number[]): readonly number[] {
  const last = words.findLastIndex((word) => word !== 0);
  return words.slice(0, last + 1);
}
