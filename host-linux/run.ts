/**
 * The main thread's side of a running system: signals, streams, the deadline.
 *
 * The system runs in a thread of its own, so this one always gets its turn: it
 * writes what the system wrote, reads when input is asked for, and on a
 * signal asks for the end, and ends the thread when nothing comes of it.
 */
import { extname } from "node:path";
import type { Readable, Writable } from "node:stream";
import { isatty, type WriteStream } from "node:tty";
import { Worker } from "node:worker_threads";
import type { LinkPlan } from "../toolchain/link/plan.ts";
import {
  createChannel,
  markUnread,
  requestStop,
  wake,
  wakesSoFar,
  wokenSince,
  type Channel,
} from "./channel/control.ts";
import { answerInput, inputAsked } from "./channel/input.ts";
import { nextOutput, releaseOutput, STDERR } from "./channel/output.ts";
import { StdinChunks } from "./channel/stdin-chunks.ts";
import { type Asked, Control, type Replied } from "./control/control.ts";
import { Door } from "./control/door.ts";
import type { DeathNotice } from "./death-notices.ts";
import type { Death } from "./guard/deaths.ts";
import { HostError } from "./host-error.ts";
import type { Cycle } from "./kernel/cycles.ts";
import type { Outcome, StopSignal } from "./outcome.ts";
import type { CycleNotice, Job, WorkerInput, WorkerOutcome } from "./worker.ts";

export interface RunOptions {
  /** What relative paths of grants start from: the folder of `system.ts`. */
  readonly base: string;
  /** Tag each line with its process; true unless told. */
  readonly tags?: boolean;
  /** Colours in tags and lines; false unless told. */
  readonly colour?: boolean;
  /** Milliseconds that a system has to stop after a signal; 2000 unless told. */
  readonly deadline?: number;
  /** Runs in place of the entry. */
  readonly job?: Job;
  /** Told of a process that died in a guarded call, while the system goes on; of the first hundred. */
  readonly onDeath?: (death: Death) => void;
  /** Told of a call that was refused because it would have closed a circle; of each circle once. */
  readonly onCycle?: (cycle: Cycle) => void;
  /** Told, at the start, of a way to see into a system under the kernel while it runs. */
  readonly onControl?: (control: Control) => void;
  /** Where the kernel's event log is written: a file, for a system under the kernel. */
  readonly record?: string;
  /** 0 to 2³¹ - 1: entropy comes of it, and time passes only while all wait. See seeded-run.ts. */
  readonly seed?: number;
  /** Asked for when a process first reads; standard input unless told. */
  readonly stdin?: () => Readable;
  /** Standard output unless told. */
  readonly stdout?: Writable;
  /** Standard error unless told. */
  readonly stderr?: Writable;
}

const DEADLINE = 2000;
const OWN: ReadonlySet<Writable> = new Set([process.stdout, process.stderr]);
const SIGNALS: readonly StopSignal[] = ["SIGINT", "SIGTERM", "SIGHUP"];

/**
 * Runs a system to its end. Handles SIGINT, SIGTERM and SIGHUP while it does; a
 * second signal ends the system at once. Never rejects: see `Outcome`.
 */
export async function runSystem(plan: LinkPlan, options: RunOptions): Promise<Outcome> {
  let door: Door | undefined;
  try {
    const path = options.job === undefined ? plan.root.kernel?.control : undefined;
    if (path !== undefined) door = await Door.open(options.base, path);
  } catch (error) {
    if (error instanceof HostError) return { kind: "failed", message: error.message };
    throw error;
  }
  const run = new Run(plan, options);
  for (const signal of SIGNALS) process.on(signal, run.stop);
  try {
    if (run.control !== undefined) door?.serve(run.control);
    return await run.outcome();
  } finally {
    for (const signal of SIGNALS) process.off(signal, run.stop);
    door?.close();
  }
}

class Run {
  /** Of a system under the kernel. */
  readonly control: Control | undefined;
  readonly #channel: Channel = createChannel();
  readonly #options: RunOptions;
  readonly #stdout: Writable;
  readonly #stderr: Writable;
  readonly #worker: Worker;
  #stdin: Readable | undefined;
  #chunks: StdinChunks | undefined;
  #reading = false;
  #signal: StopSignal | undefined;
  /** Resolves when the run must not wait for anything any more. */
  readonly #cut: PromiseWithResolvers<void> = Promise.withResolvers();
  #isCut = false;
  #isOver = false;
  /** Ends what the run waits for while it writes. */
  #goOn: () => void = () => {};
  /** Why standard output took no more. */
  #outputError: NodeJS.ErrnoException | undefined;

