/**
 * Messages: the functions by which linked code sends them, and how they are delivered.
 *
 * Payloads lie in the mail module, written and read by adapters; the kernel knows
 * a message by its address, and orders. This host frees what nobody will read:
 * the messages of the dead, and results that nobody waits for any more.
 */
import * as abi from "../../kernel/abi.ts";
import {
  MAIL,
  RESERVED,
  type Edge,
  type KernelSource,
  type LinkPlan,
  type Mailbox,
} from "../../toolchain/link/plan.ts";
import type { Parts } from "../bring-up/parts.ts";
import { callable, exported } from "../bring-up/plan-parts.ts";
import { HostError } from "../host-error.ts";
import type { Authorities } from "./authorities.ts";
import type { Carried } from "./carried.ts";
import type { KernelClock } from "./clock.ts";
import { eventDoor } from "./event-door.ts";
import { suspending } from "./jspi.ts";
import type { Kernel } from "./kernel.ts";
import type { Nursery } from "./nursery.ts";
import { RUNNING, type Job, type Scheduler } from "./scheduler.ts";
import type { Served } from "./stack.ts";
import type { Worker, Workers } from "./worker-table.ts";

const WHERE = "the messages in flight";

export interface MessageParts {
  readonly kernel: Kernel;
  readonly clock: KernelClock;
  readonly workers: Workers;
  readonly scheduler: Scheduler;
  readonly authorities: Authorities;
  readonly carried: Carried;
  readonly nursery: () => Nursery;
}

export class Messages {
  readonly #plan: LinkPlan;
  readonly #parts: Parts;
  readonly #host: MessageParts;
  readonly #mail: Mail | undefined;
  /** Where a process's deliveries begin among those that the scheduler knows, by position. */
  readonly #deliveries: (number | undefined)[] = [];
  #door: WebAssembly.ExportValue | undefined;
  /** Some wire says how often, or until when; or some process may say it of a handle. */
  readonly #isTimed: boolean;
  readonly #wait: WebAssembly.ExportValue = suspending((message: number) => this.#waitForResult(message));

  constructor(plan: LinkPlan, mail: number | undefined, parts: Parts, host: MessageParts) {
    this.#plan = plan;
    this.#parts = parts;
    this.#host = host;
    this.#mail = mail === undefined ? undefined : new Mail(parts.made(WHERE, mail));
    this.#isTimed = plan.root.edges.some((edge) => edge.limits !== undefined || narrows(edge));
  }

