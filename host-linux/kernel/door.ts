/**
 * What the devices of one process ask of the kernel; see devices/kernel-door.ts.
 */
import {
  EVENT_DEVICE,
  EVENT_LOOK,
  EVENT_PREEMPTED,
  EVENT_WAIT,
  LOOK_TOTALS,
  STATUS_OK,
  STATUS_STALE,
} from "../../kernel/abi.ts";
import type { KernelDoor } from "../devices/kernel-door.ts";
import type { Authorities } from "./authorities.ts";
import type { KernelClock } from "./clock.ts";
import type { Kernel } from "./kernel.ts";
import type { WorkerQuotas } from "./quotas.ts";
import type { Scheduler } from "./scheduler.ts";
import type { Supervision } from "./supervision.ts";
import type { Wakeups } from "./wakeups.ts";
import type { Worker } from "./worker-table.ts";

export interface DoorParts {
  readonly kernel: Kernel;
  readonly clock: KernelClock;
  readonly scheduler: Scheduler;
  readonly supervision: Supervision;
  readonly authorities: Authorities;
  readonly wakeups: Wakeups;
  readonly nameOf: (template: number) => string;
  readonly quotasOf: (template: number) => WorkerQuotas | undefined;
}

/** A token is a number of 32 bits, not 0. */
const MOST = 0x7fff_ffff;

/** Of one process, or of all that are made at run time like one. */
export class Door implements KernelDoor {
  /** Of the process, which is one of the worker's when that is a domain. */
  readonly name: string;
  readonly #parts: DoorParts;
  readonly #workerOf: () => Worker;
  readonly #position: number | undefined;
  #waits = 0;

  /**
   * @param workerOf who asks.
   * @param position of the process in the plan; undefined for those that are made at run time, which share a door.
   */
  constructor(parts: DoorParts, name: string, workerOf: () => Worker, position?: number) {
    this.#parts = parts;
    this.name = name;
    this.#workerOf = workerOf;
    this.#position = position;
  }

  pid(): number {
    return this.#worker.pid;
  }

  life(): number {
    return this.#worker.life;
  }

  ask(kind: number, ...words: readonly number[]): number {
    const status = this.#ask(kind, ...words);
    this.#parts.scheduler.wake();
    return status;
  }

  wait(microseconds: bigint): number {
    // The kernel would take it for the turn in which it was called.
    if (!this.#isRunning) return STATUS_STALE;
    if (microseconds === 0n) return this.#parts.kernel.ask(EVENT_PREEMPTED, this.pid());
    return this.#ask(EVENT_WAIT, 0, Number(microseconds & 0xffff_ffffn), Number(microseconds >> 32n));
  }

  waitFor(begin: Parameters<KernelDoor["waitFor"]>[0]): number {
    if (!this.#isRunning) return STATUS_STALE;
    const { pid, life } = this.#worker;
    this.#waits = (this.#waits % MOST) + 1;
    const token = this.#waits;
    const status = this.#ask(EVENT_WAIT, token);
    if (status === STATUS_OK) {
      const { kernel, clock, scheduler } = this.#parts;
      begin(() => {
        clock.tell();
        const isThere = kernel.event(EVENT_DEVICE, pid, life, token) === STATUS_OK;
        scheduler.wake();
        return isThere;
      });
    }
    return status;
  }

  waitForWake(microseconds: bigint | undefined): number {
    return this.#isRunning ? this.#parts.wakeups.wait(this.#worker, microseconds) : STATUS_STALE;
  }

  waker(): () => void {
    return this.#parts.wakeups.wakerOf(this.#worker);
  }

  onEnd(tell: () => void): void {
    const worker = this.#worker;
    worker.endings = [...(worker.endings ?? []), tell];
  }

  suspend(): number | Promise<number> {
    return this.#parts.scheduler.suspend();
  }

  order(event: number, pid: number): number {
    const { clock, kernel, scheduler } = this.#parts;
    clock.tell();
    const status = kernel.event(event, pid);
    scheduler.wake();
    return status;
  }

  ends(reason: number, status: number = 0): void {
    const worker = this.#worker;
    worker.exitStatus = status;
    this.#parts.supervision.exit(worker, reason);
  }

  mayLook(): boolean {
    const handle = this.#parts.authorities.look(this.#position ?? this.#worker.position);
    return this.#ask(EVENT_LOOK, handle, LOOK_TOTALS, 1) === STATUS_OK;
  }

  look(what: number, index: number): Int32Array | undefined {
    return this.#parts.kernel.look(what, index);
  }

  nameOf(template: number): string {
    return this.#parts.nameOf(template);
  }

  quotasOf(template: number): WorkerQuotas | undefined {
    return this.#parts.quotasOf(template);
  }

  get #worker(): Worker {
    return this.#workerOf();
  }

  get #isRunning(): boolean {
    return this.#parts.scheduler.current?.worker === this.#worker;
  }

  #ask(kind: number, ...words: readonly number[]): number {
    this.#parts.clock.tell();
    return this.#parts.kernel.event(kind, this.pid(), ...words);
  }
}
