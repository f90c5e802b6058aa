/**
 * The system's thread: brings the plan up, calls the entry, reports the outcome.
 *
 * It owns everything of the guests; the main thread owns the process (signals,
 * standard streams) and can end this thread at any moment. See run.ts.
 */
import { parentPort, workerData } from "node:worker_threads";
import type { LinkPlan } from "../toolchain/link/plan.ts";
import { checkStop, type Channel } from "./channel/control.ts";
import { readInput } from "./channel/input.ts";
import { writeOutput } from "./channel/output.ts";
import { ConsoleText, type TextStyle } from "./console-text.ts";
import { createDevice, type DeviceContext } from "./devices/index.ts";
import type { Transfer } from "./devices/transfer.ts";
import { HostError, Stopped } from "./host-error.ts";
import { instantiate, type DeviceMaker, type Running } from "./instantiate.ts";
import type { Outcome } from "./outcome.ts";
import { STACK_DEPTH } from "./trap/stack.ts";
import type { Death } from "./guard/deaths.ts";
import { deathText } from "./trap/trap-text.ts";
import { describeTrap } from "./trap/trap.ts";

export interface WorkerInput {
  readonly plan: LinkPlan;
  readonly channel: Channel;
  /** What relative paths of grants start from. */
  readonly base: string;
  readonly style: TextStyle;
  readonly job?: Job;
}

/** Runs in place of the entry: the default export of `module`, a `JobFunction`. */
export interface Job {
  /** URL of the module. */
  readonly module: string;
  /** Handed to it; must survive a structured clone, as must what it returns. */
  readonly data: unknown;
}
export type JobFunction = (running: Running, data: never) => unknown;

/** While the system goes on: a process of it died. `text` is for the user. */
export interface WorkerNote {
  readonly kind: "died";
  readonly text: string;
}

/** What the system's thread tells the main thread last; the signal is the main thread's to know. */
export type WorkerOutcome = Exclude<Outcome, { kind: "stopped" | "unread" }> | { readonly kind: "unwound" };

if (parentPort !== null) {
  Error.stackTraceLimit = STACK_DEPTH;
  parentPort.postMessage(await run(workerData as WorkerInput));
}

async function run(input: WorkerInput): Promise<WorkerOutcome> {
  let running: Running | undefined;
  const untold: Death[] = [];
  try {
    running = instantiate(input.plan, deviceMaker(input), (starting) => {
      running = starting;
      starting.onDeath((death) => void (tell(death) || untold.push(death)));
    });
    checkStop(input.channel);
    if (input.job === undefined) return callEntry(running);
    const { default: job } = (await import(input.job.module)) as { default: JobFunction };
    return { kind: "returned", value: await job(running, input.job.data as never) };
  } catch (error) {
    return outcomeOf(error, input.plan, running);
  } finally {
    for (const death of untold) tell(death);
  }
}

/** False when there was not stack enough: whoever overflowed it is still being called. */
function tell(death: Death): boolean {
  try {
    const note: WorkerNote = { kind: "died", text: deathText(death) };
    parentPort?.postMessage(note);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

function outcomeOf(error: unknown, plan: LinkPlan, running: Running | undefined): WorkerOutcome {
  if (error instanceof Stopped) return { kind: "unwound" };
  if (error instanceof HostError) return { kind: "failed", message: error.message };
  const report = describeTrap(error, plan, running);
  if (report !== undefined) return { kind: "trapped", report };
  return { kind: "failed", message: error instanceof Error ? error.message : String(error) };
}

/** The entry's result: exit code, then offset and length of a message (see `Entry` in the plan). */
function callEntry({ entry, transfer, plan, readings }: Running): WorkerOutcome {
  if (entry === undefined || transfer === undefined) {
    throw new HostError(
      `System ${plan.system} has no entry: nothing says what to run. Write \`entry: "NAME"\` into its description.`,
    );
  }
  const result = transfer.bytes(entry(), 12);
  const view = new DataView(result.buffer, result.byteOffset, result.byteLength);
  const message = transfer.string(view.getUint32(4, true), view.getUint32(8, true));
  const exitCode = view.getUint32(0, true);
  return { kind: "ended", exitCode, ...(message !== "" && { message }), readings: readings() };
}

function deviceMaker({ plan, channel, base, style }: WorkerInput): DeviceMaker {
  const writers = plan.root.processes.filter(({ grants }) =>
    grants.some(({ device }) => device === "atoll:device/console"),
  );
  const text = new ConsoleText(
    writers.map(({ name }) => name),
    style,
  );
  return (position: number, grantPosition: number, transfer: Transfer) => {
    const process = plan.root.processes[position];
    const grant = process?.grants[grantPosition];
    if (process === undefined || grant === undefined) {
      throw new HostError(`The plan has no grant ${grantPosition} of process ${position}.`);
    }
    const context: DeviceContext = {
      process,
      transfer,
      terminal: {
        writeLine: (name, line) => writeOutput(channel, text.line(name, line)),
        readLine: () => readInput(channel),
      },
      checkStop: () => checkStop(channel),
    };
    return createDevice(context, grant, base);
  };
}
