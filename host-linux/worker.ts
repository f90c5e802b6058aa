/**
 * The system's thread: brings the plan up, calls the entry, reports the outcome.
 *
 * It owns everything of the guests; the main thread owns the process (signals,
 * standard streams) and can end this thread at any moment. See run.ts.
 */
import { parentPort, workerData } from "node:worker_threads";
import type { LinkPlan } from "../toolchain/link/plan.ts";
import { checkStop, isStopAsked, watch, type Channel } from "./channel/control.ts";
import type { TextStyle } from "./console-text.ts";
import { DeathNotices } from "./death-notices.ts";
import { createDevice, type DeviceContext } from "./devices/index.ts";
import { HttpListeners } from "./devices/http/listeners.ts";
import { Descriptors } from "./devices/files/descriptors.ts";
import { OpenFiles } from "./devices/open-files.ts";
import { OpenSockets } from "./devices/sockets/open-sockets.ts";
import type { Asked, Replied } from "./control/control.ts";
import { reply } from "./control/survey.ts";
import { HostError, Stopped } from "./host-error.ts";
import { instantiate, type DeviceMaker, type Running } from "./instantiate.ts";
import { EventLog } from "./kernel/event-log.ts";
import type { Cycle } from "./kernel/cycles.ts";
import type { RunningKernel } from "./kernel/running-kernel.ts";
import type { Outcome } from "./outcome.ts";
import { SeededRun } from "./seeded-run.ts";
import { StandardStreams, type Terminals } from "./standard-streams.ts";
import { TraceDepth } from "./trap/trace-depth.ts";
import { describeTrap } from "./trap/trap.ts";

/** Bytes that are shown of what the entry says at its end. */
const LONGEST_MESSAGE = 1024 * 1024;

export interface WorkerInput {
  readonly plan: LinkPlan;
  readonly channel: Channel;
  /** What relative paths of grants start from. */
  readonly base: string;
  readonly style: TextStyle;
  readonly terminals: Terminals;
  readonly job?: Job;
  /** File for the kernel's event log. */
  readonly record?: string;
  /** See seeded-run.ts. */
  readonly seed?: number;
}

/** Runs in place of the entry: the default export of `module`, a `JobFunction`. */
export interface Job {
  /** URL of the module. */
  readonly module: string;
  /** Handed to it; must survive a structured clone, as must what it returns. */
  readonly data: unknown;
}
export type JobFunction = (running: Running, data: never) => unknown;

/** A call was refused, and the system goes on. */
export interface CycleNotice {
  readonly kind: "cycle";
  readonly cycle: Cycle;
}

/** What the system's thread tells the main thread at its end; the signal is the main thread's to know. */
export type WorkerOutcome = Exclude<Outcome, { kind: "stopped" | "unread" }> | { readonly kind: "unwound" };

if (parentPort !== null) {
  parentPort.postMessage(await run(workerData as WorkerInput));
}

async function run(input: WorkerInput): Promise<WorkerOutcome> {
  const depth = new TraceDepth();
  let running: Running | undefined;
  let log: EventLog | undefined;
  let http: HttpListeners | undefined;
  const isSupervised = input.plan.root.kernel !== undefined;
  const streams = streamsOf(input);
  const { seed } = input;
  const seeded = seed === undefined ? undefined : new SeededRun(seed, () => streams.isWaitedFor);
  const notices = new DeathNotices((notice) => parentPort?.postMessage(notice), isSupervised);
  try {
    const recorded = input.record === undefined ? undefined : new EventLog(input.record, input.plan);
    log = recorded;
    const listeners = await HttpListeners.open(input.plan);
    http = listeners;
    running = instantiate(
      input.plan,
      deviceMaker(input, streams, listeners, seeded, () => running?.kernel),
      (starting) => {
        running = starting;
        starting.kernel?.onStop(() => listeners.stop());
        starting.onDeath(notices.tell);
        starting.onDeath(depth.died);
      },
      {
        ...(recorded !== undefined && { wrap: (exports) => recorded.of(exports) }),
        ...(seeded !== undefined && { seeded }),
      },
    );
    checkStop(input.channel);
    if (running.kernel !== undefined) return await runSupervised(input, streams, running, running.kernel);
    if (input.job === undefined) return callEntry(running);
    const { default: job } = (await import(input.job.module)) as { default: JobFunction };
    return { kind: "returned", value: await job(running, input.job.data as never) };
  } catch (error) {
    return outcomeOf(error, input.plan, running);
  } finally {
    await http?.close();
    log?.close();
    notices.flush();
  }
}

