/**
 * Starts, stops and ends: what the kernel commands of them, and what it is told.
 *
 * A process that is killed may have code on the stack that runs, because a guard
 * is just telling of a death that took others with it. It is dying then, and what
 * follows, also its next start, waits until that code is gone.
 */
import {
  EVENT_ENDED,
  EVENT_STARTED,
  REASON_COLLATERAL,
  REASON_CRASHED,
  REASON_EXHAUSTED,
  REASON_SHUTDOWN,
} from "../../kernel/abi.ts";
import type { Life } from "../bring-up/life.ts";
import type { Burial, Deaths } from "../guard/deaths.ts";
import { isGuestFault } from "../guard/fault.ts";
import { HostError } from "../host-error.ts";
import type { KernelClock } from "./clock.ts";
import { isSuspendError } from "./jspi.ts";
import type { Kernel } from "./kernel.ts";
import type { Scheduler } from "./scheduler.ts";
import { addFailure, type Worker, type Workers } from "./worker-table.ts";

export interface SupervisionParts {
  readonly kernel: Kernel;
  readonly clock: KernelClock;
  readonly scheduler: Scheduler;
  readonly workers: Workers;
  readonly life: Life;
  readonly deaths: Deaths;
  /** Before its initialisers run. */
  readonly beginning: (worker: Worker) => void;
  /** It is there, and the kernel knows. */
  readonly started: (worker: Worker) => void;
  /** Its life is over, whatever the reason. */
  readonly gone: (worker: Worker) => void;
  /** This host has a defect, or a device wants it to end. */
  readonly failed: (error: unknown) => void;
}

export class Supervision {
  readonly #parts: SupervisionParts;
  /** Deaths that could not be told at once. */
  #late: Burial[] = [];
  readonly #dying = new Set<Worker>();
  /** Asked to end, in the middle of a turn. */
  readonly #stopping = new Set<Worker>();

  constructor(parts: SupervisionParts) {
    this.#parts = parts;
    parts.deaths.onBurial = (burial) => this.#buried(burial);
  }

  get someAreDying(): boolean {
    return this.#dying.size > 0;
  }

  /** COMMAND_START. */
  start(worker: Worker, life: number): void {
    worker.life = life;
    if (worker.dying) worker.startDue = true;
    else this.#begin(worker);
  }

