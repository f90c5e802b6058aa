/**
 * Fuel as the kernel's CPU time: who has used how much, and when its slice is over.
 *
 * Only a process that lies alone on its stack can let others run. One that was
 * called by another on that one's stack goes on, and the caller's next slice
 * ends so much earlier.
 */
import { EVENT_USED } from "../../kernel/abi.ts";
import type { FuelAccounts } from "../accounts.ts";
import type { Kernel } from "./kernel.ts";
import type { Scheduler } from "./scheduler.ts";
import type { Worker, Workers } from "./worker-table.ts";

/** What one event can say. */
const MOST_UNITS = 0x7fff_ffffn;

export class CpuTime {
  readonly #kernel: Kernel;
  readonly #accounts: FuelAccounts | undefined;
  /** What the kernel was told of this life. */
  readonly #told = new WeakMap<Worker, bigint>();

  /** `isAlone`: nobody else's code is on the stack that runs. */
  constructor(
    kernel: Kernel,
    accounts: FuelAccounts | undefined,
    scheduler: Scheduler,
    workers: Workers,
    isAlone: (worker: Worker) => boolean,
  ) {
    this.#kernel = kernel;
    this.#accounts = accounts;
    if (accounts === undefined) return;
    accounts.yielding = {
      isDue: (runner) => {
        const worker = workers.at(runner);
        if (worker === undefined || scheduler.current?.worker !== worker || !isAlone(worker)) return false;
        // Its budget is over, and it has no slices.
        if (!worker.hasStack || accounts.isHeld) return false;
        this.charge(worker);
        return scheduler.isPreempted(worker);
      },
      yield: () => scheduler.yield(),
    };
  }

  /** A life begins, with all its fuel. */
  begin(worker: Worker): void {
    this.#told.delete(worker);
  }

  /** Tells the kernel what it has used since it was told last. */
  charge(worker: Worker): void {
    if (this.#accounts?.accountOf(worker.position) === undefined) return;
    const { used } = this.#accounts.of(worker.position);
    const told = this.#told.get(worker) ?? 0n;
    const units = used - told;
    if (units <= 0n) return;
    this.#told.set(worker, used);
    this.#kernel.event(EVENT_USED, worker.pid, Number(units > MOST_UNITS ? MOST_UNITS : units));
  }
}
