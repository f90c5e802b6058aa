/**
 * What the holder of a spawner can ask the kernel for: a process, word of its end, a shared fate.
 *
 * The authority to spawn is a handle of the kernel; see authorities.ts.
 */
import * as abi from "../../kernel/abi.ts";
import type { KernelPlan, KernelSource, LinkPlan } from "../../toolchain/link/plan.ts";
import { at } from "../bring-up/plan-parts.ts";
import { nodeOf, type Authorities } from "./authorities.ts";
import type { KernelClock } from "./clock.ts";
import type { Kernel } from "./kernel.ts";
import type { Workers } from "./worker-table.ts";

type SpawnerSource = Extract<KernelSource, { kind: "spawner" }>;

export interface SpawnerParts {
  readonly kernel: Kernel;
  readonly clock: KernelClock;
  readonly workers: Workers;
  readonly authorities: Authorities;
  readonly tree: KernelPlan["tree"];
}

export class Spawners {
  readonly #plan: LinkPlan;
  readonly #host: SpawnerParts;
  /** The host found no room for what was spawned last. */
  isFull = false;

  constructor(plan: LinkPlan, host: SpawnerParts) {
    this.#plan = plan;
    this.#host = host;
  }

  /** See `Source` in the plan. */
  function({ process, hole, function: name }: SpawnerSource): WebAssembly.ImportValue {
    const { kernel } = this.#host;
    const holder = (): number => this.#pidOf(process);
    switch (name) {
      case "spawn":
        return this.#spawn(process, hole);
      case "monitor":
        return (handle: number, token: number) => kernel.event(abi.EVENT_MONITOR, holder(), handle, token);
      case "link":
    }
    return (handle: number) => kernel.event(abi.EVENT_LINK, holder(), handle);
  }

  /** What a process drops handles by. */
  dropper(process: number): WebAssembly.ImportValue {
    return (handle: number) => {
      this.#host.clock.tell();
      this.#host.kernel.event(abi.EVENT_DROP, this.#pidOf(process), handle);
    };
  }

  /** The commands that follow are carried out before it returns: the process has run its initialisers then. */
  #spawn(process: number, hole: number): () => number {
    const { kernel, clock, authorities, tree } = this.#host;
    const edge = this.#plan.root.edges.find((e) => e.consumer === process && e.hole === hole);
    const node = nodeOf(tree, edge?.provider.kind === "spawner" ? edge.provider.process : -1);
    const authority = authorities.global(process, hole);
    return () => {
      // Its deadline to start begins now.
      clock.tell();
      const pid = this.#pidOf(process);
      this.isFull = false;
      const handle = kernel.event(abi.EVENT_SPAWN, pid, authority.value, node);
      if (handle < 0 || !this.isFull) return handle;
      kernel.event(abi.EVENT_DROP, pid, handle);
      return abi.STATUS_EXHAUSTED;
    };
  }

  #pidOf(process: number): number {
    const { name } = at(this.#plan.root.processes, process, "process");
    return this.#host.workers.existing(process, name).pid;
  }
}
