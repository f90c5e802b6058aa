/**
 * Boots a machine and serves it until it ends: its console is this program's, a signal asks it to stop.
 *
 * What goes over the control line is in docs/metal.md. A machine that says nothing there is
 * served too: then its input has no end, and a signal ends it.
 */
import type { Readable, Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type Child, startMachine } from "./child.ts";
import type { Machine } from "./machine.ts";
import { messageText } from "./message-text.ts";

export type BootOutcome =
  /** The guest's own exit status. */
  | { readonly kind: "exited"; readonly status: number }
  /** It has said why, and who called whom. */
  | { readonly kind: "panicked" }
  /** `forced`: it did not stop by itself in time. */
  | { readonly kind: "stopped"; readonly signal: StopSignal; readonly forced: boolean }
  /** QEMU could not be started, or ended without a word of the guest. */
  | { readonly kind: "failed"; readonly message: string }
  /** Nobody reads the console any more. */
  | { readonly kind: "unread" };

export interface BootOptions {
  readonly stdin: () => Readable;
  readonly stdout: Writable;
  /** What is told beside the console. */
  readonly stderr: Writable;
  /** Milliseconds that a system has to stop after a signal. */
  readonly deadline: number;
}

const SIGNAL_NUMBER = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;
type StopSignal = keyof typeof SIGNAL_NUMBER;
const SIGNALS: readonly StopSignal[] = ["SIGHUP", "SIGINT", "SIGTERM"];
const SIGPIPE = 13;
const FAILURE = 1;

/** As a shell has it: 128 and the signal's number for a machine that a signal ended. */
export function exitStatusOf(outcome: BootOutcome): number {
  switch (outcome.kind) {
    case "exited":
      return outcome.status;
    case "stopped":
      return 128 + SIGNAL_NUMBER[outcome.signal];
    case "unread":
      return 128 + SIGPIPE;
    case "panicked":
    case "failed":
  }
  return FAILURE;
}

/**
 * Handles SIGINT, SIGTERM and SIGHUP until the machine has ended; a second one ends it at once.
 * Never leaves QEMU behind, and never rejects.
 */
export async function bootMachine(
  machine: Omit<Machine, "serial" | "console" | "control">,
  options: BootOptions,
): Promise<BootOutcome> {
  const run = new Run(startMachine(machine), options);
  for (const signal of SIGNALS) process.on(signal, run.stop);
  try {
    return await run.outcome();
  } finally {
    for (const signal of SIGNALS) process.off(signal, run.stop);
  }
}

class Run {
  readonly #child: Child;
  readonly #options: BootOptions;
  /** What the guest has said on the control line. */
  #exit: number | undefined;
  #panicked = false;
  #heeds = false;
  #signal: StopSignal | undefined;
  #forced = false;
  #unread = false;
  #stdin: Readable | undefined;
  #deadline: NodeJS.Timeout | undefined;

  constructor(child: Child, options: BootOptions) {
    this.#child = child;
    this.#options = options;
  }

  /** A signal's handler: the first asks a system that listens, another ends the machine. */
  readonly stop = (signal: NodeJS.Signals): void => {
    const first = this.#signal === undefined;
    this.#signal ??= signal as StopSignal;
    if (!first || !this.#heeds) return this.#end(this.#heeds);
    this.#child.lines.control.write(`stop ${SIGNAL_NUMBER[this.#signal]}\n`);
    this.#deadline = setTimeout(() => this.#end(true), this.#options.deadline);
  };

  async outcome(): Promise<BootOutcome> {
    try {
      const [ended] = await Promise.all([this.#child.ended, this.#out(), this.#messages(), this.#control()]);
      return this.#conclude(ended);
    } catch (error) {
      this.#child.kill();
      return { kind: "failed", message: `QEMU could not be started: ${(error as Error).message}` };
    } finally {
      clearTimeout(this.#deadline);
      this.#stdin?.destroy();
    }
  }

  #end(forced: boolean): void {
    this.#forced = forced;
    this.#child.kill();
  }

  #conclude({ code, complaint }: Awaited<Child["ended"]>): BootOutcome {
    if (this.#unread) return { kind: "unread" };
    if (this.#panicked) return { kind: "panicked" };
    if (this.#exit !== undefined) return { kind: "exited", status: this.#exit };
    if (this.#signal !== undefined) return { kind: "stopped", signal: this.#signal, forced: this.#forced };
    // Of an image without the control line: the device isa-debug-exit makes all codes odd.
    if (complaint === "" && code !== null && code % 2 === 1)
      return { kind: "exited", status: (code - 1) / 2 };
    const said =
      complaint.trim() || `it ended with exit code ${code}, and the machine had said nothing of its end`;
    return { kind: "failed", message: `QEMU could not run the machine: ${said}` };
  }

  /** The console's output, as fast as it is read. */
  async #out(): Promise<void> {
    try {
      await pipeline(this.#child.lines.console, this.#options.stdout, { end: false });
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EPIPE" && !this.#child.lines.console.readableEnded) this.#unread = true;
      this.#child.kill();
    }
  }

  async #messages(): Promise<void> {
    const text = messageText();
    for await (const chunk of received(this.#child.lines.serial)) this.#options.stderr.write(text(chunk));
  }

  async #control(): Promise<void> {
    let rest = "";
    for await (const chunk of received(this.#child.lines.control)) {
      const lines = (rest + chunk.toString("latin1")).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) this.#take(line);
    }
  }

  #take(line: string): void {
    const [word, value] = line.split(" ");
    if (word === "exit" && value !== undefined) this.#exit = Number(value) & 255;
    else if (word === "panic") this.#panicked = true;
    else if (word === "heed") this.#heeds = true;
    else if (word === "input" && this.#stdin === undefined)
      void this.#in((this.#stdin = this.#options.stdin()));
  }

  /** Only from when somebody reads: what comes behind this program may be meant for another one. */
  async #in(stdin: Readable): Promise<void> {
    const { console, control } = this.#child.lines;
    let bytes = 0;
    for await (const chunk of received(stdin)) {
      bytes += chunk.length;
      if (!console.write(chunk)) await drained(console);
    }
    control.write(`end ${bytes}\n`);
  }
}

/** What comes of a stream until its end; one that breaks ends too: a machine that was ended, a terminal that went away. */
async function* received(stream: Readable): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of stream) yield chunk as Buffer;
  } catch {
    // Whoever ended it knows why.
  }
}

function drained(stream: Writable): Promise<void> {
  return new Promise((resolve) => {
    stream.once("drain", resolve);
    stream.once("close", resolve);
  });
}
