/**
 * Event logs: a run as text that a person reads and that a kernel runs again.
 *
 *     initialise SEED PROCESSES TEMPLATES MESSAGES HANDLES EVENTS
 *     EVENT WORDS…  => STATUS
 *         COMMAND WORDS…
 *
 * Whoever drives a kernel can write one. Run again, it has to come out the
 * same, line by line.
 */
import type { Kernel, Sizes } from "./kernel.ts";
import { commandText, eventText, type KernelEvent, parseEvent, statusText } from "./names.ts";
import { replay, type Run } from "./run.ts";

const ORDER = ["processes", "templates", "messages", "handles", "events"] as const;

export function logText({ seed, sizes, steps }: Run): string {
  const lines = steps.flatMap(({ event, status, commands }) => [
    `${eventText(event)}  => ${statusText(status)}`,
    ...commands.map((command) => `    ${commandText(command)}`),
  ]);
  const header = ["initialise", seed, ...ORDER.map((size) => sizes[size])].join(" ");
  return `${[header, ...lines].join("\n")}\n`;
}

/**
 * Runs a log again, checked like any run; what differs from it counts as a failure.
 *
 * @throws Error where the text is no log, with the line.
 */
export function replayLog(kernel: Kernel, text: string): Run {
  const { seed, sizes, events } = parseLog(text);
  const run = replay(kernel, seed, sizes, events);
  const [wanted, found] = [text.trimEnd().split("\n"), logText(run).trimEnd().split("\n")];
  const line = wanted.findIndex((one, i) => one !== found[i]);
  if (run.failure !== undefined || line < 0) return run;
  return { ...run, failure: `line ${line + 1}: the log says "${wanted[line]}", now it is "${found[line]}"` };
}

function parseLog(text: string): { seed: number; sizes: Sizes; events: KernelEvent[] } {
  const [header = "", ...lines] = text.trimEnd().split("\n");
  const [name, ...words] = header.split(" ");
  const [seed, processes, templates, messages, handles, events] = words.map(Number);
  if (name !== "initialise" || events === undefined || !words.every((word) => /^\d+$/.test(word))) {
    throw new Error(`line 1: expected "initialise" and six numbers, found "${header}"`);
  }
  return {
    seed: seed ?? 0,
    sizes: {
      processes: processes ?? 0,
      templates: templates ?? 0,
      messages: messages ?? 0,
      handles: handles ?? 0,
      events,
    },
    events: lines.flatMap((line, i) => (line.startsWith(" ") ? [] : [parseLine(line, i + 2)])),
  };
}

function parseLine(line: string, number: number): KernelEvent {
  try {
    return parseEvent(line.split("  => ")[0] ?? "");
  } catch (error) {
    throw new Error(`line ${number}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}
