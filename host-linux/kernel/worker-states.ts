/** What the kernel shows of each worker. */
import * as abi from "../../kernel/abi.ts";
import type { Kernel } from "./kernel.ts";
import type { WorkerState } from "./running-kernel.ts";
import type { Worker, Workers } from "./worker-table.ts";

/** Of LOOK_PROCESS. */
const [PID, STATE, REASON, MAIL, CPU_LOW, CPU_HIGH] = [0, 2, 5, 6, 10, 11];
const SLOT = (1 << abi.PID_SLOT_BITS) - 1;
const WORD = 2 ** 32;

export function workerStates(kernel: Kernel, workers: Workers): WorkerState[] {
  return workers.all().map(({ pid, name, position, life }) => {
    const report = kernel.look(abi.LOOK_PROCESS, pid & SLOT);
    const word = (i: number): number => report?.[i] ?? 0;
    const cpu = word(CPU_HIGH) * WORD + (word(CPU_LOW) >>> 0);
    return { pid, name, position, life, state: word(STATE), mail: word(MAIL), cpu };
  });
}

/** REASON_*; undefined when it lives, or will be started again. */
export function reasonOfEnd(kernel: Kernel, { pid }: Worker): number | undefined {
  const report = kernel.look(abi.LOOK_PROCESS, pid & SLOT);
  return report?.[STATE] === abi.STATE_DOWN ? report[REASON] : undefined;
}

/** Whether the kernel still knows a worker: a pid is not given out twice. */
export function isKnown(kernel: Kernel, { pid }: Worker): boolean {
  return kernel.lookAt(abi.LOOK_PROCESS, pid & SLOT, PID) === pid;
}
