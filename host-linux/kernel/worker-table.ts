/**
 * The workers of the kernel, as this host sees them: processes of the plan that live, or will again.
 */
import type { LinkPlan, TreeNode } from "../../toolchain/link/plan.ts";
import { PID_SLOT_BITS } from "../../kernel/abi.ts";
import { HostError } from "../host-error.ts";
import type { Stack } from "./stack.ts";

/** A failure, or an exit, for whoever asks why a system ended. */
interface Failure {
  /** REASON_* of kernel/abi.ts. */
  readonly reason: number;
  /** Milliseconds, as `performance.now()`. */
  readonly at: number;
}

export interface Worker {
  readonly pid: number;
  /** In the plan's processes; of a domain, its first member. */
  readonly position: number;
  /** In the supervision tree. */
  readonly node: number;
  readonly name: string;
  /** It may be suspended in the middle of a turn. */
  readonly hasStack: boolean;
  /** The kernel's number of its starts. */
  life: number;
  /** Its initialisers have run or are running, and it has not ended. */
  alive: boolean;
  /** A life of it is over, and its place may be free; see nursery.ts. */
  hasEnded: boolean;
  /** It was killed while code of it is being run, which has not noticed yet. */
  dying: boolean;
  /** The kernel wants it started, once what runs of its last life is gone. */
  startDue: boolean;
  /** On which it has a turn. */
  stack: Stack | undefined;
  /** Counts the calls that it has waited for; see messages.ts. */
  waits: number;
  /** For the result of a call. */
  waiting: boolean;
  /** The result, once it is there: a message, 0 for none, or a status. */
  reply: number;
  /** See wakeups.ts: a device has something new for it. */
  isWoken: boolean;
  /** See wakeups.ts: what it waits by; 0 while it does not. */
  wakeToken: number;
  /** See wakeups.ts: what devices wake its life by, once one has asked. */
  wake: (() => void) | undefined;
  /** Told when its life is over. */
  endings: readonly (() => void)[] | undefined;
  /** What it has exited with, in this life; undefined while it has not. */
  exitStatus: number | undefined;
  /** The newest last; so many as a supervisor can bear, and one more. */
  failures: Failure[];
  /** One whose slot the kernel has given to this one already, and that is not gone here. */
  older: Worker | undefined;
}

/** What does not change about one. */
type Made = Pick<Worker, "pid" | "position" | "node" | "name" | "hasStack">;

const MOST_FAILURES = 17;
/** An empty list that something is added to takes the room of many: of those that fail once, there are thousands. */
const NONE: Failure[] = [];

/**
 * Lists, since they come and go all the time: the tables that a Map grows out of are kept alive, by
 * each other, until all memory is searched for garbage.
 */
export class Workers {
  /** By the kernel's slot. */
  readonly #bySlot: (Worker | undefined)[] = [];
  readonly #byPosition: (Worker | undefined)[] = [];

  add(pid: number, node: number, position: number, plan: LinkPlan): Worker {
    const { name = "", domain, ownStack } = plan.root.processes[position] ?? {};
    const worker = this.#make({ pid, node, position, name, hasStack: ownStack !== undefined });
    for (const [other, process] of plan.root.processes.entries()) {
      if (domain !== undefined && process.domain === domain) put(this.#byPosition, other, worker);
    }
    return worker;
  }

  /** One that was made at run time, at a position after those of the plan. */
  addSpawned(made: Made): Worker {
    return this.#make(made);
  }

  /** One that was made at run time, and that the kernel knows no more. */
  remove(worker: Worker): void {
    const slot = slotOf(worker.pid);
    const newest = this.#bySlot[slot];
    if (newest === worker) this.#bySlot[slot] = worker.older;
    for (let one = newest; one !== undefined; one = one.older) {
      if (one.older === worker) one.older = worker.older;
    }
    this.#byPosition[worker.position] = undefined;
  }

  #make({ pid, node, position, name, hasStack }: Made): Worker {
    const slot = slotOf(pid);
    const worker: Worker = {
      pid,
      position,
      node,
      name,
      hasStack,
      life: 0,
      alive: false,
      hasEnded: false,
      dying: false,
      startDue: false,
      stack: undefined,
      waits: 0,
      waiting: false,
      reply: 0,
      isWoken: false,
      wakeToken: 0,
      wake: undefined,
      endings: undefined,
      exitStatus: undefined,
      failures: NONE,
      older: this.#bySlot[slot],
    };
    put(this.#bySlot, slot, worker);
    put(this.#byPosition, position, worker);
    return worker;
  }

  of(pid: number): Worker | undefined {
    let found = this.#bySlot[slotOf(pid)];
    while (found !== undefined && found.pid !== pid) found = found.older;
    return found;
  }

  /** The worker that lives and dies with a process of the plan. */
  at(position: number): Worker | undefined {
    return this.#byPosition[position];
  }

  /** Throws HostError where nobody is; `name` is told then. */
  existing(position: number, name: string): Worker {
    const found = this.#byPosition[position];
    if (found !== undefined) return found;
    throw new HostError(`Process ${name} is in no supervision tree.`);
  }

  all(): Worker[] {
    const all: Worker[] = [];
    for (const newest of this.#bySlot)
      for (let one = newest; one !== undefined; one = one.older) all.push(one);
    return all;
  }
}

function slotOf(pid: number): number {
  return pid & ((1 << PID_SLOT_BITS) - 1);
}

/** In a list without holes: reading one would be slow. */
function put(list: (Worker | undefined)[], at: number, worker: Worker): void {
  while (list.length < at) list.push(undefined);
  list[at] = worker;
}

export function addFailure(worker: Worker, reason: number, at: number): void {
  const { failures } = worker;
  if (failures === NONE) {
    worker.failures = [{ reason, at }];
    return;
  }
  failures.push({ reason, at });
  if (failures.length > MOST_FAILURES) failures.shift();
}

/** Such as `room#7`, after its place in the kernel's table; `room#7.2` for the second one there. */
export function nameOfSpawned(template: string, pid: number): string {
  const generation = pid >>> PID_SLOT_BITS;
  return `${template}#${slotOf(pid)}${generation > 1 ? `.${generation}` : ""}`;
}

/** What people call a node of the tree. */
export function nameOfNode(plan: LinkPlan, node: TreeNode | undefined): string {
  if (node === undefined) return "";
  return node.kind === "supervisor" ? node.name : (plan.root.processes[node.process]?.name ?? "");
}
