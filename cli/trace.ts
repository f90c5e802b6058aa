/** `atoll trace`: what happened lately in a running system, and what goes on. */
import { setTimeout as sleep } from "node:timers/promises";
import { Command } from "commander";
import type { Trace, TraceEntry } from "../host-linux/index.ts";
import { ControlClient, SystemEnded } from "./control-client.ts";
import { print, printJson, warn } from "./report.ts";

interface Options {
  readonly follow?: boolean;
  readonly all?: boolean;
  readonly json?: boolean;
  readonly folder?: string;
}

/** Milliseconds between two questions. */
const PACE = 200;

const EXAMPLES = `
Times are seconds since the system's start. The kernel keeps the newest events, and longer who lived, died
and was given what. Calls between processes without a stack of their own do not pass it, and are not here.
The system has to grant it: control: "./run.sock" in system.ts.

Examples:
  atoll trace                     the system of ./system.ts
  atoll trace --follow            and what goes on, until it ends or Ctrl-C
  atoll trace chat/run.sock --all turns, clock and fuel too
  atoll trace --follow --json     a line of JSON for each entry`;

export function traceCommand(): Command {
  return new Command("trace")
    .description("Tell what happened in a running system: calls, deaths, restarts, grants.")
    .argument("[SYSTEM]", "a system (.ts or .atoll), or its control socket", "system.ts")
    .option("-f, --follow", "go on telling, until the system ends")
    .option("--all", "also what a host does all the time: clock, turns, fuel")
    .option("--folder <DIR>", "where a linked system's relative paths start (default: here)")
    .option("--json", "print as JSON; with --follow a line for each entry")
    .addHelpText("after", EXAMPLES)
    .action(trace);
}

async function trace(system: string, options: Options): Promise<void> {
  const client = await ControlClient.open(system, options.folder);
  try {
    const first = shown(await client.ask("trace"), options);
    if (options.follow !== true) {
      if (options.json === true) return printJson(first);
      return print(first.entries.map(entryText).join("\n"));
    }
    await follow(client, first, options);
  } finally {
    client.close();
  }
}

/** Until the system ends, or nobody reads on. */
async function follow(client: ControlClient, first: Trace, options: Options): Promise<void> {
  let news = first;
  try {
    for (;;) {
      if (news.missed) warn("some events came too fast, and are not kept any more");
      for (const entry of news.entries)
        print(options.json === true ? JSON.stringify(entry) : entryText(entry));
      const { newest } = news;
      await sleep(PACE);
      if (process.stdout.destroyed || process.stdout.writableEnded) return;
      news = shown(await client.ask("trace", newest === undefined ? {} : { after: newest }), options);
    }
  } catch (error) {
    if (!(error instanceof SystemEnded)) throw error;
    process.stderr.write(`${error.message}\n`);
  }
}

function shown(trace: Trace, { all }: Options): Trace {
  return { ...trace, entries: trace.entries.filter(({ routine }) => all === true || routine !== true) };
}

/** Such as `    12.345 s  front calls store, chat:store/api#get (20 bytes)`. */
export function entryText({ time, text }: TraceEntry): string {
  return `${(time / 1e6).toFixed(3).padStart(10)} s  ${text}`;
}
