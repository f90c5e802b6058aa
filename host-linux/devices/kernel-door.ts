/**
 * The kernel, as the devices of one process see it.
 *
 * The process is named by who made the door, so that nothing it passes can ask in
 * another one's name.
 */

import type { WorkerQuotas } from "../kernel/quotas.ts";

/** Of `waitForWake`: there is nothing to wait for. Not a status, which are 0 or less. */
export const WOKEN = 1;

export interface KernelDoor {
  readonly name: string;
  pid(): number;
  /** How often it was started. */
  life(): number;
  /** Asks for something in its name, once the kernel has been told the time; EVENT_* and what follows the pid. */
  ask(kind: number, ...words: readonly number[]): number;
  /**
   * Begins to block it for so many microseconds, or until who else is ready has had a turn, for 0: a status
   * (STATUS_*). Only it itself can, in a turn of its own.
   */
  wait(microseconds: bigint): number;
  /**
   * Begins to block it until what it waits for is there: `begin` is told how to say so, once, which returns
   * false when it does not wait any more. A status, as for `wait`.
   */
  waitFor(begin: (there: () => boolean) => void): number;
  /**
   * Begins to block it until it is woken, or so many microseconds are over; undefined: for ever; 0: until who
   * else is ready has had a turn. WOKEN when it was woken since it last waited so; else a status, as for `wait`.
   */
  waitForWake(microseconds: bigint | undefined): number;
  /** What wakes it, in this life: always the same function. */
  waker(): () => void;
  /** Calls `tell` once, when this life of it is over, whatever the reason; code of it may still be on the stack. */
  onEnd(tell: () => void): void;
  /** Once it has begun to wait: what its stack is suspended by. Goes on with a status, WAIT_KILLED when it was killed. */
  suspend(): number | Promise<number>;
  /** Has another process killed or stopped: EVENT_KILL, EVENT_STOP. A status. */
  order(event: number, pid: number): number;
  /** It ends, for a reason (REASON_*) that is no failure; what runs of it has to trap then. */
  ends(reason: number, status?: number): void;
  /** Asks the kernel, by the handle that the grant of introspection gave it, whether it may look now. */
  mayLook(): boolean;
  /** The words of a report (LOOK_*, `index` from 1); undefined when there is nothing of that index. */
  look(what: number, index: number): Int32Array | undefined;
  /** Name of a process or supervisor, by the number of its template. */
  nameOf(template: number): string;
  /** What a process of that template may have; undefined for a supervisor. */
  quotasOf(template: number): WorkerQuotas | undefined;
}