  /** COMMAND_STOP: at once when it does nothing, or when its turn is over. */
  stop(worker: Worker): void {
    if (this.#isBusy(worker)) this.#stopping.add(worker);
    else this.#stopNow(worker);
  }

  /** COMMAND_KILL. */
  kill(worker: Worker, reason: number): void {
    if (!worker.alive) return;
    addFailure(worker, reason, this.#parts.clock.toldAt);
    if (this.#isOnStack(worker) || !this.#parts.scheduler.kill(worker)) this.#markDying(worker);
    this.#over(worker);
    this.#parts.deaths.letGo(worker.position, worker.dying);
  }

  /** A turn is over. */
  left(): void {
    if (this.#late.length > 0) this.#tellLate();
    if (this.#dying.size > 0) for (const one of this.#dying) if (!this.#isOnStack(one)) this.#died(one);
    if (this.#stopping.size > 0) for (const one of this.#stopping) if (!this.#isBusy(one)) this.#stopNow(one);
  }

  /** What ran on the worker's own stack has thrown. */
  threw(worker: Worker, error: unknown): void {
    if (isGuestFault(error) && worker.alive) this.#parts.deaths.ended(worker.position, error);
    else if (!isGuestFault(error) && !worker.dying)
      this.#parts.failed(isSuspendError(error) ? waits(worker) : error);
    this.left();
  }

  /** Ends it without a failure, by its own wish: its code, which runs, must go no further. */
  exit(worker: Worker, reason: number): void {
    addFailure(worker, reason, this.#parts.clock.toldAt);
    this.#markDying(worker);
    this.#over(worker);
    this.#parts.deaths.letGo(worker.position, true);
    this.#tellEnd(worker, reason);
  }

  #markDying(worker: Worker): void {
    worker.dying = true;
    this.#dying.add(worker);
  }

  #died(worker: Worker): void {
    worker.dying = false;
    this.#dying.delete(worker);
    if (worker.startDue) this.#begin(worker);
  }

  #begin(worker: Worker): void {
    const { kernel, clock, life, deaths } = this.#parts;
    worker.alive = true;
    worker.startDue = false;
    const { life: begun } = worker;
    try {
      this.#parts.beginning(worker);
      life.begin(worker.position);
    } catch (error) {
      if (!isGuestFault(error)) this.#parts.failed(error);
      else if (worker.alive) deaths.ended(worker.position, error);
      return;
    }
    // A start that took too long is over before it is told.
    clock.tell();
    if (worker.life !== begun || !worker.alive) return;
    if (kernel.event(EVENT_STARTED, worker.pid, begun) === 0) this.#parts.started(worker);
  }

  #stopNow(worker: Worker): void {
    this.#over(worker);
    this.#parts.deaths.letGo(worker.position, false);
    this.#tellEnd(worker, REASON_SHUTDOWN);
  }

  #buried(burial: Burial): void {
    const dead = this.#dyingNow(burial.dead);
    for (const worker of dead) this.#over(worker);
    if (!burial.outOfStack) return this.#tellDeaths(burial, dead);
    this.#late.push(burial);
    queueMicrotask(() => this.#tellLate());
  }

  /** The workers of processes that have died, as far as they lived. */
  #dyingNow(positions: readonly number[]): readonly Worker[] {
    const first = this.#parts.workers.at(positions[0] ?? -1);
    // Mostly it is one, and an empty list that something is added to takes the room of many.
    if (positions.length === 1 && first?.alive) return [first];
    const dead: Worker[] = [];
    for (const position of positions) {
      const worker = this.#parts.workers.at(position);
      // Members of a domain are one worker, and follow each other.
      if (worker?.alive && dead.at(-1) !== worker) dead.push(worker);
      // Killed before, by what the kernel decided about another one, and gone only now.
      else if (worker?.dying && !this.#isOnStack(worker)) this.#died(worker);
    }
    return dead;
  }

  #tellLate(): void {
    const late = this.#late.splice(0);
    for (const burial of late) {
      const dead = burial.dead.flatMap((position) => this.#parts.workers.at(position) ?? []);
      this.#tellDeaths(burial, [...new Set(dead)]);
    }
  }

  /** Of all before anything follows from one. */
  #tellDeaths({ originator, reason }: Burial, dead: readonly Worker[]): void {
    const { kernel, clock, workers } = this.#parts;
    const first = workers.at(originator);
    clock.tell();
    for (const worker of dead) {
      const own = reason === "exhausted" ? REASON_EXHAUSTED : REASON_CRASHED;
      const why = worker === first ? own : REASON_COLLATERAL;
      addFailure(worker, why, clock.toldAt);
      kernel.ask(
        EVENT_ENDED,
        worker.pid,
        worker.life,
        why,
        worker === first ? 0 : (first?.pid ?? 0),
        0,
        0,
        0,
      );
    }
    kernel.drain();
    this.#parts.scheduler.wake();
  }

  #tellEnd(worker: Worker, reason: number): void {
    this.#parts.clock.tell();
    this.#parts.kernel.event(EVENT_ENDED, worker.pid, worker.life, reason, 0);
    this.#parts.scheduler.wake();
  }

  #over(worker: Worker): void {
    worker.alive = false;
    this.#stopping.delete(worker);
    this.#parts.gone(worker);
  }

  /** It has a turn, or is in somebody else's. */
  #isBusy(worker: Worker): boolean {
    return worker.stack !== undefined || this.#isOnStack(worker);
  }

  #isOnStack(worker: Worker): boolean {
    // A turn on a stack of its own is marked too, also while it is suspended.
    if (worker.stack !== undefined) return worker.stack === this.#parts.scheduler.current;
    return this.#parts.deaths.isInside(worker.position);
  }
}

function waits({ name }: Worker): HostError {
  return new HostError(`process ${name} waits, and the plan says that nothing suspends it: link it again.`);
}
