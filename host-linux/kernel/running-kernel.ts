/** The kernel of a running system, as others of this host see it. */

import type { Cycle } from "./cycles.ts";

/** How a system under the kernel came to its end. */
export type KernelEnd =
  /** It was stopped, or its entry returned, and all have ended in order. */
  | { readonly kind: "stopped" }
  /** The entry's process exited with that status instead of returning, and is not started again; then as above. */
  | { readonly kind: "exited"; readonly status: number }
  /** The root of the supervision tree failed, or the entry's process for good; `message` is for the user. */
  | { readonly kind: "failed"; readonly message: string };

export interface WorkerState {
  readonly pid: number;
  /** Of its process in the plan. */
  readonly name: string;
  readonly position: number;
  /** How often it was started. */
  readonly life: number;
  /** STATE_* of kernel/abi.ts. */
  readonly state: number;
  /** Messages that wait for it. */
  readonly mail: number;
  /** Units of CPU time, of all its lives. */
  readonly cpu: number;
}

export interface RunningKernel {
  /**
   * Lets processes run, until the root of the tree has ended. With `entered`, the plan's entry is called in each
   * life of its process; what it returns is handed to `entered` at once, and then the system is stopped.
   * Rejects with what a host must not go on after. To be called once.
   */
  readonly run: (entered?: (result: unknown) => void) => Promise<KernelEnd>;
  /** Stops all processes in order; `run` resolves then. */
  readonly stop: () => void;
  /** Kills a process, whose supervisor decides what follows. False when it does not live. Throws HostError for an unknown name. */
  readonly kill: (name: string) => boolean;
  /** Tells the kernel the time, which else it knows as it was at the newest event. */
  readonly tellTime: () => void;
  /** What an operator wants of a pid: EVENT_KILL or EVENT_STOP of kernel/abi.ts. Returns a status. */
  readonly order: (event: number, pid: number) => number;
  /** Throws Stopped in a process that must not go on: called by its devices. */
  readonly heed: () => void;
  readonly workers: () => WorkerState[];
  /** Whether the life of a process of the plan that was over last was ended by itself: its status then. */
  readonly exitOf: (process: number) => number | undefined;
  /** Of memory, for messages in flight. */
  readonly mailBytes: () => number;
  /** LOOK_* of kernel/abi.ts; undefined when there is nothing of that index. */
  readonly look: (what: number, index: number) => Int32Array | undefined;
  /** For people. */
  readonly nameOf: (pid: number) => string;
  /** Tells of calls that were refused because they would have closed a circle; of each circle once. */
  readonly onCycle: (listener: (cycle: Cycle) => void) => void;
  /** Tells that the system begins to stop in order; processes still run then. */
  readonly onStop: (listener: () => void) => void;
  /** Nothing more runs, and no timer is left. */
  readonly close: () => void;
}
