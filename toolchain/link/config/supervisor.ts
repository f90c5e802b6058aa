/**
 * What a `system.ts` says of supervision: the tree, and what a wire allows when calls are messages.
 *
 * A system with a `supervisor` runs under the kernel; docs/kernel.md says what
 * each field does, and what holds where it is left out. Times are milliseconds.
 */

type Restart = "permanent" | "transient" | "temporary";

/** The wait before a restart: the first one, doubled with each failure up to the limit. */
export interface BackoffConfig {
  readonly first: number;
  readonly limit: number;
}

/** What every supervisor has. */
interface CommonSupervisor {
  /** Failures of its children that it bears within `window`; one more, and it fails itself. 3 unless said. */
  readonly intensity?: number;
  /** 5000 unless said. */
  readonly window?: number;
  /** Of the processes below it that do not say it themselves. */
  readonly startDeadline?: number;
  /** Of the processes below it that do not say it themselves. */
  readonly stopDeadline?: number;
}

/** The root of the tree. Processes that the tree does not name are its last children, providers first. */
export interface SupervisorConfig<Name extends string = string> extends CommonSupervisor {
  /** What follows when a child fails: it alone is restarted (unless said), all are, or it and those after it. */
  readonly strategy?: "one_for_one" | "one_for_all" | "rest_for_one";
  /** In the order of their start: names of processes, and supervisors of their own. */
  readonly children?: readonly (Name | NestedSupervisorConfig<Name> | DynamicSupervisorConfig<Name>)[];
}

/** What a supervisor has that is a child of another one. */
interface Supervised {
  /** Lower-case words, digits and hyphens. */
  readonly name: string;
  /** Whether it is started again when it has failed: permanent unless said. */
  readonly restart?: Restart;
  readonly backoff?: BackoffConfig;
}

export interface NestedSupervisorConfig<Name extends string = string>
  extends SupervisorConfig<Name>, Supervised {}

/** A supervisor of processes that are spawned while the system runs. */
export interface DynamicSupervisorConfig<Name extends string = string> extends CommonSupervisor, Supervised {
  readonly strategy: "dynamic";
  /** The process that its children are made as: at first there is none. */
  readonly child: Name;
  /** How many it may have at a time; 1000 unless said. */
  readonly most?: number;
}

/** What a process says to its supervisor, and to the kernel. */
export interface SupervisedProcess {
  /**
   * Whether it is started again: always (permanent, unless said), after a failure (transient), never
   * (temporary). Needs a `supervisor` of the system, as do the following fields.
   */
  readonly restart?: Restart;
  /** How long its initialisers may take: 5000 unless said, 0 for ever. */
  readonly startDeadline?: number;
  /** How long it may take to end once it was asked to: 1000 unless said, 0 for no time at all. */
  readonly stopDeadline?: number;
  readonly backoff?: BackoffConfig;
  /** 0 runs first, 3 last; 1 unless said. */
  readonly priority?: 0 | 1 | 2 | 3;
  /** What may wait for it: messages (256 unless said) and their bytes together (1 MiB unless said). */
  readonly mailbox?: { readonly messages?: number; readonly bytes?: number };
}

/** What a wire says of the messages that go over it. */
export interface MessageConfig {
  /** Functions without result: a call of one delivers a message, and goes on at once. */
  readonly cast?: readonly string[];
  /** How long a call may take; then it ends in the fault `timeout`. */
  readonly deadline?: number;
  /** What the provider is allowed to be asked for by this wire, less than all. */
  readonly limits?: LimitsConfig;
}

/** Where processes are made over the wire (`spawn`), `uses` and `rate` count those, and `until` ends the making. */
interface LimitsConfig {
  /** Names of the functions that may be called, also of each process that is made; absent: all. */
  readonly functions?: readonly string[];
  /** Messages until the wire expires. */
  readonly uses?: number;
  /** Messages in a second. */
  readonly rate?: number;
  /** Until so long after the start of the process that calls. */
  readonly until?: number;
}
