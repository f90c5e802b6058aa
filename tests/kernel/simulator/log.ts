/**
 * Event logs: a run as text that a person reads and that a kernel runs again.
 *
 *     # a comment
 *     initialise SEED PROCESSES TEMPLATES MESSAGES HANDLES EVENTS
 *     EVENT WORDS…  => STATUS
 *         COMMAND WORDS…
 *     drained COUNT
 *     end
 *
 * Whoever drives a kernel can write one; host-linux does, with code of its own.
 * `drained` says how many commands the host read before the next event; in a
 * log without it, it always read all. Run again, it has to come out the same,
 * line by line. docs/kernel.md describes it for people.
 */
import type { Kernel, Sizes } from "./kernel.ts";
import { commandText, eventText, type KernelEvent, parseEvent, statusText } from "./names.ts";
import { replay, type Run } from "./run.ts";

const ORDER = ["processes", "templates", "messages", "handles", "events"] as const;

export function logText({ seed, sizes, steps }: Run): string {
  const lines = steps.flatMap(({ event, status, commands, drained = 0 }) => [
    `${eventText(event)}  => ${statusText(status)}`,
    ...commands.map((command) => `    ${commandText(command)}`),
    ...(drained > 0 ? [`drained ${drained}`] : []),
  ]);
  const header = ["initialise", seed, ...ORDER.map((size) => sizes[size])].join(" ");
  return `${[header, ...lines, "end"].join("\n")}\n`;
}

interface Line {
  readonly number: number;
  readonly text: string;
}

/**
 * Runs a log again, checked like any run; what differs from it counts as a failure, and so does that it
 * stops before its end.
 *
 * @throws Error where the text is no log, with the line.
 */
export function replayLog(kernel: Kernel, text: string): Run {
  const lines = linesOf(text);
  const { seed, sizes } = parseHeader(lines[0]);
  const { events, drained } = parseEvents(lines.slice(1));
  const run = replay(kernel, seed, sizes, events, drained);
  const found = logText(run).trimEnd().split("\n");
  const failure = run.failure === undefined ? difference(lines, found) : broken(lines, found, run.failure);
  return { ...run, ...(failure !== undefined && { failure }) };
}

function linesOf(text: string): Line[] {
  const lines = text.split("\n").map((line, i) => ({ number: i + 1, text: line }));
  return lines.filter((line) => line.text !== "" && !line.text.startsWith("#"));
}

/** A log that was changed may come to what cannot be: then the first line that differs says more. */
function broken(wanted: readonly Line[], found: readonly string[], failure: string): string {
  const before = found.length - 1;
  const last = wanted[before - 1]?.number ?? 0;
  return difference(wanted.slice(0, before), found.slice(0, -1)) ?? `after line ${last}: ${failure}`;
}

function difference(wanted: readonly Line[], found: readonly string[]): string | undefined {
  for (const [i, { number, text }] of wanted.entries()) {
    if (text !== found[i]) return `line ${number}: the log says "${text}", now it is "${found[i] ?? "end"}"`;
  }
  const missing = found[wanted.length];
  if (missing === undefined) return undefined;
  const last = wanted.at(-1)?.number ?? 0;
  return missing === "end"
    ? `line ${last + 1}: expected "end", found the end of the file: whoever wrote the log was cut off. All before is identical.`
    : `line ${last + 1}: the log has nothing more, now there is "${missing}"`;
}

function parseHeader(line: Line = { number: 1, text: "" }): { seed: bigint; sizes: Sizes } {
  const [name, ...words] = line.text.split(" ");
  const numbers = words.every((word) => /^\d{1,20}$/.test(word)) ? words : [];
  const [processes, templates, messages, handles, events] = numbers.slice(1).map(Number);
  if (name !== "initialise" || events === undefined || words.length !== ORDER.length + 1) {
    throw new Error(`line ${line.number}: expected "initialise" and six numbers, found "${line.text}"`);
  }
  return {
    seed: BigInt(words[0] ?? 0),
    sizes: {
      processes: processes ?? 0,
      templates: templates ?? 0,
      messages: messages ?? 0,
      handles: handles ?? 0,
      events,
    },
  };
}

/** The events, and how many commands were read after each where the log says so. */
function parseEvents(lines: readonly Line[]): { events: KernelEvent[]; drained?: number[] } {
  const events: KernelEvent[] = [];
  const drained: number[] = [];
  let ended = false;
  for (const line of lines) {
    if (ended) throw new Error(`line ${line.number}: expected nothing after "end", found "${line.text}"`);
    if (line.text.startsWith(" ")) continue;
    const count = /^drained (\d{1,9})$/.exec(line.text)?.[1];
    if (line.text === "end") ended = true;
    else if (count === undefined) {
      events.push(parseLine(line));
      drained.push(0);
    } else if (events.length > 0) drained[events.length - 1] = Number(count);
  }
  const paced = lines.some(({ text }) => text.startsWith("drained "));
  return { events, ...(paced && { drained }) };
}

function parseLine({ number, text }: Line): KernelEvent {
  try {
    return parseEvent(text.split("  => ")[0] ?? "");
  } catch (error) {
    throw new Error(`line ${number}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}
