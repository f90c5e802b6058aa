/**
 * What happened lately in a running system, in words: the kernel's newest events and what came of them.
 *
 * Calls that run on their caller's stack do not pass the kernel, so they are
 * not here. What a host does all the time (clock, turns) is `routine`.
 */
import { CALL_QUEUED, EVENT_CALL } from "../../kernel/abi.ts";
import { COMMAND_NAMES, EVENT_NAMES, STATUS_NAMES } from "../../kernel/names.ts";
import type { LinkPlan } from "../../toolchain/link/plan.ts";
import { Who } from "./who.ts";
import { commandWords, eventWords, isAboutProcess, isRoutine } from "./happenings.ts";
import { rowsOf, type Survey, wide } from "./survey.ts";

export interface TraceEntry {
  /** They only grow, until they wrap at 2^31; numbers of other kinds of records lie between. */
  readonly number: number;
  /** Microseconds since the system's start. */
  readonly time: number;
  /** What the kernel was told, or what it commanded, by its name in kernel/abi.ts: `call`, `start`. */
  readonly what: string;
  /** Whom it is about. */
  readonly process?: string;
  readonly from: "event" | "kernel";
  /** Why it was refused: `overloaded`, `denied`. */
  readonly refused?: string;
  readonly routine?: true;
  readonly text: string;
}

export interface Trace {
  /** The oldest first. */
  readonly entries: readonly TraceEntry[];
  /** Number of the newest; what to ask for more with. Absent when nothing was asked for and nothing happened. */
  readonly newest?: number;
  /** Some between what was asked for and the oldest here are not kept any more. */
  readonly missed: boolean;
}

/** Keeps who was who, so that a system that is followed can be told of by name also when somebody is gone. */
export class Tracer {
  readonly #who: Who;

  constructor(plan: LinkPlan) {
    this.#who = new Who(plan);
  }

  /** @param after The number that was asked for. */
  trace(survey: Survey, kept: number, after?: number): Trace {
    this.#who.learn(survey);
    const [events, history] = [rowsOf(survey.events), rowsOf(survey.history)];
    const oldest = numberOf(events.at(-1));
    const base = after ?? Math.min(oldest, numberOf(history.at(-1)));
    const entries = [...events.map((row) => this.#event(row)), ...history.map((row) => this.#command(row))];
    entries.sort((a, b) => ((a.number - base) | 0) - ((b.number - base) | 0));
    const newest = entries.at(-1)?.number ?? after;
    const full = events.length >= kept || history.length >= kept;
    return {
      entries,
      ...(newest !== undefined && { newest }),
      missed: after !== undefined && full && ((oldest - after) | 0) > 1,
    };
  }

  #event(row: Int32Array): TraceEntry {
    const [kind = 0, ...words] = row.subarray(0, 8);
    const status = row[8] ?? 0;
    const refused = status < 0 ? (STATUS_NAMES.get(status) ?? `status ${status}`) : undefined;
    const after = kind === EVENT_CALL && status === CALL_QUEUED ? ", and waits" : "";
    return {
      ...placeOf(row),
      what: EVENT_NAMES.get(kind) ?? `event-${kind}`,
      ...this.#subject(isAboutProcess(kind) ? words[0] : 0),
      from: "event",
      ...(refused !== undefined && { refused }),
      ...(isRoutine(kind, status) && { routine: true }),
      text: `${eventWords(this.#who, kind, words)}${refused === undefined ? after : `: refused, ${refused}`}`,
    };
  }

  #subject(pid = 0): { process?: string } {
    return pid === 0 ? {} : { process: this.#who.name(pid) };
  }

  #command(row: Int32Array): TraceEntry {
    const [kind = 0, ...words] = row.subarray(0, 8);
    return {
      ...placeOf(row),
      what: COMMAND_NAMES.get(kind) ?? `command-${kind}`,
      ...this.#subject(words[0]),
      from: "kernel",
      text: commandWords(this.#who, kind, words),
    };
  }
}

function numberOf(row: Int32Array | undefined): number {
  return row?.[11] ?? 0;
}

function placeOf(row: Int32Array): { number: number; time: number } {
  return { number: numberOf(row), time: wide(row, 9) };
}