  constructor(plan: LinkPlan, options: RunOptions) {
    this.#options = options;
    void this.#cut.promise.then(() => {
      this.#isCut = true;
      this.#goOn();
    });
    this.#stdout = options.stdout ?? process.stdout;
    this.#stderr = options.stderr ?? process.stderr;
    const style = { tags: options.tags ?? true, colour: options.colour ?? false };
    const input: WorkerInput = {
      plan,
      channel: this.#channel,
      base: options.base,
      style,
      terminals: [
        options.stdin === undefined && isatty(0),
        isTerminal(this.#stdout),
        isTerminal(this.#stderr),
      ],
      ...(options.job !== undefined && { job: options.job }),
      ...(options.record !== undefined && { record: options.record }),
      ...(options.seed !== undefined && { seed: options.seed }),
    };
    // The same file in a checkout and in a package: this file's extension says which it is.
    this.#worker = new Worker(new URL(`./worker${extname(import.meta.url)}`, import.meta.url), {
      workerData: input,
    });
    const { kernel } = plan.root;
    if (kernel === undefined) return;
    this.control = new Control(plan, kernel, (asked: Asked) => this.#worker.postMessage(asked));
    options.onControl?.(this.control);
  }

  /** A signal's handler: the first asks, the second ends. */
  readonly stop = (signal: NodeJS.Signals): void => {
    if (this.#signal !== undefined) {
      this.#cut.resolve();
      return;
    }
    this.#signal = signal as StopSignal;
    requestStop(this.#channel);
    setTimeout(() => this.#cut.resolve(), this.#options.deadline ?? DEADLINE).unref();
  };

  async outcome(): Promise<Outcome> {
    const onError = (error: NodeJS.ErrnoException): void => {
      this.#outputError = error;
      requestStop(this.#channel);
      this.#cut.resolve();
    };
    // Who writes there is told; the system goes on.
    const onUnread = (): void => markUnread(this.#channel, STDERR);
    this.#stdout.on("error", onError);
    this.#stderr.on("error", onUnread);
    try {
      const ended = Promise.withResolvers<void>();
      const worker = this.#ended().finally(() => ended.resolve());
      const cut = this.#cut.promise.then(() => undefined);
      await this.#pump(Promise.race([ended.promise, cut]));
      return this.#conclude(await Promise.race([worker, cut]));
    } finally {
      this.control?.end();
      await this.#worker.terminate();
      this.#stdin?.destroy();
      this.#stdout.off("error", onError);
      this.#stderr.off("error", onUnread);
    }
  }

  /** What the thread says of itself. */
  #ended(): Promise<WorkerOutcome> {
    const { promise, resolve } = Promise.withResolvers<WorkerOutcome>();
    this.#worker.on("message", (said: WorkerOutcome | DeathNotice | CycleNotice | Replied) => {
      if (said.kind === "died") this.#options.onDeath?.(said.death);
      else if (said.kind === "cycle") this.#options.onCycle?.(said.cycle);
      else if (said.kind === "replied") this.control?.replied(said);
      else resolve(said);
    });
    this.#worker.once("error", (error: Error) =>
      resolve({ kind: "failed", message: `The host failed: ${error.message}` }),
    );
    this.#worker.once("exit", () =>
      resolve({ kind: "failed", message: "The system's thread ended without a word." }),
    );
    return promise;
  }

  #conclude(said: WorkerOutcome | undefined): Outcome {
    if (this.#outputError?.code === "EPIPE") return { kind: "unread" };
    if (this.#outputError !== undefined) {
      return { kind: "failed", message: `Standard output cannot be written: ${this.#outputError.message}.` };
    }
    if (said !== undefined && said.kind !== "unwound") return said;
    return { kind: "stopped", signal: this.#signal ?? "SIGTERM", forced: said === undefined };
  }

  /** Serves the system until `over`; then what it still wrote goes out. */
  async #pump(over: Promise<unknown>): Promise<void> {
    // No race of promises in the loop: one that lasts keeps what each race has added to it.
    void over.then(() => {
      this.#isOver = true;
      wake(this.#channel, "main");
    });
    while (!this.#isOver) {
      const seen = wakesSoFar(this.#channel);
      await this.#drain();
      this.#serveInput();
      if (!this.#isOver) await wokenSince(this.#channel, seen);
    }
    await this.#drain();
  }

  /** Writes all there is, and waits until it is written or the run is cut. */
  async #drain(): Promise<void> {
    let piece = nextOutput(this.#channel);
    while (piece !== undefined) {
      const { to, bytes, isShared } = piece;
      const stream = to === STDERR ? this.#stderr : this.#stdout;
      // Nobody knows what another stream does with them later.
      const kept = isShared && !OWN.has(stream) ? Buffer.from(bytes) : bytes;
      await new Promise<void>((resolve) => {
        this.#goOn = resolve;
        if (this.#isCut) resolve();
        stream.write(kept, () => resolve()); // an error also comes as an event
      });
      if (this.#outputError !== undefined) return;
      releaseOutput(this.#channel, piece);
      piece = nextOutput(this.#channel);
    }
  }

  #serveInput(): void {
    if (this.#reading || !inputAsked(this.#channel)) return;
    this.#reading = true;
    this.#chunks ??= new StdinChunks((this.#stdin = (this.#options.stdin ?? standardInput)()));
    void this.#chunks.next().then((bytes) => {
      this.#reading = false;
      answerInput(this.#channel, bytes);
    });
  }
}

function isTerminal(stream: Writable): boolean {
  return (stream as Partial<WriteStream>).isTTY === true;
}

function standardInput(): Readable {
  return process.stdin;
}
