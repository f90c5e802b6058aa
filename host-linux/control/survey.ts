/**
 * What is asked of the system's thread while it runs, and what it says: words of the kernel's reports.
 *
 * It copies and decides nothing, so that the thread that runs the guests is not
 * kept longer than it takes; names and words are made on the main thread.
 */
import {
  EVENT_KILL,
  EVENT_STOP,
  LOOK_EVENT,
  LOOK_HANDLE,
  LOOK_HISTORY,
  LOOK_PROCESS,
  LOOK_TOTALS,
  REPORT_WORDS,
} from "../../kernel/abi.ts";
import type { KernelPlan } from "../../toolchain/link/plan.ts";

export type Question =
  | { readonly kind: "processes" }
  /** Of the records above a number, or of all there are. */
  | { readonly kind: "trace"; readonly after?: number }
  | { readonly kind: "kill" | "stop"; readonly pid: number };

/** Reports one after the other, `REPORT_WORDS` words each, as kernel/abi.ts has them. */
export interface Survey {
  readonly totals: Int32Array;
  readonly processes: Int32Array;
  /** For a trace, as are the following. */
  readonly handles: Int32Array;
  readonly events: Int32Array;
  readonly history: Int32Array;
}

/** The status of an order, or what was to be seen. */
export type Reply = number | Survey;

/** What this needs of the kernel. */
export interface Askable {
  look(what: number, index: number): Int32Array | undefined;
  order(event: number, pid: number): number;
  tellTime(): void;
}

export function reply(kernel: Askable, { tables }: KernelPlan, question: Question): Reply {
  if ("pid" in question)
    return kernel.order(question.kind === "kill" ? EVENT_KILL : EVENT_STOP, question.pid);
  kernel.tellTime();
  const totals = kernel.look(LOOK_TOTALS, 0) ?? new Int32Array(REPORT_WORDS);
  const [processes = 0, , handles = 0] = totals;
  const seen = {
    totals,
    processes: table(kernel, LOOK_PROCESS, tables.processes, 0, processes),
    handles: new Int32Array(),
    events: new Int32Array(),
    history: new Int32Array(),
  };
  if (question.kind === "processes") return seen;
  return {
    ...seen,
    handles: table(kernel, LOOK_HANDLE, tables.handles, 3, handles),
    events: newest(kernel, LOOK_EVENT, question.after),
    history: newest(kernel, LOOK_HISTORY, question.after),
  };
}

/** The records of a table in use, of which there are `used`; one in use has something in its word `mark`. */
function table(kernel: Askable, what: number, size: number, mark: number, used: number): Int32Array {
  const rows: Int32Array[] = [];
  for (let index = 1; index <= size && rows.length < used; index++) {
    const row = kernel.look(what, index);
    if (row !== undefined && row[mark] !== 0) rows.push(row);
  }
  return joined(rows);
}

/** The newest first. */
function newest(kernel: Askable, what: number, after: number | undefined): Int32Array {
  const rows: Int32Array[] = [];
  for (let age = 1; ; age++) {
    const row = kernel.look(what, age);
    // Numbers wrap.
    if (row === undefined || (after !== undefined && (((row[11] ?? 0) - after) | 0) <= 0)) break;
    rows.push(row);
  }
  return joined(rows);
}

function joined(rows: readonly Int32Array[]): Int32Array {
  const all = new Int32Array(rows.length * REPORT_WORDS);
  for (const [i, row] of rows.entries()) all.set(row, i * REPORT_WORDS);
  return all;
}

/** The reports of a part of a survey. */
export function rowsOf(words: Int32Array): Int32Array[] {
  return Array.from({ length: words.length / REPORT_WORDS }, (_, i) =>
    words.subarray(i * REPORT_WORDS, (i + 1) * REPORT_WORDS),
  );
}

/** 64 bits in two words of a report; exact up to 2^53. */
export function wide(words: Int32Array, at: number): number {
  return ((words[at] ?? 0) >>> 0) + (words[at + 1] ?? 0) * 2 ** 32;
}
