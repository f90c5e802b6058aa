/**
 * What the devices of one process ask of the kernel; see devices/kernel-door.ts.
 */
import { EVENT_DEVICE, EVENT_PREEMPTED, EVENT_WAIT, STATUS_OK, STATUS_STALE } from "../../kernel/abi.ts";
import type { KernelDoor } from "../devices/kernel-door.ts";
import type { KernelClock } from "./clock.ts";
import type { Kernel } from "./kernel.ts";
import type { Scheduler } from "./scheduler.ts";
import type { Supervision } from "./supervision.ts";
import type { Worker } from "./worker-table.ts";

export interface DoorParts {
  readonly kernel: Kernel;
  readonly clock: KernelClock;
  readonly scheduler: Scheduler;
  readonly supervision: Supervision;
  readonly nameOf: (template: number) => string;
}

/** A token is a number of 32 bits, not 0. */
const MOST = 0x7fff_ffff;

/** `name`: of the process, which is one of the worker's when that is a domain. */
export function kernelDoor(parts: DoorParts, worker: () => Worker, name: string): KernelDoor {
  const { kernel, clock, scheduler, supervision, nameOf } = parts;
  let waits = 0;
  const ask = (kind: number, ...words: readonly number[]): number => {
    clock.tell();
    return kernel.event(kind, worker().pid, ...words);
  };
  return {
    name,
    pid: () => worker().pid,
    life: () => worker().life,
    ask(kind, ...words) {
      const status = ask(kind, ...words);
      scheduler.wake();
      return status;
    },
    wait(microseconds) {
      // The kernel would take it for the turn in which it was called.
      if (scheduler.current?.worker !== worker()) return STATUS_STALE;
      if (microseconds === 0n) return kernel.ask(EVENT_PREEMPTED, worker().pid);
      return ask(EVENT_WAIT, 0, Number(microseconds & 0xffff_ffffn), Number(microseconds >> 32n));
    },
    waitFor(begin) {
      const one = worker();
      if (scheduler.current?.worker !== one) return STATUS_STALE;
      const { pid, life } = one;
      const token = (waits = (waits % MOST) + 1);
      const status = ask(EVENT_WAIT, token);
      if (status === STATUS_OK) {
        begin(() => {
          clock.tell();
          const isThere = kernel.event(EVENT_DEVICE, pid, life, token) === STATUS_OK;
          scheduler.wake();
          return isThere;
        });
      }
      return status;
    },
    suspend: () => scheduler.suspend(),
    ends: (reason) => supervision.exit(worker(), reason),
    look: (what, index) => kernel.look(what, index),
    nameOf,
  };
}
