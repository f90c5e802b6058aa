/**
 * What is said over the control socket: a line of JSON for a question, a line for its answer.
 *
 *     → {"atoll":1,"ask":"processes"}
 *     ← {"atoll":1,"answer":{"system":"chat","processes":[…], …}}
 *     → {"atoll":1,"ask":"trace","after":17}
 *     → {"atoll":1,"ask":"kill","process":"front"}
 *     ← {"atoll":1,"error":"chat: expected the name or pid of a process, …"}
 *
 * docs/kernel.md describes it for other clients.
 */
import { HostError } from "../host-error.ts";
import type { Control } from "./control.ts";
import type { ProcessRecord, SystemRecords } from "./records.ts";
import type { Trace } from "./trace.ts";

/** Raised when a client has to know of a change. */
export const PROTOCOL_VERSION = 1;
/** Bytes of a question, its line end included. */
export const QUESTION_BYTES = 4096;

export interface Answers {
  readonly processes: SystemRecords;
  readonly trace: Trace;
  readonly kill: ProcessRecord;
  readonly stop: ProcessRecord;
}
export type Ask = keyof Answers;

export type Answer<A extends Ask> =
  | { readonly atoll: number; readonly answer: Answers[A] }
  | { readonly atoll: number; readonly error: string };

/** The line that answers a line, without its end. Never rejects. */
export async function answerLine(control: Control, line: string): Promise<string> {
  try {
    return said({ answer: await answer(control, parsed(line)) });
  } catch (error) {
    if (error instanceof HostError) return said({ error: error.message });
    return said({ error: `a defect of Atoll: ${error instanceof Error ? error.message : String(error)}` });
  }
}

export function said(what: { readonly answer: unknown } | { readonly error: string }): string {
  return JSON.stringify({ atoll: PROTOCOL_VERSION, ...what });
}

function parsed(line: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new HostError("expected one JSON object in a line, found something else");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new HostError("expected one JSON object in a line, found something else");
  }
  return { ...value };
}

function answer(control: Control, question: Readonly<Record<string, unknown>>): Promise<Answers[Ask]> {
  const { atoll, ask, process, after } = question;
  if (atoll !== PROTOCOL_VERSION) {
    throw new HostError(`expected "atoll": ${PROTOCOL_VERSION}, found ${JSON.stringify(atoll) ?? "nothing"}`);
  }
  switch (ask) {
    case "processes":
      return control.look();
    case "trace":
      return control.trace(after === undefined ? undefined : whole("after", after));
    case "kill":
      return control.kill(named(process));
    case "stop":
      return control.stop(named(process));
    default: {
      const found = JSON.stringify(ask) ?? "nothing";
      throw new HostError(`expected "ask" to be processes, trace, kill or stop, found ${found}`);
    }
  }
}

function named(value: unknown): string | number {
  if (typeof value === "string") return value;
  if (value !== undefined) return whole("process", value);
  throw new HostError('expected "process" to be a name or a pid, found nothing');
}

function whole(field: string, value: unknown): number {
  if (Number.isInteger(value)) return value as number;
  throw new HostError(`expected "${field}" to be a whole number, found ${JSON.stringify(value)}`);
}
