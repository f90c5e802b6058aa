/** What a test sees and does of the guests of handle-guests.ts, in a system that runs. */
import type { Running } from "../../../host-linux/instantiate.ts";
import {
  EVENT_KILL,
  HANDLE_OWN,
  LOOK_HANDLE,
  LOOK_TOTALS,
  STATE_READY,
  STATE_RUNNING,
  STATE_WAITING,
} from "../../../kernel/abi.ts";
import { call } from "../../toolchain/link/bring-up.ts";
import { ORDERS, SAID, type Order } from "./handle-guests.ts";

const BUSY: ReadonlySet<number> = new Set([STATE_READY, STATE_RUNNING, STATE_WAITING]);
const MOST_TURNS = 10_000;
const FAULTS = ["crashed", "revoked", "timeout", "overloaded", "exhausted", "unavailable"];

export class Traders {
  readonly running: Running;

  constructor(running: Running) {
    this.running = running;
  }

  /** Calls the trader's function on no process's stack: for what waits for nobody. */
  tell(who: string, order: Order, a = 0, b = 0): void {
    call(this.running, who, "run", ORDERS.indexOf(order), a, b);
  }

  /** The same by a cast of the process `driver`: on a stack of its own, for what waits. */
  order(who: "ann" | "ben", order: Order, a = 0, b = 0): void {
    call(this.running, "driver", `${who}-go`, ORDERS.indexOf(order), a, b);
  }

  /** A number for a handle, among those that it holds. */
  forge(who: string, handle: number): void {
    call(this.running, who, "forge", handle, 1);
  }

  /** Until nobody has anything to do. */
  async settled(): Promise<void> {
    // Whoever was sent something from nobody's turn gets a turn when the host hears of anything.
    this.running.kernel?.order(EVENT_KILL, 0);
    for (let i = 0; i < MOST_TURNS; i++) {
      await new Promise((done) => void (i < 100 ? setImmediate(done) : setTimeout(done, 1)));
      const [, messages] = this.running.kernel?.look(LOOK_TOTALS, 1) ?? [];
      const isBusy = this.running.kernel?.workers().some(({ state }) => BUSY.has(state));
      if (messages === 0 && !isBusy) return;
    }
    throw new Error("the system does not come to rest");
  }

  async does(who: "ann" | "ben", order: Order, a = 0, b = 0): Promise<void> {
    this.order(who, order, a, b);
    await this.settled();
  }

  /** What a guarded call of the trader's ended in last; `bytes` of its ok. */
  said(who: string, bytes: 0 | 4 = 4): string {
    const word = Number(call(this.running, who, "word", SAID));
    if ((word & 0xff) === 0) return "ok";
    return FAULTS[(bytes === 0 ? word >> 8 : Number(call(this.running, who, "word", SAID + 4))) & 0xff] ?? "";
  }

  /** The number that a guarded call of the trader's returned last. */
  value(who: string): number {
    return Number(call(this.running, who, "word", SAID + 4)) >>> 0;
  }

  /** How many handles of processes are in its table. */
  held(who: string): number {
    return this.indices(who).length;
  }

  /** What it knows them by. */
  indices(who: string): number[] {
    const position = this.running.plan.root.processes.findIndex(({ name }) => name === who);
    const handles = this.running.heldBy(position).filter(({ own, type }) => own && type === "process");
    return handles.map(({ index }) => index);
  }

  /** The kernel's own handles that the process holds. */
  inKernel(who: string): number[] {
    const pid = this.running.kernel?.workers().find(({ name }) => name === who)?.pid;
    return this.#owns().flatMap(({ handle, holder }) => (holder === pid ? [handle] : []));
  }

  /** How many rooms there are. */
  rooms(): number {
    return this.running.kernel?.workers().filter(({ name }) => name.startsWith("room#")).length ?? 0;
  }

  #owns(): { readonly handle: number; readonly holder: number }[] {
    const found: { readonly handle: number; readonly holder: number }[] = [];
    for (let i = 1; ; i++) {
      const report = this.running.kernel?.look(LOOK_HANDLE, i);
      if (report === undefined) return found;
      const [handle = 0, holder = 0, , kind] = report;
      if (kind === HANDLE_OWN && holder !== 0) found.push({ handle, holder });
    }
  }
}
