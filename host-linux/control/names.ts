/** Who a pid of the kernel is, in words: by the plan's tree for what it says, and by a number for what was spawned. */
import type { LinkPlan, Process, TreeNode } from "../../toolchain/link/plan.ts";
import { nameOfSpawned } from "../kernel/worker-table.ts";

/** Of a system that is watched for long: more than can be there at a time. */
const MOST_KNOWN = 2 ** 17;

export class Names {
  readonly #plan: LinkPlan;
  /** The kernel's template of pids that were seen. */
  readonly #templates = new Map<number, number>();

  constructor(plan: LinkPlan) {
    this.#plan = plan;
  }

  /** A template that is 0 says nothing. */
  learn(pid: number, template: number): void {
    if (pid === 0 || template === 0) return;
    this.#templates.set(pid, template);
    forgetOldest(this.#templates);
  }

  /** Its node of the tree; undefined for a pid that was not seen. */
  node(pid: number): TreeNode | undefined {
    return this.#plan.root.kernel?.tree[(this.#templates.get(pid) ?? 0) - 1];
  }

  /** What the plan says of the worker that it is, or is made as. */
  process(pid: number): Process | undefined {
    const node = this.node(pid);
    return node?.kind === "worker" ? this.#plan.root.processes[node.process] : undefined;
  }

  /** Such as `front`; `room#7` of spawned ones, and `room#7.2` of the second one in the same place. */
  of(pid: number): string {
    const node = this.node(pid);
    if (node === undefined) return pid === 0 ? "nobody" : `process ${pid}`;
    const process = this.process(pid);
    const name = node.kind === "supervisor" ? node.name : this.#lifeName(process);
    if (process?.spawned !== true) return name;
    return nameOfSpawned(name, pid);
  }

  /** Members of a domain are one process for the kernel. */
  #lifeName(process: Process | undefined): string {
    const domain = this.#plan.root.domains?.[process?.domain ?? -1];
    return domain?.name ?? process?.name ?? "?";
  }
}

export function forgetOldest(known: Map<unknown, unknown>): void {
  if (known.size <= MOST_KNOWN) return;
  for (const key of known.keys()) {
    known.delete(key);
    return;
  }
}