  /** What adapters import of the kernel. Throws HostError for what this plan does not have. */
  source(
    source: Exclude<KernelSource, { kind: "spawner" | "drop" | "give" | "carry" }>,
  ): WebAssembly.ImportValue {
    switch (source.kind) {
      case "mail":
        return exported(WHERE, this.#mail?.instance, source.export);
      case "kernel-event":
        return this.#isTimed ? this.#event : (this.#door ??= eventDoor(this.#host.kernel.door, this.#event));
      case "pid":
        return (
          this.#host.nursery().at(source.process)?.pid ??
          new WebAssembly.Global(
            { value: "i32" },
            this.#host.workers.existing(source.process, this.#parts.process(source.process).name).pid,
          )
        );
      case "authority":
        return this.#host.authorities.global(source.process, source.hole);
      case "wait":
    }
    return this.#wait;
  }

  /** Instantiates what takes messages out of the mail, once all processes are there. */
  bind(): void {
    for (const position of this.#plan.root.processes.keys()) {
      if (this.#host.workers.at(position) !== undefined) this.bindMailbox(position);
    }
  }

  /** Of a process whose instances are there. */
  bindMailbox(position: number): void {
    const { name, mailbox, ownStack } = this.#parts.process(position);
    if (mailbox === undefined) return;
    const where = `process ${name}, its mailbox`;
    const made = this.#parts.spawned.instance(position);
    const calls = made ? [exported(where, made, RESERVED.deliver)] : this.#targets(where, mailbox);
    this.#deliveries[position] = this.#host.scheduler.addDeliveries(calls, ownStack !== undefined);
  }

  #targets(where: string, { adapters, deliveries }: Mailbox): WebAssembly.ImportValue[] {
    const made = this.#parts.adapters(where, adapters);
    return deliveries.map(({ target }) => this.#parts.source(where, target, made));
  }

  /** COMMAND_RUN, for a message; `token` is its address. */
  jobOf(worker: Worker, kind: number, token: number, sender: number): Job | undefined {
    const first = this.#deliveries[worker.position];
    if (first === undefined) return undefined;
    const caller = kind === abi.RUN_CALL ? this.#host.workers.of(sender) : undefined;
    const isOne = this.#parts.spawned.isSpawned(worker.position);
    return {
      kind: "message",
      worker,
      target: isOne ? first : first + (this.#mail?.deliveryOf(token) ?? 0),
      message: token,
      served: caller && { caller, wait: caller.waits },
    };
  }

  /** What a worker that goes on gets from what it waited in. */
  answer(worker: Worker, status: number): number {
    if (!worker.waiting) return status;
    const { reply } = worker;
    this.#endWait(worker);
    return status === abi.STATUS_OK ? reply : status;
  }

  /** A message was handled; `result` is the message with what it returned, 0 for none, or a status. */
  handled(served: Served | undefined, result: number, direct: boolean): void {
    const caller = waitingFor(served);
    if (caller === undefined) return this.free(result);
    caller.reply = result;
    if (direct) this.#host.scheduler.resume(caller, this.answer(caller, abi.STATUS_OK));
  }

  /** A life is over: what it was reading, writing or waiting for is given up. */
  gone(worker: Worker): void {
    if (worker.waiting) {
      this.free(worker.reply);
      this.#endWait(worker);
    }
    this.#host.carried.gone(worker);
    this.#mail?.abandon(worker.pid);
  }

  /** Bytes of memory that messages take. */
  used(): number {
    return Number(this.#mail?.used() ?? 0);
  }

  /** COMMAND_DISCARD, and a result for nobody. */
  free(message: number): void {
    if (message <= 0) return;
    this.#host.carried.drop(message);
    this.#mail?.free(message);
  }

  /** An event for which the kernel has to know the time. */
  readonly #event = (
    kind: number,
    a: number,
    b: number,
    c: number,
    d: number,
    e: number,
    f: number,
    g: number,
  ): number => {
    this.#host.clock.tell();
    return this.#host.kernel.ask(kind, a, b, c, d, e, f, g);
  };

  /** The kernel has taken a call of the process that runs. A callee that was idle runs at once. */
  #waitForResult(message: number): Promise<number> | number {
    const { scheduler, workers, kernel } = this.#host;
    const caller = scheduler.current?.worker;
    if (caller === undefined) throw new HostError("A call is waited for on a stack of no process.");
    caller.waits += 1;
    caller.waiting = true;
    caller.reply = 0;
    const callee = workers.of(kernel.lookAt(abi.LOOK_TOTALS, 1, RUNNING));
    const job = callee && this.jobOf(callee, abi.RUN_CALL, message, caller.pid);
    return scheduler.suspend(job);
  }

  #endWait(worker: Worker): void {
    worker.waits += 1;
    worker.waiting = false;
    worker.reply = 0;
  }
}

/** The caller, while it waits for this very call, and was not answered otherwise. */
export function waitingFor(served: Served | undefined): Worker | undefined {
  if (served === undefined) return undefined;
  const { caller, wait } = served;
  return caller.waiting && caller.waits === wait ? caller : undefined;
}

function narrows({ adapters }: Edge): boolean {
  const sources = adapters.flatMap(({ imports }) => imports.map(({ from }) => from));
  return sources.some((from) => from.kind === "spawner" && from.function === "narrow");
}

/** The mail module, as far as this host uses it. */
class Mail {
  readonly instance: WebAssembly.Instance;
  readonly #memory: WebAssembly.Memory;
  #words: Int32Array;
  readonly used: () => unknown;
  readonly free: (message: number) => unknown;
  readonly abandon: (reader: number) => unknown;

  constructor(instance: WebAssembly.Instance) {
    this.instance = instance;
    this.#memory = exported(WHERE, instance, MAIL.memory) as WebAssembly.Memory;
    this.#words = new Int32Array(this.#memory.buffer);
    this.used = callable(`${WHERE}, ${MAIL.used}`, exported(WHERE, instance, MAIL.used));
    this.free = callable(`${WHERE}, ${MAIL.free}`, exported(WHERE, instance, MAIL.free));
    this.abandon = callable(`${WHERE}, ${MAIL.abandon}`, exported(WHERE, instance, MAIL.abandon));
  }

  deliveryOf(message: number): number {
    // The memory grows.
    if (this.#words.length === 0) this.#words = new Int32Array(this.#memory.buffer);
    return this.#words[(message + MAIL.deliveryOffset) >>> 2] ?? 0;
  }
}