/** Under the kernel: until the root of the supervision tree has ended, or a job in place of the entry has returned. */
async function runSupervised(
  { plan, channel, job }: WorkerInput,
  streams: StandardStreams,
  running: Running,
  kernel: RunningKernel,
): Promise<WorkerOutcome> {
  const over = new AbortController();
  // Nothing else may be left to wait for, when all processes wait.
  parentPort?.ref();
  const answer = (asked: Asked): void => answerQuestion(plan, kernel, asked);
  parentPort?.on("message", answer);
  void watch(channel, over.signal, () => {
    if (isStopAsked(channel)) {
      kernel.stop();
      streams.input.end();
    }
    streams.look();
  });
  kernel.onCycle((cycle) => parentPort?.postMessage({ kind: "cycle", cycle } satisfies CycleNotice));
  try {
    if (job !== undefined) {
      const end = kernel
        .run()
        .then((ended) => (ended.kind === "failed" ? ended : { kind: "unwound" as const }));
      const { default: call } = (await import(job.module)) as { default: JobFunction };
      const returned = Promise.resolve(call(running, job.data as never));
      return await Promise.race([returned.then((value) => ({ kind: "returned" as const, value })), end]);
    }
    let entered: WorkerOutcome | undefined;
    const called = (result: unknown): void => {
      // An entry that returns because it was told to has not ended the system.
      if (!isStopAsked(channel)) entered = entryOutcome(running, result as number);
    };
    const end = await kernel.run(running.entry && called);
    if (end.kind === "failed") return end;
    if (entered !== undefined) return entered;
    return end.kind === "exited"
      ? { kind: "ended", exitCode: end.status, readings: running.readings() }
      : { kind: "unwound" };
  } finally {
    over.abort();
    parentPort?.off("message", answer);
    kernel.close();
    streams.finish();
  }
}

/** Between two turns: a question of the main thread. */
function answerQuestion({ root }: LinkPlan, kernel: RunningKernel, { id, question }: Asked): void {
  if (root.kernel === undefined) return;
  const replied: Replied = { kind: "replied", id, reply: reply(kernel, root.kernel, question) };
  parentPort?.postMessage(replied);
}

function outcomeOf(error: unknown, plan: LinkPlan, running: Running | undefined): WorkerOutcome {
  if (error instanceof Stopped) return { kind: "unwound" };
  if (error instanceof HostError) return { kind: "failed", message: error.message };
  const report = describeTrap(error, plan, running);
  if (report !== undefined) return { kind: "trapped", report };
  return { kind: "failed", message: error instanceof Error ? error.message : String(error) };
}

function callEntry(running: Running): WorkerOutcome {
  const { entry, plan } = running;
  if (entry === undefined) {
    throw new HostError(
      `System ${plan.system} has no entry: nothing says what to run. Write \`entry: "NAME"\` into its description.`,
    );
  }
  return entryOutcome(running, entry());
}

/** The entry's result: exit code, then offset and length of a message (see `Entry` in the plan). */
function entryOutcome({ transfer, readings }: Running, offset: number): WorkerOutcome {
  if (transfer === undefined) throw new HostError("The plan has an entry, and no transfer memory for it.");
  const result = transfer.bytes(offset, 12);
  const view = new DataView(result.buffer, result.byteOffset, result.byteLength);
  const message = transfer.string(
    view.getUint32(4, true),
    Math.min(view.getUint32(8, true), LONGEST_MESSAGE),
  );
  const exitCode = view.getUint32(0, true);
  return { kind: "ended", exitCode, ...(message !== "" && { message }), readings: readings() };
}

/** Lines are tagged with the names of those that write some. */
function streamsOf({ plan, channel, style, terminals }: WorkerInput): StandardStreams {
  const writers = plan.root.processes.filter(({ grants }) =>
    grants.some(({ device }) => device === "atoll:device/console" || device === "atoll:device/stdio"),
  );
  const names = writers.map(({ name }) => name);
  return new StandardStreams(channel, style, terminals, names);
}

function deviceMaker(
  { plan, channel, base }: WorkerInput,
  streams: StandardStreams,
  http: HttpListeners,
  seeded: SeededRun | undefined,
  kernelOf: () => RunningKernel | undefined,
): DeviceMaker {
  const heed = (): void => {
    const kernel = kernelOf();
    if (kernel === undefined) return checkStop(channel);
    // In order: who is asked may still use its devices.
    if (isStopAsked(channel)) kernel.stop();
    kernel.heed();
  };
  const files = new OpenFiles();
  const sockets = new OpenSockets();
  const descriptors = new Descriptors();
  return (position, grantPosition, transfer, give, kernel) => {
    const process = plan.root.processes[position];
    const grant = process?.grants[grantPosition];
    if (process === undefined || grant === undefined) {
      throw new HostError(`The plan has no grant ${grantPosition} of process ${position}.`);
    }
    const context: DeviceContext = {
      process,
      transfer,
      files,
      http,
      sockets,
      descriptors,
      give,
      ...(seeded !== undefined && { seeded }),
      ...(kernel !== undefined && { kernel }),
      terminal: {
        writeLine: (name, line) => streams.writeLine(name, line),
        readLine: () => streams.input.readLine(),
        askLine: (taker) => streams.input.askLine(taker),
      },
      streams,
      waker: () => kernel?.waker() ?? (() => {}),
      checkStop: heed,
    };
    return createDevice(context, grant, base);
  };
}
