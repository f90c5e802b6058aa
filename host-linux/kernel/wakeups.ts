/**
 * Wake-ups: a process that found nothing at its devices waits until one of them has something new.
 *
 *     the process                          a device, at any time
 *       looks at what it wants               something has come
 *       looks at the next                    wake: it waits ──▶ the kernel is told, it goes on
 *       wait: was it woken since then?             it does not ──▶ its next wait returns at once
 *
 * So nothing is lost between a look and the wait. That it was woken goes with its
 * life, and is forgotten when a wait returns: it looks at everything then.
 */
import { EVENT_DEVICE, EVENT_PREEMPTED, EVENT_WAIT, STATUS_OK } from "../../kernel/abi.ts";
import { WOKEN } from "../devices/kernel-door.ts";
import type { KernelClock } from "./clock.ts";
import type { Kernel } from "./kernel.ts";
import type { Scheduler } from "./scheduler.ts";
import type { Worker } from "./worker-table.ts";

/** A token is a number of 31 bits, not 0. */
const MOST = 0x7fff_ffff;
/** It only lets others have their turn, and the kernel need not be told of a wake. */
const YIELDS = -1;

export class Wakeups {
  readonly #kernel: Kernel;
  readonly #clock: KernelClock;
  readonly #scheduler: Scheduler;
  #tokens = 0;

  constructor(kernel: Kernel, clock: KernelClock, scheduler: Scheduler) {
    this.#kernel = kernel;
    this.#clock = clock;
    this.#scheduler = scheduler;
  }

  /** A life of it begins. */
  begin(worker: Worker): void {
    worker.wake = undefined;
    settle(worker);
  }

  /** See `KernelDoor.waitForWake`. */
  wait(worker: Worker, microseconds: bigint | undefined): number {
    if (worker.isWoken) {
      worker.isWoken = false;
      return WOKEN;
    }
    const token = microseconds === 0n ? YIELDS : this.#nextToken();
    const status =
      token === YIELDS
        ? this.#kernel.ask(EVENT_PREEMPTED, worker.pid)
        : this.#block(worker, token, microseconds ?? 0n);
    if (status !== STATUS_OK) return status;
    worker.wakeToken = token;
    // Who only looks again and again has to find what comes from outside.
    if (token === YIELDS) this.#scheduler.letLoopTurn();
    return status;
  }

  /** It goes on, whatever it has waited for. */
  resumed(worker: Worker): void {
    if (worker.wakeToken !== 0) settle(worker);
  }

  /** See `DeviceContext.waker`. */
  wakerOf(worker: Worker): () => void {
    const { life } = worker;
    worker.wake ??= () => {
      if (worker.life === life && worker.alive && !worker.isWoken) this.#wake(worker);
    };
    return worker.wake;
  }

  #wake(worker: Worker): void {
    worker.isWoken = true;
    if (worker.wakeToken <= 0) return;
    this.#clock.tell();
    // The kernel refuses it when the time is over, or the process has been stopped.
    this.#kernel.event(EVENT_DEVICE, worker.pid, worker.life, worker.wakeToken);
    this.#scheduler.wake();
  }

  #block({ pid }: Worker, token: number, microseconds: bigint): number {
    this.#clock.tell();
    return this.#kernel.event(
      EVENT_WAIT,
      pid,
      token,
      Number(microseconds & 0xffff_ffffn),
      Number(microseconds >> 32n),
    );
  }

  #nextToken(): number {
    this.#tokens = (this.#tokens % MOST) + 1;
    return this.#tokens;
  }
}

/** It was not woken, and does not wait. */
function settle(worker: Worker): void {
  worker.isWoken = false;
  worker.wakeToken = 0;
}
