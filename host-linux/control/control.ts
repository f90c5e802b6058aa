/**
 * The main thread's way to see into a running system, and to end processes of it.
 *
 * It asks the system's thread, which answers between two turns. The control
 * socket is one user of it; whoever runs a system can be another (`RunOptions.onControl`).
 */
import { STATUS_OK } from "../../kernel/abi.ts";
import type { KernelPlan, LinkPlan } from "../../toolchain/link/plan.ts";
import { HostError } from "../host-error.ts";
import { type ProcessRecord, type SystemRecords, systemRecords } from "./records.ts";
import type { Question, Reply, Survey } from "./survey.ts";
import { type Trace, Tracer } from "./trace.ts";

/** The thread may be in the middle of a turn for so long, in milliseconds. */
const PATIENCE = 1000;
const LATE = `has not answered for ${PATIENCE / 1000} second: it is still starting, or a process has been running for so long. One with quotas.slice would be interrupted.`;

/** A question on its way to the system's thread. */
export interface Asked {
  readonly kind: "asked";
  readonly id: number;
  readonly question: Question;
}
export interface Replied {
  readonly kind: "replied";
  readonly id: number;
  readonly reply: Reply;
}

interface Waiting {
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: HostError) => void;
  readonly late: NodeJS.Timeout;
}

/** Its promises reject with a HostError, whose message is for the user. */
export class Control {
  readonly #plan: LinkPlan;
  readonly #kernel: KernelPlan;
  readonly #send: (asked: Asked) => void;
  readonly #waiting = new Map<number, Waiting>();
  readonly #tracer: Tracer;
  #asked = 0;
  #ended = false;

  /** @param send Takes a question to the system's thread; what it replies is given to `replied`. */
  constructor(plan: LinkPlan, kernel: KernelPlan, send: (asked: Asked) => void) {
    this.#plan = plan;
    this.#kernel = kernel;
    this.#send = send;
    this.#tracer = new Tracer(plan);
  }

  /** All processes as they are now. */
  async look(): Promise<SystemRecords> {
    return systemRecords(this.#plan, await this.#survey({ kind: "processes" }));
  }

  /** What happened lately, or since the record with that number. */
  async trace(after?: number): Promise<Trace> {
    const survey = await this.#survey({ kind: "trace", ...(after !== undefined && { after }) });
    return this.#tracer.trace(survey, this.#kernel.tables.events, after);
  }

  /** Kills a process, as a failure of its own would; its supervisor decides what follows. Says whom it was. */
  kill(process: string | number): Promise<ProcessRecord> {
    return this.#order("kill", process);
  }

  /** Stops a process for good, or the system when it is the root. Says whom it was. */
  stop(process: string | number): Promise<ProcessRecord> {
    return this.#order("stop", process);
  }

  replied({ id, reply }: Replied): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    clearTimeout(waiting?.late);
    waiting?.resolve(reply);
  }

  /** The system has ended: nothing that is asked is answered any more. */
  end(): void {
    this.#ended = true;
    for (const id of this.#waiting.keys()) this.#fail(id, "has ended.");
  }

  #fail(id: number, why: string): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    clearTimeout(waiting?.late);
    waiting?.reject(new HostError(`${this.#plan.system} ${why}`));
  }

  async #order(kind: "kill" | "stop", process: string | number): Promise<ProcessRecord> {
    const { processes } = await this.look();
    const [found, other] = processes.filter(({ name, pid }) => name === process || pid === process);
    if (found === undefined) throw new HostError(unknownProcess(this.#plan.system, process, processes));
    if (other !== undefined) throw new HostError(twoOfAName(this.#plan.system, found, other));
    const status = await this.#ask({ kind, pid: found.pid });
    if (status === STATUS_OK) return found;
    throw new HostError(
      `${this.#plan.system}: ${found.name} cannot be ${kind === "kill" ? "killed" : "stopped"} now: it is ${found.state}.`,
    );
  }

  async #survey(question: Question): Promise<Survey> {
    const reply = await this.#ask(question);
    if (typeof reply !== "number") return reply;
    throw new HostError(`${this.#plan.system}: the kernel does not say (status ${reply}).`);
  }

  #ask(question: Question): Promise<Reply> {
    const { promise, resolve, reject } = Promise.withResolvers<Reply>();
    this.#asked += 1;
    const id = this.#asked;
    const late = setTimeout(() => this.#fail(id, LATE), PATIENCE);
    late.unref();
    this.#waiting.set(id, { resolve, reject, late });
    if (this.#ended) this.#fail(id, "has ended.");
    else this.#send({ kind: "asked", id, question });
    return promise;
  }
}

/** A supervisor, such as the root, and a process below it may have one name. */
function twoOfAName(system: string, ...both: readonly ProcessRecord[]): string {
  const each = both.map(({ kind, pid }) => `the ${kind} with pid ${pid}`).join(" and ");
  return `${system}: expected one process, found two of the name ${both[0]?.name}: ${each}. Give the pid of the one that is meant.`;
}

const MOST_NAMED = 30;

function unknownProcess(
  system: string,
  process: string | number,
  processes: readonly ProcessRecord[],
): string {
  const names = processes.slice(0, MOST_NAMED).map(({ name }) => name);
  const more = processes.length > names.length ? ", …" : "";
  return `${system}: expected the name or pid of a process, found ${JSON.stringify(process)}; there are ${names.join(", ")}${more}.`;
}
