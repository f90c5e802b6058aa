/** What a worker may have at most, for who looks at it: by the plan's tree, and the fuel of its template. */
import type { LinkPlan, TreeNode } from "../../toolchain/link/plan.ts";

export interface WorkerQuotas {
  /** Messages in its mailbox, and their bytes. */
  readonly mail: number;
  readonly mailBytes: number;
  /** Alarms, monitors and links. */
  readonly records: number;
  /** Of the kernel. */
  readonly handles: number;
  /** For one life; absent: no limit. Members of a domain share it. */
  readonly fuel?: number;
}

/** Undefined for a supervisor. */
export function quotasOf(
  { root, templates }: LinkPlan,
  node: TreeNode | undefined,
): WorkerQuotas | undefined {
  if (node?.kind !== "worker") return undefined;
  const { mail, mailBytes, records, handles } = node;
  const fuel = templates[root.processes[node.process]?.template ?? -1]?.quotas.fuel;
  return { mail, mailBytes, records, handles, ...(fuel !== undefined && { fuel }) };
}
