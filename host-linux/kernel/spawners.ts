/**
 * What the holder of a spawner can ask the kernel for: a process, word of its end, a shared fate.
 *
 * The authority to spawn is a handle of the kernel, which the holder is given anew
 * at each start. A guest never sees it: its number stays here.
 */
import * as abi from "../../kernel/abi.ts";
import type { KernelPlan, KernelSource, LinkPlan } from "../../toolchain/link/plan.ts";
import { HostError } from "../host-error.ts";
import type { KernelClock } from "./clock.ts";
import type { Kernel } from "./kernel.ts";
import type { Worker, Workers } from "./worker-table.ts";

type SpawnerSource = Extract<KernelSource, { kind: "spawner" }>;

export interface SpawnerParts {
  readonly kernel: Kernel;
  readonly clock: KernelClock;
  readonly workers: Workers;
  /** Of each node of the tree, 0 for what is not there at first. */
  readonly pids: readonly number[];
  readonly tree: KernelPlan["tree"];
}

const ALL = -1;

export class Spawners {
  readonly #plan: LinkPlan;
  readonly #host: SpawnerParts;
  /** Handles of the kernel, by process and hole. */
  readonly #held = new Map<string, number>();
  /** The host found no room for what was spawned last. */
  isFull = false;

  constructor(plan: LinkPlan, host: SpawnerParts) {
    this.#plan = plan;
    this.#host = host;
  }

  /** Gives a process that starts the authority that its wires say; what it had went with its last life. */
  endow(worker: Worker): void {
    const { kernel, workers, pids, tree } = this.#host;
    for (const { consumer, hole, provider } of this.#plan.root.edges) {
      if (provider.kind !== "spawner" || workers.at(consumer) !== worker) continue;
      const node = this.#nodeOf(provider.process);
      const supervisor = pids[tree[node]?.parent ?? -1] ?? 0;
      const what = [supervisor, abi.HANDLE_SPAWN, node + 1, ALL] as const;
      const handle = kernel.event(abi.EVENT_ENDOW, worker.pid, ...what);
      this.#held.set(keyOf(consumer, hole), Math.max(handle, 0));
    }
  }

  /** See `Source` in the plan. */
  function({ process, hole, function: name }: SpawnerSource): WebAssembly.ImportValue {
    const { kernel, clock } = this.#host;
    const holder = (): number => this.#pidOf(process);
    switch (name) {
      case "spawn":
        return this.#spawn(process, hole);
      case "monitor":
        return (handle: number, token: number) => kernel.event(abi.EVENT_MONITOR, holder(), handle, token);
      case "link":
        return (handle: number) => kernel.event(abi.EVENT_LINK, holder(), handle);
      case "drop":
    }
    return (handle: number) => {
      clock.tell();
      kernel.event(abi.EVENT_DROP, holder(), handle);
    };
  }

  /** The commands that follow are carried out before it returns: the process has run its initialisers then. */
  #spawn(process: number, hole: number): () => number {
    const { kernel, clock } = this.#host;
    const edge = this.#plan.root.edges.find((e) => e.consumer === process && e.hole === hole);
    const node = this.#nodeOf(edge?.provider.kind === "spawner" ? edge.provider.process : -1);
    const key = keyOf(process, hole);
    return () => {
      // Its deadline to start begins now.
      clock.tell();
      const pid = this.#pidOf(process);
      this.isFull = false;
      const handle = kernel.event(abi.EVENT_SPAWN, pid, this.#held.get(key) ?? 0, node);
      if (handle < 0 || !this.isFull) return handle;
      kernel.event(abi.EVENT_DROP, pid, handle);
      return abi.STATUS_EXHAUSTED;
    };
  }

  /** What the processes that are made like this one are in the tree. */
  #nodeOf(template: number): number {
    return this.#host.tree.findIndex((node) => node.kind === "worker" && node.process === template);
  }

  #pidOf(process: number): number {
    const worker = this.#host.workers.at(process);
    if (worker !== undefined) return worker.pid;
    const name = this.#plan.root.processes[process]?.name ?? `process ${process}`;
    throw new HostError(`process ${name} is not in the supervision tree.`);
  }
}

function keyOf(process: number, hole: number): string {
  return `${process} ${hole}`;
}
